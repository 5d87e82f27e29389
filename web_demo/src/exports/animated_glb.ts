/** The character with what drove it as an animation. */

import { type Glb, type Gltf, list, padded } from "../avatar/glb.ts";

const FLOAT = 5126;

/** How one node moves. */
export interface Channel {
  /** Its place in the glTF's nodes. */
  readonly node: number;
  readonly path: "weights" | "rotation";
  /** Frame by frame: as many numbers as the node has targets, or four of a quaternion. */
  readonly values: Float32Array;
}

/** The GLB with one animation more. `times` are seconds, ascending from 0. The GLB that is given stays as it is. */
export function animated(glb: Glb, name: string, times: Float32Array, channels: readonly Channel[]): Glb {
  const json = structuredClone(glb.json);
  const parts = [times, ...channels.map(({ values }) => values)];
  const start = padded(glb.binary.length);
  const binary = new Uint8Array(start + parts.reduce((sum, part) => sum + part.byteLength, 0));
  binary.set(glb.binary);
  const store = new Store(json, binary, start);
  const input = store.add(times, "SCALAR", { min: [times[0] ?? 0], max: [times.at(-1) ?? 0] });
  const samplers = channels.map(({ path, values }) => ({
    input,
    output: store.add(values, path === "rotation" ? "VEC4" : "SCALAR"),
    interpolation: "LINEAR",
  }));
  const targets = channels.map(({ node, path }, sampler) => ({ sampler, target: { node, path } }));
  json.animations = [...list(json.animations), { name, samplers, channels: targets }];
  json.buffers = [{ byteLength: binary.length }, ...list(json.buffers).slice(1)];
  return { json, binary };
}

/** Appends numbers to the binary part. */
class Store {
  readonly #json: Gltf;
  readonly #binary: Uint8Array;
  #at: number;

  constructor(json: Gltf, binary: Uint8Array, start: number) {
    this.#json = json;
    this.#binary = binary;
    this.#at = start;
  }

  /** The place of the new accessor. */
  add(values: Float32Array, type: "SCALAR" | "VEC4", bounds: object = {}): number {
    this.#binary.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), this.#at);
    const views = [...list(this.#json.bufferViews), { buffer: 0, byteOffset: this.#at, byteLength: values.byteLength }];
    const count = type === "VEC4" ? values.length / 4 : values.length;
    const accessor = { bufferView: views.length - 1, componentType: FLOAT, count, type, ...bounds };
    this.#json.bufferViews = views;
    this.#json.accessors = [...list(this.#json.accessors), accessor];
    this.#at += values.byteLength;
    return this.#json.accessors.length - 1;
  }
}
