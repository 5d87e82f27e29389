import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { Position } from "../../src/stream/position.ts";
import { frames } from "../frames.ts";

describe("frames come exactly once", () => {
  test("however a server repeats them", () => {
    const steps = fc.array(fc.tuple(fc.integer({ min: 0, max: 4 }), fc.integer({ min: 1, max: 5 })), { maxLength: 30 });
    fc.assert(
      fc.property(steps, (blocks) => {
        const position = new Position();
        const seen: number[] = [];
        let next = 0;
        for (const [back, count] of blocks) {
          const index = Math.max(0, next - back);
          const fresh = position.fresh(frames({ index, count }));
          if (fresh) for (let k = 0; k < fresh.count; k++) seen.push(fresh.index + k);
          next = Math.max(next, index + count);
        }
        expect(seen).toEqual([...Array(next).keys()]);
        expect(position.index).toBe(next - 1);
      }),
    );
  });

  test("the rest of a block keeps its rows and times", () => {
    const position = new Position();
    position.fresh(frames({ index: 0, count: 3 }));
    const whole = frames({ index: 1, count: 4, fps: [30, 1] });
    const rest = position.fresh(whole)!;
    expect(rest).toMatchObject({ index: 3, count: 2, time: 3 / 30 });
    expect(rest.weights).toEqual(whole.weights.slice(2));
  });

  test("idle frames count apart, and anew after speech", () => {
    const position = new Position();
    expect(position.fresh(frames({ idle: true, index: 0, count: 5 }))?.count).toBe(5);
    expect(position.fresh(frames({ idle: true, index: 3, count: 4 }))?.index).toBe(5);
    expect(position.fresh(frames({ index: 0, count: 2 }))?.count).toBe(2);
    expect(position.fresh(frames({ idle: true, index: 0, count: 1 }))?.count).toBe(1);
    expect(position.fresh(frames({ index: 0, count: 2 }))).toBeNull();
    expect(position.fresh(frames({ utterance: 1, index: 0, count: 2 }))?.count).toBe(2);
  });
});
