import { describe, expect, test } from "vitest";

import { Backoff } from "../../src/stream/allowance.ts";

describe("attempts to connect again", () => {
  test("come at growing intervals, the first at once", () => {
    const [backoff, delays] = [new Backoff(() => 1), [] as number[]];
    for (let nowS = 0; nowS < 20; nowS += delays.at(-1)!) delays.push(backoff.delayS(nowS));
    expect(delays.slice(0, 7)).toEqual([0, 0.2, 0.4, 0.8, 1.6, 3.2, 4]);
    expect(backoff.lostS(20)).toBe(20);
    backoff.reset();
    expect(backoff.delayS(21)).toBe(0);
    expect(backoff.lostS(22)).toBe(1);
  });

  test("stay rare where connections break at once, and the loss counts from the last of them", () => {
    const backoff = new Backoff(() => 1);
    let nowS = 0;
    for (let attempt = 0; attempt < 20; attempt++) {
      nowS += backoff.delayS(nowS);
      backoff.connected();
    }
    expect(backoff.delayS(nowS)).toBe(Backoff.LONGEST_S);
    expect(nowS).toBeGreaterThan(50);
    expect(backoff.lostS(nowS + 1)).toBe(1);
  });
});
