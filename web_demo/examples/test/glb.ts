/** Models to test with: a mask with a mouth and eyes, alone, as a VRM, or on the bones that TalkingHead needs. */

import { ARKIT_NAMES } from "../../client/src/avatar/names.ts";

type Vertex = readonly [x: number, y: number, z: number];
type Json = { [name: string]: unknown };

const COLUMNS = 33;
const ROWS = 41;
const MOUTH: Vertex = [0, -0.05, 0];
const EYES: readonly Vertex[] = [
  [0.035, 0.03, 0],
  [-0.035, 0.03, 0],
];

function grid(): Vertex[] {
  return Array.from({ length: COLUMNS * ROWS }, (_, i) => {
    const x = ((i % COLUMNS) / (COLUMNS - 1) - 0.5) * 0.16;
    const y = (Math.floor(i / COLUMNS) / (ROWS - 1) - 0.5) * 0.22;
    return [x, y, 0.06 - 6 * x * x - 2 * y * y];
  });
}

const near = ([x, y]: Vertex, [cx, cy]: Vertex, width: number, height = width) =>
  Math.exp(-(((x - cx) / width) ** 2) - ((y - cy) / height) ** 2);

function colour(vertex: Vertex): Vertex {
  if (Math.abs(vertex[1] - MOUTH[1]) < 0.006 && Math.abs(vertex[0]) < 0.025) return [0.25, 0.02, 0.03];
  if (EYES.some((eye) => near(vertex, eye, 0.014, 0.008) > 0.4)) return [0.95, 0.95, 1];
  return [0.8, 0.6, 0.5];
}

/** How a shape moves a vertex; only mouth and lids look like what they are called. */
function moved(name: string, vertex: Vertex): Vertex {
  const [x, y] = vertex;
  if (name === "jawOpen" || name === "aa") return [0, y < MOUTH[1] ? -0.03 * near(vertex, MOUTH, 0.03, 0.06) : 0, 0];
  const side = name.endsWith("Right") ? EYES[1]! : EYES[0]!;
  if (name.startsWith("eyeBlink") || name.startsWith("blink")) return [0, (side[1] - y) * near(vertex, side, 0.02), 0];
  const index = Math.max(0, ARKIT_NAMES.indexOf(name as never));
  const place: Vertex = [((index % 7) - 3) * 0.02, (Math.floor(index / 7) - 3) * 0.02, 0];
  return [0, 0, 0.01 * near(vertex, place, 0.012)].map(
    (part) => part * Math.sign(1 + Math.abs(x)),
  ) as unknown as Vertex;
}

/** A GLB whose mask has these shapes, spelled as given; `change` may add to its description. */
function mask(
  shapes: readonly { name: string; spelled: string }[],
  change: (gltf: Json) => void = () => undefined,
): Uint8Array {
  const vertices = grid();
  const indices: number[] = [];
  for (let row = 0; row < ROWS - 1; row++) {
    for (let column = 0; column < COLUMNS - 1; column++) {
      const a = row * COLUMNS + column;
      indices.push(a, a + 1, a + COLUMNS, a + 1, a + COLUMNS + 1, a + COLUMNS);
    }
  }
  const parts: (Float32Array | Uint16Array)[] = [
    Float32Array.from(vertices.flat()),
    Float32Array.from(vertices.flatMap(colour)),
    ...shapes.map(({ name }) => Float32Array.from(vertices.flatMap((vertex) => moved(name, vertex)))),
    Uint16Array.from(indices),
  ];
  const last = parts.length - 1;
  const gltf: Json = {
    asset: { version: "2.0" },
    scene: 0,
    scenes: [{ nodes: [0] }],
    nodes: [{ name: "Mask", mesh: 0 }],
    materials: [{ pbrMetallicRoughness: { metallicFactor: 0, roughnessFactor: 0.8 }, doubleSided: true }],
    meshes: [
      {
        name: "Mask",
        primitives: [
          {
            attributes: { POSITION: 0, COLOR_0: 1 },
            indices: last,
            material: 0,
            targets: shapes.map((_, i) => ({ POSITION: i + 2 })),
          },
        ],
        weights: shapes.map(() => 0),
        extras: { targetNames: shapes.map(({ spelled }) => spelled) },
      },
    ],
    ...described(parts),
  };
  change(gltf);
  return packed(gltf, Buffer.concat(parts.map(({ buffer }) => padded(Buffer.from(buffer as ArrayBuffer), 0))));
}

function described(parts: readonly (Float32Array | Uint16Array)[]): Json {
  let offset = 0;
  const bufferViews = parts.map((part) => {
    const view = { buffer: 0, byteOffset: offset, byteLength: part.byteLength };
    offset += Math.ceil(part.byteLength / 4) * 4;
    return view;
  });
  const accessors = parts.map((part, i) => {
    if (part instanceof Uint16Array) return { bufferView: i, componentType: 5123, count: part.length, type: "SCALAR" };
    const rows = Array.from({ length: part.length / 3 }, (_, row) => [...part.subarray(3 * row, 3 * row + 3)]);
    const bound = (of: (...values: number[]) => number) =>
      [0, 1, 2].map((axis) => of(...rows.map((row) => row[axis]!)));
    const bounds = { min: bound(Math.min), max: bound(Math.max) };
    return { bufferView: i, componentType: 5126, count: rows.length, type: "VEC3", ...bounds };
  });
  return { accessors, bufferViews, buffers: [{ byteLength: offset }] };
}

function padded(bytes: Buffer, filler: number): Buffer {
  return Buffer.concat([bytes, Buffer.alloc((4 - (bytes.length % 4)) % 4, filler)]);
}

function packed(gltf: Json, binary: Buffer): Uint8Array {
  const chunk = (type: number, bytes: Buffer) => {
    const head = Buffer.alloc(8);
    head.writeUInt32LE(bytes.length, 0);
    head.writeUInt32LE(type, 4);
    return Buffer.concat([head, bytes]);
  };
  const json = chunk(0x4e4f534a, padded(Buffer.from(JSON.stringify(gltf)), 0x20));
  const data = chunk(0x004e4942, binary);
  const head = Buffer.from("glTF\x02\0\0\0\0\0\0\0", "latin1");
  head.writeUInt32LE(12 + json.length + data.length, 8);
  return Buffer.concat([head, json, data]);
}

const plain = ARKIT_NAMES.map((name) => ({ name, spelled: name }));

/** A mask whose shapes are spelled in another way: sides by a letter, where they are sides, behind a prefix. */
export function spelledMask(): Uint8Array {
  const short = (name: string) =>
    name.replace(/(?<!^jaw|^mouth)(Left|Right)$/, (_, side: string) => `_${side.charAt(0)}`);
  return mask(plain.map(({ name }) => ({ name, spelled: `Head.blendShape1.${short(name)}` })));
}

/** A tree of bones, each above the one before it in its list, with the mask below the head. */
function withBones(
  gltf: Json,
  root: string,
  bones: readonly (readonly [name: string, parent: string, at: Vertex])[],
): Map<string, number> {
  const nodes = gltf["nodes"] as Json[];
  const index = new Map<string, number>();
  const add = (name: string, parent: string | null, translation: Vertex) => {
    const number = nodes.push({ name, translation, children: [] as number[] }) - 1;
    index.set(name, number);
    if (parent !== null) (nodes[index.get(parent)!]!["children"] as number[]).push(number);
  };
  add(root, null, [0, 0, 0]);
  for (const [name, parent, at] of bones) add(name, parent, at);
  for (const node of nodes) if (!(node["children"] as number[] | undefined)?.length) delete node["children"];
  const head = nodes[index.get("head") ?? index.get("Head")!]!;
  head["children"] = [...((head["children"] as number[] | undefined) ?? []), 0];
  gltf["scenes"] = [{ nodes: [index.get(root)!] }];
  return index;
}

const LIMBS = ["left", "right"].flatMap((side): [string, string, Vertex][] => {
  const way = side === "left" ? 1 : -1;
  return [
    [`${side}UpperLeg`, "hips", [way * 0.1, -0.05, 0]],
    [`${side}LowerLeg`, `${side}UpperLeg`, [0, -0.4, 0]],
    [`${side}Foot`, `${side}LowerLeg`, [0, -0.4, 0]],
    [`${side}UpperArm`, "spine", [way * 0.2, 0.3, 0]],
    [`${side}LowerArm`, `${side}UpperArm`, [way * 0.25, 0, 0]],
    [`${side}Hand`, `${side}LowerArm`, [way * 0.25, 0, 0]],
  ];
});
const HUMAN: [string, string, Vertex][] = [
  ["hips", "Root", [0, 0.9, 0]],
  ["spine", "hips", [0, 0.2, 0]],
  ["head", "spine", [0, 0.4, 0]],
  ...LIMBS,
];
const VOWELS = ["aa", "ih", "ou", "ee", "oh", "blinkLeft", "blinkRight"];

/** A VRM 1.0 with the 52 expressions of Perfect Sync, or with the presets of vowels and blinks alone. */
export function vrm(kind: "perfect-sync" | "presets"): Uint8Array {
  const perfect = kind === "perfect-sync";
  const shapes = perfect ? plain : VOWELS.map((name) => ({ name, spelled: name }));
  return mask(shapes, (gltf) => {
    const bones = withBones(gltf, "Root", HUMAN);
    const expression = (i: number) => ({ morphTargetBinds: [{ node: 0, index: i, weight: 1 }] });
    const named = Object.fromEntries(
      shapes.map(({ name }, i) => [perfect ? name[0]!.toUpperCase() + name.slice(1) : name, expression(i)]),
    );
    gltf["extensionsUsed"] = ["VRMC_vrm"];
    gltf["extensions"] = {
      VRMC_vrm: {
        specVersion: "1.0",
        meta: { name: "Mask", authors: ["a2f-live"], licenseUrl: "https://vrm.dev/licenses/1.0/" },
        humanoid: { humanBones: Object.fromEntries(HUMAN.map(([name]) => [name, { node: bones.get(name)! }])) },
        expressions: perfect ? { custom: named } : { preset: named },
      },
    };
  });
}

/** The bones of Mixamo below a root called Armature, as TalkingHead needs them. */
export function mixamo(): Uint8Array {
  return mask(plain, (gltf) => void withBones(gltf, "Armature", mixamoBones()));
}

function mixamoBones(): [string, string, Vertex][] {
  const sides = ["Left", "Right"].flatMap((side): [string, string, Vertex][] => {
    const way = side === "Left" ? 1 : -1;
    const fingers = ["Thumb", "Index", "Middle", "Ring", "Pinky"].flatMap((finger, i) =>
      [1, 2, 3, 4].map((joint): [string, string, Vertex] => {
        const before = joint === 1 ? `${side}Hand` : `${side}Hand${finger}${joint - 1}`;
        return [`${side}Hand${finger}${joint}`, before, [way * 0.02, 0, 0.01 * (i - 2)]];
      }),
    );
    return [
      [`${side}Shoulder`, "Spine2", [way * 0.06, 0.1, 0]],
      [`${side}Arm`, `${side}Shoulder`, [way * 0.1, 0, 0]],
      [`${side}ForeArm`, `${side}Arm`, [way * 0.25, 0, 0]],
      [`${side}Hand`, `${side}ForeArm`, [way * 0.25, 0, 0]],
      ...fingers,
      [`${side}UpLeg`, "Hips", [way * 0.1, -0.05, 0]],
      [`${side}Leg`, `${side}UpLeg`, [0, -0.42, 0]],
      [`${side}Foot`, `${side}Leg`, [0, -0.42, 0]],
      [`${side}ToeBase`, `${side}Foot`, [0, -0.06, 0.1]],
      [`${side}Eye`, "Head", [way * 0.035, 0.03, 0.06]],
    ];
  });
  const trunk: [string, string, Vertex][] = [
    ["Hips", "Armature", [0, 1, 0]],
    ["Spine", "Hips", [0, 0.1, 0]],
    ["Spine1", "Spine", [0, 0.1, 0]],
    ["Spine2", "Spine1", [0, 0.12, 0]],
    ["Neck", "Spine2", [0, 0.15, 0]],
    ["Head", "Neck", [0, 0.15, 0]],
    ["HeadTop_End", "Head", [0, 0.2, 0]],
  ];
  return [...trunk, ...sides];
}
