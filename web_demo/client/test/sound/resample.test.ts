import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { Resampler } from "../../src/sound/resample.ts";

const RATES = [8_000, 16_000, 22_050, 24_000, 44_100, 48_000, 96_000];
const sine = (hz: number, rate: number, seconds: number) =>
  Float32Array.from({ length: Math.round(seconds * rate) }, (_, i) => Math.sin((2 * Math.PI * hz * i) / rate));

function resampled(samples: Float32Array, from: number, to: number, cuts: readonly number[] = []): number[] {
  const resampler = new Resampler(from, to);
  const places = [0, ...[...cuts].sort((a, b) => a - b), samples.length];
  const parts = places.slice(1).map((end, i) => resampler.push(samples.subarray(places[i], end)));
  return [...parts, resampler.flush()].flatMap((part) => [...part]);
}

const rms = (values: readonly number[]) =>
  Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length);
const inner = (values: readonly number[]) => values.slice(200, -200);

describe.each(RATES.flatMap((from) => RATES.filter((to) => to !== from).map((to) => ({ from, to }))))(
  "$from Hz to $to Hz",
  ({ from, to }) => {
    const out = resampled(sine(700, from, 0.3), from, to);

    test("lasts as long", () => expect(out.length).toBe(Math.ceil(0.3 * to)));

    test("keeps a tone, in its place", () => {
      const expected = sine(700, to, 0.3);
      expect(rms(inner(out.map((sample, i) => sample - (expected[i] ?? 0))))).toBeLessThan(1e-3);
    });
  },
);

test("what the lower rate cannot hold is gone", () => {
  expect(rms(inner(resampled(sine(9_000, 48_000, 0.3), 48_000, 16_000)))).toBeLessThan(3e-4);
});

test("where it is cut changes nothing", () => {
  const samples = sine(440, 44_100, 0.05);
  const whole = resampled(samples, 44_100, 16_000);
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: samples.length }), { maxLength: 12 }), (cuts) => {
      expect(resampled(samples, 44_100, 16_000, cuts)).toEqual(whole);
    }),
  );
});

test("a block is given at once, but for a few milliseconds", () => {
  const resampler = new Resampler(48_000, 16_000);
  expect(resampler.push(sine(440, 48_000, 0.02)).length).toBeGreaterThanOrEqual(0.0185 * 16_000);
});

test("it holds no more than it needs", () => {
  const resampler = new Resampler(44_100, 16_000);
  const block = sine(440, 44_100, 0.02);
  const begun = performance.now();
  for (let i = 0; i < 500; i++) resampler.push(block);
  expect(resampler.flush().length).toBeLessThan(100);
  expect(performance.now() - begun).toBeLessThan(10_000); // ten seconds of sound
});
