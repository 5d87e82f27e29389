import { Bone, BufferGeometry, Group, Mesh, MeshBasicMaterial, Object3D, Quaternion, Vector3 } from "three";
import { describe, expect, test } from "vitest";

import { bindHead, headTurn } from "../../src/avatar/head.ts";
import { bindMorphs } from "../../src/avatar/morphs.ts";
import { visemesOf, vowelsOf, weightsOf } from "../../src/avatar/mouth.ts";
import { ARKIT_NAMES, VISEME_NAMES } from "../../src/avatar/names.ts";
import { bindVrm } from "../../src/avatar/vrm.ts";
import { Pose } from "../../src/player/pose.ts";

function meshWith(names: readonly string[], name = "mesh"): Mesh {
  const mesh = new Mesh(new BufferGeometry(), new MeshBasicMaterial());
  mesh.name = name;
  mesh.morphTargetDictionary = Object.fromEntries(names.map((target, i) => [target, i]));
  mesh.morphTargetInfluences = names.map(() => 0);
  return mesh;
}

function pose(weights: { [name: string]: number }, visemes?: { [name: string]: number }): Pose {
  const made = new Pose();
  for (const [name, value] of Object.entries(weights)) made.weights[ARKIT_NAMES.indexOf(name as never)] = value;
  if (visemes) {
    made.visemes.fill(0);
    for (const [name, value] of Object.entries(visemes)) made.visemes[VISEME_NAMES.indexOf(name as never)] = value;
    made.hasVisemes = true;
  }
  return made;
}

const shown = (mesh: Mesh) =>
  Object.fromEntries(
    Object.entries(mesh.morphTargetDictionary!)
      .map(([name, i]) => [name, mesh.morphTargetInfluences![i]!] as const)
      .filter(([, value]) => value !== 0),
  );

describe("morph targets", () => {
  test("are moved in every mesh below a model, whatever their spelling", () => {
    const [head, teeth] = [
      meshWith(["JawOpen", "eyeBlink_L", "Hair"], "head"),
      meshWith(["Teeth.blendShape.jawOpen"], "teeth"),
    ];
    const model = new Group().add(head, new Group().add(teeth));
    const binding = bindMorphs(model);
    binding.apply(pose({ jawOpen: 0.5, eyeBlinkLeft: 1 }));
    expect(shown(head)).toEqual({ JawOpen: 0.5, eyeBlink_L: 1 });
    expect(shown(teeth)).toEqual({ "Teeth.blendShape.jawOpen": 0.5 });
    expect(binding.kind).toBe("arkit");
    expect(binding.matched).toContainEqual({ source: "jawOpen", target: "JawOpen", meshes: ["head"] });
    expect(binding.missing).toHaveLength(50);
    expect(binding.missing).not.toContain("jawOpen");
    expect(binding.unused).toEqual(["Hair"]);
    binding.reset();
    expect(shown(head)).toEqual({});
  });

  test("go by the names that the server told, not by their order", () => {
    const mesh = meshWith(ARKIT_NAMES);
    const binding = bindMorphs(mesh, { names: ["tongueOut", "jawOpen"], scale: 100 });
    const told = pose({});
    told.weights.set([0.25, 0.75]);
    binding.apply(told);
    expect(shown(mesh)).toEqual({ tongueOut: 25, jawOpen: 75 });
    expect(binding.missing).toEqual([]);
  });

  test("a model of visemes is moved by visemes, and its eyes by what it has", () => {
    const mesh = meshWith([
      ...VISEME_NAMES.map((name) => `viseme_${name}`),
      "eyeBlinkLeft",
      "mouthOpen",
      "mouthSmileLeft",
    ]);
    const binding = bindMorphs(mesh);
    binding.apply(pose({ eyeBlinkLeft: 1, jawOpen: 1, mouthSmileLeft: 1 }, { aa: 0.75, PP: 0.25 }));
    expect(binding.kind).toBe("visemes");
    expect(shown(mesh)).toEqual({ viseme_aa: 0.75, viseme_PP: 0.25, eyeBlinkLeft: 1 });
    binding.apply(pose({ jawOpen: 0.4 }));
    expect(shown(mesh)["viseme_aa"]).toBeGreaterThan(0.5);
  });

  test("a model of both is moved by its ARKit shapes alone", () => {
    const mesh = meshWith([...ARKIT_NAMES, ...VISEME_NAMES.map((name) => `viseme_${name}`)]);
    const binding = bindMorphs([mesh]);
    binding.apply(pose({ jawOpen: 0.5 }, { aa: 1 }));
    expect(shown(mesh)).toEqual({ jawOpen: 0.5 });
    expect(binding.unused).toHaveLength(15);
  });

  test("a model of neither is told", () => {
    const binding = bindMorphs(new Group().add(meshWith(["Fat", "Thin"]), new Object3D()));
    expect(binding).toMatchObject({ kind: "none", matched: [], unused: ["Fat", "Thin"] });
    binding.apply(pose({ jawOpen: 1 }));
  });
});

describe("a mouth in few shapes", () => {
  const of = (weights: { [name: string]: number }) => visemesOf(pose(weights), weightsOf(ARKIT_NAMES)(pose(weights)));
  const strongest = (amounts: { [name: string]: number }) =>
    Object.entries(amounts).sort(([, a], [, b]) => b - a)[0]![0];

  test.each([
    ["aa", { jawOpen: 0.5 }],
    ["O", { jawOpen: 0.4, mouthFunnel: 0.6, mouthPucker: 0.5 }],
    ["U", { jawOpen: 0.05, mouthPucker: 0.8 }],
    ["I", { jawOpen: 0.05, mouthStretchLeft: 0.6, mouthStretchRight: 0.6 }],
    ["PP", { mouthPressLeft: 0.6, mouthPressRight: 0.6 }],
    ["FF", { mouthRollLower: 0.7, jawOpen: 0.02 }],
  ])("%s", (viseme, weights) => expect(strongest(of(weights))).toBe(viseme));

  test("lips that the words close are closed", () => {
    const vowels = vowelsOf(of({ jawOpen: 0.2, mouthClose: 0.2 }));
    expect(Math.max(...Object.values(vowels))).toBeLessThan(0.05);
  });

  test("at rest nothing is", () => expect(Math.max(...Object.values(of({})))).toBe(0));
});

describe("VRM", () => {
  const vrmWith = (names: readonly string[], metaVersion = "1") => {
    const values: { [name: string]: number } = {};
    const node = new Object3D();
    const vrm = {
      expressionManager: {
        expressionMap: Object.fromEntries(names.map((name) => [name, {}])),
        setValue: (name: string, value: number) => (values[name] = value),
      },
      humanoid: { getNormalizedBoneNode: () => node },
      meta: { metaVersion },
    };
    return { vrm, values, node };
  };
  const PRESETS = [
    "aa",
    "ih",
    "ou",
    "ee",
    "oh",
    "blink",
    "blinkLeft",
    "blinkRight",
    "happy",
    "sad",
    "angry",
    "neutral",
  ];

  test("Perfect Sync is moved by its own names, and the presets are left alone", () => {
    const { vrm, values } = vrmWith([
      ...ARKIT_NAMES.map((name) => name.charAt(0).toUpperCase() + name.slice(1)),
      ...PRESETS,
    ]);
    const binding = bindVrm(vrm);
    binding.apply(pose({ jawOpen: 0.5, eyeBlinkLeft: 1 }, { aa: 1 }));
    expect(binding.kind).toBe("perfect-sync");
    expect(binding.missing).toEqual([]);
    expect(values).toMatchObject({ JawOpen: 0.5, EyeBlinkLeft: 1 });
    expect(Object.keys(values)).toHaveLength(52);
  });

  test("presets are moved by visemes", () => {
    const { vrm, values } = vrmWith(PRESETS);
    const binding = bindVrm(vrm);
    binding.apply(pose({ eyeBlinkLeft: 0.5, jawOpen: 0.5 }, { O: 0.75, aa: 0.25 }));
    expect(binding.kind).toBe("presets");
    expect(binding.missing).toEqual(["surprised"]);
    expect(values).toMatchObject({ oh: 0.75, aa: 0.25, blinkLeft: 0.5, blinkRight: 0, blink: 0, happy: 0 });
    expect(values).not.toHaveProperty("neutral");
    binding.reset();
    expect(Math.max(...Object.values(values))).toBe(0);
  });

  test("one blink stands for both eyes where there is but one", () => {
    const { vrm, values } = vrmWith(["aa", "blink"]);
    bindVrm(vrm).apply(pose({ eyeBlinkLeft: 1, eyeBlinkRight: 0.5 }));
    expect(values["blink"]).toBe(0.75);
  });

  test.each([
    ["1", 1],
    ["0", -1],
  ])("the head of version %s is turned", (version, way) => {
    const { vrm, node } = vrmWith(PRESETS, version);
    const told = pose({});
    told.head.set([0, 30, 0]);
    bindVrm(vrm).apply(told);
    expect(new Vector3(0, 0, way).applyQuaternion(node.quaternion).y).toBeCloseTo(0.5, 5);
  });

  test("a model without expressions is told", () => {
    expect(bindVrm({})).toMatchObject({ kind: "none" });
    bindVrm({}).apply(pose({ jawOpen: 1 }));
  });
});

describe("the head", () => {
  const nose = (turn: { x: number; y: number; z: number; w: number }) =>
    new Vector3(0, 0, 1).applyQuaternion(new Quaternion(turn.x, turn.y, turn.z, turn.w));

  test("turns to its own left, up, and leans to its own right", () => {
    expect(nose(headTurn(30, 0, 0)).x).toBeCloseTo(0.5, 9); // its left is +x where it looks along +z
    expect(nose(headTurn(0, 30, 0)).y).toBeCloseTo(0.5, 9);
    const { x, y, z, w } = headTurn(0, 0, 30);
    expect(new Vector3(0, 1, 0).applyQuaternion(new Quaternion(x, y, z, w)).x).toBeCloseTo(-0.5, 9);
  });

  test("a bone is found and turned, whatever its own axes are, and turned back", () => {
    const model = new Group();
    const [spine, bone, face] = [new Bone(), new Bone(), new Object3D()];
    [spine.name, bone.name] = ["Spine", "mixamorigHead"];
    spine.rotation.set(0.3, -1.2, 0.7);
    bone.rotation.set(-0.4, 0.2, 1.9);
    model.rotation.set(0, 2, 0); // it may stand as it likes
    model.add(spine.add(bone.add(face)));
    model.updateMatrixWorld(true);
    const looks = () => {
      model.updateMatrixWorld(true);
      return new Quaternion().copy(model.quaternion).invert().multiply(face.getWorldQuaternion(new Quaternion()));
    };
    const before = looks();
    const binding = bindHead(model)!;
    expect(binding.bone).toBe("mixamorigHead");
    const told = pose({});
    told.head.set([40, -10, 5]);
    binding.apply(told);
    const { x, y, z, w } = headTurn(40, -10, 5);
    const expected = new Quaternion(x, y, z, w).multiply(before);
    expect(looks().angleTo(expected)).toBeLessThan(1e-6);
    binding.reset();
    expect(looks().angleTo(before)).toBeLessThan(1e-6);
  });

  test("bones are preferred to meshes, and a model without one is told", () => {
    const [mesh, object, bone] = [new Mesh(), new Object3D(), new Bone()].map((made) =>
      Object.assign(made, { name: "Head" }),
    );
    bindHead(new Group().add(mesh!, object!, bone!))!.apply({ head: Float32Array.of(20, 0, 0) });
    expect([mesh, object, bone].map((made) => made!.quaternion.y > 0)).toEqual([false, false, true]);
    expect(bindHead(new Group().add(Object.assign(new Object3D(), { name: "Forehead" })))).toBeNull();
  });
});
