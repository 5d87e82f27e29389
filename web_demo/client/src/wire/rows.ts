/** Rows of numbers on the wire: little-endian float32 or float16 bytes, or a list of lists. */

import { badField } from "./fields.ts";

/** Beyond any weight or angle. */
const LARGEST = 10_000;

/** `count` rows of `width` numbers. The length of bytes tells float32 from float16. Refuses what is not finite. */
export function readRows(value: unknown, count: number, width: number, name: string): Float32Array[] {
  const rows = value instanceof Uint8Array ? fromBytes(value, count, width) : fromLists(value, count, width);
  if (!rows || !rows.every((row) => row.every(Number.isFinite))) {
    throw badField(`frames: ${name} does not hold ${count} rows of ${width} finite numbers`);
  }
  return rows;
}

function fromBytes(bytes: Uint8Array, count: number, width: number): Float32Array[] | null {
  const size = bytes.byteLength / (count * width);
  if (size !== 4 && size !== 2) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const numbers = new Float32Array(count * width);
  for (let i = 0; i < numbers.length; i++) {
    numbers[i] = size === 4 ? view.getFloat32(4 * i, true) : fromHalf(view.getUint16(2 * i, true));
  }
  return Array.from({ length: count }, (_, row) => numbers.subarray(row * width, (row + 1) * width));
}

function fromLists(value: unknown, count: number, width: number): Float32Array[] | null {
  if (!Array.isArray(value) || value.length !== count) return null;
  const fits = (number: unknown) => typeof number === "number" && Math.abs(number) <= LARGEST;
  const rows = value as unknown[];
  if (!rows.every((row) => Array.isArray(row) && row.length === width && row.every(fits))) return null;
  return rows.map((row) => Float32Array.from(row as number[]));
}

/** The number of an IEEE 754 half. */
export function fromHalf(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >> 10) & 0x1f;
  const fraction = half & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction ? NaN : sign * Infinity;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
