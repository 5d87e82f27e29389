import { describe, expect, test } from "vitest";

import { A2FError } from "../../src/errors.ts";
import { PcmWriter } from "../../src/sound/pcm.ts";
import type { Encoding } from "../../src/wire/messages.ts";

const writer = (encoding: Encoding = "pcm_s16le", channels = 1) =>
  new PcmWriter({ encoding, sampleRate: 16_000, channels });
const integers = (bytes: Uint8Array) => [...new Int16Array(bytes.buffer)];
const floats = (bytes: Uint8Array) => [...new Float32Array(bytes.buffer)];

describe("samples are written in the encoding of the stream", () => {
  test("floats as integers, clamped", () => {
    const bytes = writer().write(Float32Array.of(0, 1, -1, 2, -2, 0.5));
    expect(integers(bytes)).toEqual([0, 32767, -32767, 32767, -32767, 16384]);
  });
  test("integers as they are", () => {
    expect(integers(writer().write(Int16Array.of(1, -32768, 32767)))).toEqual([1, -32768, 32767]);
  });
  test("integers as floats", () => {
    expect(floats(writer("pcm_f32le").write(Int16Array.of(-32768, 16384)))).toEqual([-1, 0.5]);
  });
  test("floats as they are", () => {
    expect(floats(writer("pcm_f32le").write(Float32Array.of(-3, 0.25)))).toEqual([-3, 0.25]);
  });
  test("bytes untouched, and copied", () => {
    const given = Uint8Array.of(1, 2, 3);
    const written = writer("mulaw").write(given);
    given[0] = 9;
    expect([...written]).toEqual([1, 2, 3]);
  });
  test("a part of a larger buffer", () => {
    const whole = Int16Array.of(7, 8, 9, 10);
    expect(integers(writer().write(whole.subarray(1, 3)))).toEqual([8, 9]);
  });
  test("as G.711 they must be bytes", () => {
    expect(() => writer("alaw").write(Int16Array.of(1))).toThrow(A2FError);
  });
});

describe("samples of another rate", () => {
  test("are as many as last as long", () => {
    const to16 = writer();
    const bytes = [...Array(10)].map(() => to16.write(new Float32Array(960).fill(0.5), 48_000));
    const total = [...bytes, to16.rest()].reduce((sum, part) => sum + part.length / 2, 0);
    expect(total).toBe(3200);
  });
  test("go on after the rest of another rate", () => {
    const to16 = writer();
    const first = to16.write(new Float32Array(480), 48_000);
    const second = to16.write(new Float32Array(240), 24_000);
    expect((first.length + second.length + to16.rest().length) / 2).toBe(320);
  });
  test("are forgotten after a clear", () => {
    const to16 = writer();
    to16.write(new Float32Array(480), 48_000);
    to16.reset();
    expect(to16.rest().length).toBe(0);
  });
  test("of several channels are refused", () => {
    expect(() => writer("pcm_s16le", 2).write(new Float32Array(4), 48_000)).toThrow(/one channel/);
  });
});
