import { expect, it } from "vitest";

import { SyncMeter } from "../../src/playback/sync_meter.ts";

it("tells mean, worst, and what was in time", () => {
  const meter = new SyncMeter();
  meter.add({ soundS: 1, shownS: 1.01 });
  meter.add({ soundS: 2, shownS: 1.97 });
  meter.add({ soundS: 3, shownS: undefined });
  const { showings, meanMs, worstMs, inTime } = meter.report();
  expect([showings, inTime]).toEqual([3, 1 / 3]);
  expect(meanMs).toBeCloseTo(10);
  expect(worstMs).toBeCloseTo(30);
  meter.clear();
  expect(meter.report().showings).toBe(0);
});
