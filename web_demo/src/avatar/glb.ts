/** The container of a GLB or VRM: a JSON part and a binary part. */

import { PageError } from "../errors.ts";

const MAGIC = 0x46546c67; // "glTF"
const JSON_CHUNK = 0x4e4f534a;
const BIN_CHUNK = 0x004e4942;
const HEADER_BYTES = 12;
const CHUNK_HEADER_BYTES = 8;
const SPACE = 0x20;

/** The largest avatar that is read, in bytes. */
export const LIMIT_BYTES = 100 * 1024 * 1024;

export interface GltfNode {
  name?: string;
  mesh?: number;
  children?: number[];
}

export interface GltfMesh {
  name?: string;
  primitives: { targets?: unknown[] }[];
  extras?: { targetNames?: unknown };
}

/** The JSON of a glTF, as far as the page reads or changes it. */
export interface Gltf {
  asset?: { version?: string };
  buffers?: { byteLength: number; uri?: string }[];
  bufferViews?: object[];
  accessors?: object[];
  images?: { uri?: string }[];
  animations?: object[];
  nodes?: GltfNode[];
  meshes?: GltfMesh[];
  extensionsUsed?: string[];
  extensionsRequired?: string[];
  extensions?: Record<string, unknown>;
}

export interface Glb {
  readonly json: Gltf;
  readonly binary: Uint8Array;
}

export const OUTSIDE =
  "The avatar needs files from elsewhere, which are not fetched: export it with everything inside.";

/** Needed to be read, and not in this page: they take decoders of their own. */
const UNREADABLE = new Map([
  ["KHR_draco_mesh_compression", "Draco"],
  ["EXT_meshopt_compression", "meshopt"],
  ["KHR_texture_basisu", "Basis textures"],
]);

/** Takes a GLB apart. Throws a `PageError` for what is too big, broken, or not whole in itself. */
export function readGlb(bytes: Uint8Array): Glb {
  if (bytes.length > LIMIT_BYTES) {
    throw new PageError(`The file is larger than ${LIMIT_BYTES / 1024 / 1024} MiB: reduce its textures.`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < HEADER_BYTES || view.getUint32(0, true) !== MAGIC) {
    throw new PageError("That is no GLB or VRM file: export the avatar as binary glTF.");
  }
  if (view.getUint32(4, true) !== 2) throw new PageError("That is not glTF 2: export the avatar anew.");
  const chunks = chunksOf(view, Math.min(bytes.length, view.getUint32(8, true)));
  const json = parse(chunks.get(JSON_CHUNK));
  requireWhole(json);
  return { json, binary: chunks.get(BIN_CHUNK) ?? new Uint8Array() };
}

/** Puts a GLB together. */
export function writeGlb({ json, binary }: Glb): Uint8Array<ArrayBuffer> {
  const text = new TextEncoder().encode(JSON.stringify(json));
  const [jsonBytes, binaryBytes] = [padded(text.length), padded(binary.length)];
  const bytes = new Uint8Array(HEADER_BYTES + 2 * CHUNK_HEADER_BYTES + jsonBytes + binaryBytes);
  const view = new DataView(bytes.buffer);
  [MAGIC, 2, bytes.length, jsonBytes, JSON_CHUNK].forEach((word, i) => view.setUint32(4 * i, word, true));
  const jsonStart = HEADER_BYTES + CHUNK_HEADER_BYTES;
  bytes.fill(SPACE, jsonStart, jsonStart + jsonBytes);
  bytes.set(text, jsonStart);
  const binaryStart = jsonStart + jsonBytes;
  view.setUint32(binaryStart, binaryBytes, true);
  view.setUint32(binaryStart + 4, BIN_CHUNK, true);
  bytes.set(binary, binaryStart + CHUNK_HEADER_BYTES);
  return bytes;
}

export function padded(length: number): number {
  return Math.ceil(length / 4) * 4;
}

function chunksOf(view: DataView, end: number): Map<number, Uint8Array> {
  const chunks = new Map<number, Uint8Array>();
  for (let at = HEADER_BYTES; at + CHUNK_HEADER_BYTES <= end;) {
    const [length, kind] = [view.getUint32(at, true), view.getUint32(at + 4, true)];
    const start = at + CHUNK_HEADER_BYTES;
    if (start + length > end) throw new PageError("The file is cut off: copy or export it again.");
    if (!chunks.has(kind)) chunks.set(kind, new Uint8Array(view.buffer, view.byteOffset + start, length));
    at = start + padded(length);
  }
  return chunks;
}

function parse(chunk: Uint8Array | undefined): Gltf {
  try {
    const json: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(chunk));
    if (typeof json === "object" && json !== null && !Array.isArray(json)) return json as Gltf;
  } catch {
    // told below
  }
  throw new PageError("The description in the file cannot be read: export the avatar anew.");
}

/** An avatar is read from its own bytes alone: nothing is fetched for it. */
function requireWhole(json: Gltf): void {
  const outside = [...list(json.buffers), ...list(json.images)].find(
    ({ uri }) => typeof uri === "string" && !uri.startsWith("data:"),
  );
  if (outside) throw new PageError(OUTSIDE);
  const unreadable = list(json.extensionsRequired).find((name) => UNREADABLE.has(name));
  if (unreadable)
    throw new PageError(`The avatar is compressed with ${UNREADABLE.get(unreadable)}: export it without.`);
}

/** The list if it is one: what is in a file need not be what it should be. */
export function list<T>(value: readonly T[] | undefined): readonly T[] {
  return Array.isArray(value) ? value : [];
}
