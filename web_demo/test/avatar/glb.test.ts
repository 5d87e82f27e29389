import { describe, expect, it } from "vitest";

import { type Gltf, LIMIT_BYTES, readGlb, writeGlb } from "../../src/avatar/glb.ts";
import { readVrm } from "../../src/avatar/vrm.ts";
import { animated } from "../../src/exports/animated_glb.ts";

const binary = Uint8Array.of(1, 2, 3, 4, 5);
const whole: Gltf = { asset: { version: "2.0" }, buffers: [{ byteLength: 5 }], nodes: [{ name: "Kopf", mesh: 0 }] };

describe("GLB", () => {
  it("is read as it was written", () => {
    const { json, binary: read } = readGlb(writeGlb({ json: whole, binary }));
    expect(json).toEqual(whole);
    expect([...read.subarray(0, 5)]).toEqual([...binary]);
  });

  const damaged = (change: (view: DataView) => void): Uint8Array => {
    const bytes = writeGlb({ json: whole, binary });
    change(new DataView(bytes.buffer));
    return bytes;
  };

  it.each([
    ["is something else", new TextEncoder().encode("<html></html>"), /no GLB or VRM/],
    ["is empty", new Uint8Array(), /no GLB or VRM/],
    ["is of another version", damaged((view) => view.setUint32(4, 1, true)), /glTF 2/],
    ["is cut off", damaged((view) => view.setUint32(12, 1e6, true)), /cut off/],
    ["has no description", damaged((view) => view.setUint32(16, 7, true)), /cannot be read/],
    ["has a broken description", damaged((view) => view.setUint8(20, 0x7d)), /cannot be read/],
    [
      "wants a buffer from elsewhere",
      writeGlb({ json: { buffers: [{ byteLength: 1, uri: "https://example.org/a.bin" }] }, binary }),
      /elsewhere/,
    ],
    ["wants a picture beside it", writeGlb({ json: { images: [{ uri: "skin.png" }] }, binary }), /elsewhere/],
    ["needs a decoder", writeGlb({ json: { extensionsRequired: ["KHR_draco_mesh_compression"] }, binary }), /Draco/],
    ["is too large", { length: LIMIT_BYTES + 1 } as Uint8Array, /larger than/],
  ])("is refused where it %s", (_, bytes, message) => expect(() => readGlb(bytes)).toThrow(message));

  it("may hold pictures of its own", () => {
    expect(
      readGlb(writeGlb({ json: { images: [{ uri: "data:image/png;base64,AA==" }, {}] }, binary })).json.images?.length,
    ).toBe(2);
  });
});

describe("animated GLB", () => {
  const times = Float32Array.of(0, 0.5);
  const weights = Float32Array.of(0, 0.25, 0.5, 1);
  const glb = animated({ json: whole, binary }, "take", times, [{ node: 0, path: "weights", values: weights }]);

  it("has one animation more, whose numbers lie behind those that were there", () => {
    const accessors = glb.json.accessors as { bufferView: number; count: number; min?: number[]; max?: number[] }[];
    expect(accessors.map(({ count }) => count)).toEqual([2, 4]);
    expect([accessors[0]?.min, accessors[0]?.max]).toEqual([[0], [0.5]]);
    expect(glb.json.animations).toEqual([
      {
        name: "take",
        samplers: [{ input: 0, output: 1, interpolation: "LINEAR" }],
        channels: [{ sampler: 0, target: { node: 0, path: "weights" } }],
      },
    ]);
    const views = glb.json.bufferViews as { byteOffset: number; byteLength: number }[];
    const { byteOffset, byteLength } = views[1]!;
    expect([...new Float32Array(glb.binary.slice(byteOffset, byteOffset + byteLength).buffer)]).toEqual([...weights]);
    expect([...glb.binary.subarray(0, 5)]).toEqual([...binary]);
    expect(glb.json.buffers).toEqual([{ byteLength: glb.binary.length }]);
  });

  it("leaves the character as it was", () => expect(whole.animations).toBeUndefined());
});

describe("VRM", () => {
  it("is none without its extension", () => expect(readVrm(whole)).toBeUndefined());

  it("tells expressions and head of version 1", () => {
    const expressions = {
      preset: { aa: { morphTargetBinds: [{ node: 3, index: 2, weight: 0.5 }] } },
      custom: { JawOpen: {} },
    };
    const vrm = readVrm({ extensions: { VRMC_vrm: { humanoid: { humanBones: { head: { node: 9 } } }, expressions } } });
    expect(vrm).toMatchObject({ version: 1, head: 9, eyes: [] });
    expect(vrm?.expressions).toEqual([
      { name: "aa", binds: [{ node: 3, target: 2, gain: 0.5 }] },
      { name: "JawOpen", binds: [] },
    ]);
  });

  it("tells those of version 0 by the names of version 1", () => {
    const groups = [
      { name: "A", presetName: "a", binds: [{ mesh: 1, index: 4, weight: 100 }] },
      { name: "JawOpen", presetName: "unknown", binds: [] },
    ];
    const vrm = readVrm({
      extensions: {
        VRM: { humanoid: { humanBones: [{ bone: "head", node: 5 }] }, blendShapeMaster: { blendShapeGroups: groups } },
      },
    });
    expect(vrm).toMatchObject({ version: 0, head: 5 });
    expect(vrm?.expressions.map(({ name }) => name)).toEqual(["aa", "JawOpen"]);
    expect(vrm?.expressions[0]?.binds).toEqual([{ mesh: 1, target: 4, gain: 1 }]);
  });
});
