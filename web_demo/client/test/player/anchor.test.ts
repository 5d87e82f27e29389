import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { Anchor } from "../../src/player/anchor.ts";

const FRAME_S = 1 / 60;
const BUFFER_S = 0.04;

/** Lets frames come, each so much later than in an even stream; gives where second 0 stands after each. */
function starts(delaysS: readonly number[]): number[] {
  const anchor = new Anchor(BUFFER_S);
  return delaysS.map((delayS, i) => {
    const nowS = i * FRAME_S + delayS;
    anchor.came(i * FRAME_S, nowS);
    return nowS - anchor.positionS(nowS)!;
  });
}

const even = (count: number, delayS = 0) => Array<number>(count).fill(delayS);

describe("live frames stand on the clock", () => {
  test("behind a buffer", () =>
    expect(starts(even(5))).toEqual(even(5).map(() => expect.closeTo(BUFFER_S, 9) as number)));

  test("before anything came, nowhere", () => expect(new Anchor(BUFFER_S).positionS(1)).toBeNull());

  test("no frame within the jitter is shown before it came, and the buffer never exceeds the jitter", () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 0.2, noNaN: true }), { minLength: 2, maxLength: 200 }),
        (delays) => {
          const places = starts(delays);
          places.forEach((start, i) => expect(start + 1e-9).toBeGreaterThanOrEqual(Math.min(delays[i]!, start)));
          expect(Math.max(...places)).toBeLessThanOrEqual(Math.max(...delays) + BUFFER_S + 1e-9);
        },
      ),
    );
  });

  test("a late frame moves them, and calm moves them back", () => {
    const places = starts([...even(60), 0.15, ...even(60 * 20)]);
    expect(places[60]).toBeCloseTo(0.15, 6);
    expect(places.at(-1)).toBeGreaterThanOrEqual(BUFFER_S - 1e-6);
    expect(places.at(-1)).toBeLessThan(BUFFER_S + 0.01);
  });

  test("the burst after an outage does not", () => {
    const outage = Array.from({ length: 60 }, (_, i) => 1 - i / 60); // a second's frames, all at once
    const places = starts([...even(60), ...outage, ...even(60)]);
    expect(places.at(-1)).toBeLessThan(BUFFER_S + 0.26);
  });

  test("lateness that stays does", () => {
    const places = starts([...even(60), ...even(60, 1)]);
    expect(places.at(-1)).toBeGreaterThanOrEqual(1);
    expect(places.at(-1)).toBeLessThan(1 + 2 * BUFFER_S);
  });

  test("what is made faster than it is spoken is not hurried", () => {
    const anchor = new Anchor(BUFFER_S);
    for (let i = 0; i < 600; i++) anchor.came(i * FRAME_S, (i * FRAME_S) / 4);
    expect(anchor.positionS(1)).toBeCloseTo(1 - BUFFER_S, 9);
  });
});
