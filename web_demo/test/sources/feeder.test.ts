import fc from "fast-check";
import { expect, it } from "vitest";

import { Feeder } from "../../src/sources/feeder.ts";
import { mixDown, peaksOf, toInt16 } from "../../src/sources/clip.ts";

it("sends the same samples however it is pumped, at the seconds that it says", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 3000 }),
      fc.array(fc.double({ min: 0, max: 4, noNaN: true }), { maxLength: 30 }),
      (length, times) => {
        const pcm = Int16Array.from({ length }, (_, i) => i);
        const heard: number[] = [];
        let ends = 0;
        const feeder = new Feeder(pcm, 1000, {
          send: (part, atS) => {
            expect(Math.round(atS * 1000)).toBe(heard.length);
            expect(part.length).toBeLessThanOrEqual(20);
            heard.push(...part);
          },
          end: () => void ends++,
        });
        for (const time of times) feeder.pump(time, false);
        feeder.pump(10, false);
        expect(heard).toEqual([...pcm]);
        expect(ends).toBe(1);
      },
    ),
  );
});

it("goes round and round in a loop", () => {
  const sent: number[] = [];
  let ends = 0;
  const feeder = new Feeder(Int16Array.of(1, 2, 3), 1, {
    send: (part) => void sent.push(...part),
    end: () => void ends++,
  });
  feeder.pump(7, true);
  expect([sent, ends, feeder.sentS]).toEqual([[1, 2, 3, 1, 2, 3, 1], 2, 7]);
  feeder.pump(20, false);
  expect([sent.length, ends]).toEqual([9, 3]);
  feeder.seek(1);
  feeder.pump(3, false);
  expect(sent.slice(9)).toEqual([2, 3]);
});

it("sends nothing of an empty clip", () => {
  const feeder = new Feeder(new Int16Array(), 16_000, {
    send: () => expect.unreachable(),
    end: () => expect.unreachable(),
  });
  feeder.pump(5, true);
});

it("mixes, cuts and measures samples", () => {
  expect([...mixDown([Float32Array.of(1, 0), Float32Array.of(0, -1)])]).toEqual([0.5, -0.5]);
  expect([...toInt16(Float32Array.of(-2, -1, 0, 0.5, 1))]).toEqual([-32767, -32767, 0, 16384, 32767]);
  expect([...peaksOf(Float32Array.of(0, -0.5, 0.25, 0), 2)]).toEqual([1, 0.5]);
  expect([...peaksOf(new Float32Array(4), 2)]).toEqual([0, 0]);
});
