import { describe, expect, it } from "vitest";

import { type AudioTime, heardNow, SmoothClock } from "../../src/playback/smooth_clock.ts";

/** Readings of a clock that is `aheadS` ahead of the system's and goes on in steps of 10 ms. */
function* readings(aheadS: number, fromS: number, toS: number): Generator<[systemS: number, audioS: number]> {
  for (let systemS = fromS; systemS < toS; systemS += 1 / 60)
    yield [systemS, Math.floor((systemS + aheadS) * 100) / 100];
}

describe("SmoothClock", () => {
  it("runs evenly over readings that come in steps, and within half a step of them", () => {
    const clock = new SmoothClock();
    let before: number | undefined;
    for (const [systemS, audioS] of readings(3, 10, 20)) {
      clock.observe(systemS, audioS);
      const now = clock.at(systemS);
      if (before !== undefined && systemS > 11) {
        expect(now - before).toBeCloseTo(1 / 60, 2.5);
        expect(Math.abs(now - (systemS + 3 - 0.005))).toBeLessThan(0.003);
      }
      before = now;
    }
  });

  it("follows a drift of the device", () => {
    const clock = new SmoothClock();
    for (let systemS = 0; systemS < 60; systemS += 1 / 60) clock.observe(systemS, systemS * 1.0001);
    expect(Math.abs(clock.at(60) - 60.006)).toBeLessThan(0.001);
  });

  it("jumps where the device was changed, and begins anew when told to", () => {
    const clock = new SmoothClock();
    clock.observe(1, 1);
    clock.observe(2, 5);
    expect(clock.at(2)).toBe(5);
    clock.reset();
    expect(clock.at(2)).toBe(0);
  });
});

describe("heardNow", () => {
  const context = (more: Partial<AudioTime>): AudioTime => ({ currentTime: 8, ...more });

  it("believes the stamp of what is at the output", () => {
    const stamp = { contextTime: 7.9, performanceTime: 99_990 };
    expect(heardNow(context({ getOutputTimestamp: () => stamp }), 100)).toEqual({ systemS: 99.99, audioS: 7.9 });
  });

  it.each([
    ["has none", undefined, 0.03],
    ["is of long ago", { contextTime: 7, performanceTime: 90_000 }, 0.03],
    ["is of the future", { contextTime: 9, performanceTime: 100_000 }, 0.03],
    ["is empty before the first sound", { contextTime: 0, performanceTime: 0 }, 0.03],
  ])("takes the latency off where a stamp %s", (_, stamp, outputLatency) => {
    const heard = heardNow(context({ outputLatency, ...(stamp ? { getOutputTimestamp: () => stamp } : {}) }), 100);
    expect(heard).toEqual({ systemS: 100, audioS: 7.97 });
  });

  it("takes the base latency where the output's is not told", () => {
    expect(heardNow(context({ baseLatency: 0.01 }), 100).audioS).toBeCloseTo(7.99);
  });
});
