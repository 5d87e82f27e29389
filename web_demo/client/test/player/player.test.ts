import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { Emitter } from "../../src/emitter.ts";
import { FramePlayer, type PlayerOptions } from "../../src/player/player.ts";
import type { FaceEvents } from "../../src/stream/events.ts";
import { frames } from "../frames.ts";

const PICTURE_S = 1 / 60;

/** A player whose clock stands until it is moved. */
class Stage {
  now = 100;
  readonly player: FramePlayer;

  constructor(options: PlayerOptions = {}) {
    this.player = new FramePlayer({ bufferMs: 40, ...options, now: () => this.now });
  }

  /** The value that all weights have now. */
  get value(): number {
    return this.player.sample().weights[7]!;
  }

  /** Pictures for so long, each after `before`; gives the values shown. */
  run(seconds: number, before: (i: number) => void = () => undefined): number[] {
    return Array.from({ length: Math.round(seconds / PICTURE_S) }, (_, i) => {
      before(i);
      this.now += PICTURE_S;
      return this.value;
    });
  }

  /** An even live stream of frames of that value. */
  speak(seconds: number, value: (index: number) => number, from = 0, utterance = 0): number[] {
    return this.run(seconds, (i) => this.player.take(frames({ index: from + i, utterance, value })));
  }
}

const steps = (values: readonly number[]) => values.slice(1).map((value, i) => Math.abs(value - values[i]!));

describe("live", () => {
  test("a face rests before anything came", () => {
    const pose = new Stage().player.sample();
    expect(pose).toMatchObject({ source: "rest", utterance: null, timeS: null });
    expect(Math.max(...pose.weights)).toBe(0);
    expect(pose.visemes[0]).toBe(1);
  });

  test("frames are shown behind the buffer, and between two of them what lies between", () => {
    const stage = new Stage({ blendMs: 0 });
    stage.player.take(frames({ index: 0, count: 30, value: (index) => index / 100 }));
    stage.now += 0.04 + 10.5 / 60;
    expect(stage.value).toBeCloseTo(0.105, 6);
    expect(stage.player.sample()).toMatchObject({ source: "speech", utterance: 0 });
    expect(stage.player.sample().timeS).toBeCloseTo(10.5 / 60, 9);
  });

  test("head and visemes too", () => {
    const stage = new Stage({ blendMs: 0 });
    const rows = (width: number, value: number) => [0, 1].map((k) => new Float32Array(width).fill(value * k));
    stage.player.take({ ...frames({ count: 2 }), head: rows(3, 10), visemes: rows(15, 0.5) });
    stage.now += 0.04 + 0.5 / 60;
    const pose = stage.player.sample();
    expect([...pose.head]).toEqual([5, 5, 5].map((angle) => expect.closeTo(angle, 4) as number));
    expect(pose.hasVisemes).toBe(true);
    expect(pose.visemes[10]).toBeCloseTo(0.25, 6);
  });

  test("a stream that breaks off eases to rest and stays there", () => {
    const stage = new Stage();
    expect(stage.speak(1, () => 0.8).at(-1)).toBeCloseTo(0.8, 5);
    const after = stage.run(0.6);
    expect(after.at(-1)).toBe(0);
    expect(Math.max(...steps(after))).toBeLessThan(0.15);
    expect(after.findIndex((value) => value === 0) * PICTURE_S).toBeLessThan(0.04 + 0.12 + 0.2 + 0.05);
  });

  test("an utterance that has ended does not wait for more", () => {
    const [ended, open] = [new Stage(), new Stage()];
    for (const stage of [ended, open]) stage.speak(1, () => 0.8);
    ended.player.end(0);
    const firstRest = (stage: Stage) => stage.run(1).findIndex((value) => value === 0);
    expect(firstRest(ended)).toBeLessThan(firstRest(open));
  });

  test("speech after a rest comes softly", () => {
    const stage = new Stage();
    const shown = stage.speak(0.5, () => 1);
    expect(Math.max(...steps([0, ...shown]))).toBeLessThan(0.35);
    expect(shown.at(-1)).toBe(1);
  });

  test("idle life is shown as it comes, and gives way to speech", () => {
    const stage = new Stage();
    const idle = stage.run(0.5, (i) => stage.player.take(frames({ idle: true, index: i, value: () => 0.2 })));
    expect(idle.at(-1)).toBeCloseTo(0.2, 5);
    expect(stage.player.sample().source).toBe("idle");
    expect(stage.speak(0.5, () => 0.9).at(-1)).toBeCloseTo(0.9, 5);
    expect(stage.player.sample().source).toBe("speech");
    const again = stage.run(0.5, (i) => stage.player.take(frames({ idle: true, index: i, value: () => 0.2 })));
    expect(again.at(-1)).toBeCloseTo(0.2, 5);
    expect(Math.max(...steps([...idle, ...again]))).toBeLessThan(1);
  });

  test("idle frames of a later pause are shown though nobody looked at the earlier one", () => {
    const stage = new Stage();
    for (let i = 0; i < 120; i++) stage.player.take(frames({ idle: true, index: i, value: () => 0.1 }));
    stage.now += 60;
    stage.run(0.5, (i) => stage.player.take(frames({ idle: true, index: i, value: () => 0.4 })));
    expect(stage.value).toBeCloseTo(0.4, 5);
  });

  test("utterances that come faster than they are spoken are shown one after the other", () => {
    const stage = new Stage({ blendMs: 0 });
    stage.player.take(frames({ utterance: 0, count: 60, value: () => 0.3 }));
    stage.player.take(frames({ utterance: 1, count: 60, value: () => 0.6 }));
    stage.now += 0.04 + 0.9;
    expect(stage.value).toBeCloseTo(0.3, 5);
    stage.now += 0.2;
    expect(stage.value).toBeCloseTo(0.6, 5);
  });

  test("an outage of two seconds leaves no lasting delay", () => {
    const stage = new Stage();
    stage.speak(1, (index) => (index % 60) / 60);
    stage.run(2);
    expect(stage.value).toBe(0);
    stage.player.take(frames({ index: 60, count: 120 }));
    stage.speak(2, () => 0.5, 180);
    expect(stage.player.sample().timeS! + 100).toBeGreaterThan(stage.now - 0.35);
    expect(stage.value).toBeCloseTo(0.5, 5);
  });

  test("memory is bounded though nobody looks", () => {
    const stage = new Stage();
    for (let i = 0; i < 60 * 600; i++) {
      stage.player.take(frames({ index: i }));
      stage.now += PICTURE_S;
    }
    expect(stage.player.bufferedS).toBeLessThan(1);
    for (let utterance = 1; utterance < 200; utterance++) stage.speak(0.1, () => 0.1, 0, utterance);
    expect(stage.value).toBeCloseTo(0.1, 3);
  });
});

describe("clear", () => {
  test.each([0.1, 0.5, 1])("from %d the face is at rest within 250 ms, with no jump", (value) => {
    const stage = new Stage();
    stage.player.take(frames({ count: 600, value: () => value }));
    stage.run(0.5);
    stage.player.clear();
    const after = stage.run(0.25);
    expect(after.at(-1)).toBe(0);
    expect(Math.max(...steps([value, ...after]))).toBeLessThan(0.15);
  });

  test("nothing of the old utterance is shown after it, its ease to rest neither; the next one is", () => {
    const stage = new Stage();
    stage.speak(0.5, () => 0.9);
    stage.player.clear();
    stage.speak(0.3, () => 0.9, 30);
    stage.player.take(frames({ index: 48, count: 15, final: true, value: () => 0.9 }));
    expect(stage.run(0.3).at(-1)).toBe(0);
    expect(stage.speak(0.3, () => 0.4, 0, 1).at(-1)).toBeCloseTo(0.4, 5);
  });

  test("the ease to rest of the server tells of it as well", () => {
    const stage = new Stage();
    stage.player.take(frames({ count: 600, value: () => 0.8 }));
    stage.run(0.5);
    stage.player.take(frames({ index: 60, count: 15, final: true, value: () => 0.8 }));
    expect(stage.run(0.25).at(-1)).toBe(0);
  });

  test("the face eases into its idle life as slowly", () => {
    const stage = new Stage();
    stage.player.take(frames({ count: 600, value: () => 1 }));
    stage.run(0.5);
    stage.player.clear();
    const idle = stage.run(0.4, (i) => stage.player.take(frames({ idle: true, index: i, value: () => 0.1 })));
    expect(Math.max(...steps([1, ...idle]))).toBeLessThan(0.15);
    expect(idle.at(-1)).toBeCloseTo(0.1, 5);
  });
});

describe("following sound", () => {
  test("the face stands where the sound stands, whichever way it goes", () => {
    const stage = new Stage({ blendMs: 0 });
    let heardS: number | null = null;
    stage.player.follow(0, () => heardS);
    stage.player.take(frames({ count: 600, value: (index) => index / 1000 }));
    fc.assert(
      fc.property(fc.double({ min: 0, max: 9.9, noNaN: true }), (second) => {
        heardS = second;
        stage.now += PICTURE_S;
        expect(stage.value).toBeCloseTo((second * 60) / 1000, 5);
        expect(stage.player.sample().timeS).toBe(second);
      }),
    );
  });

  test("a jump is passed over softly", () => {
    const stage = new Stage();
    let heardS = 0;
    stage.player.follow(0, () => heardS);
    stage.player.take(frames({ count: 600, value: (index) => (index < 300 ? 0 : 1) }));
    stage.run(0.5, () => (heardS += PICTURE_S));
    heardS = 8;
    const after = stage.run(0.3, () => (heardS += PICTURE_S));
    expect(Math.max(...steps([0, ...after]))).toBeLessThan(0.35);
    expect(after.at(-1)).toBe(1);
  });

  test("a pause eases to rest, and what is live then is shown", () => {
    const stage = new Stage();
    let heardS: number | null = 0.5;
    stage.player.follow(0, () => heardS);
    stage.player.take(frames({ count: 600, value: () => 0.8 }));
    stage.run(0.2);
    heardS = null;
    expect(stage.run(0.3).at(-1)).toBe(0);
    stage.run(0.3, (i) => stage.player.take(frames({ idle: true, index: i, value: () => 0.2 })));
    expect(stage.value).toBeCloseTo(0.2, 5);
    heardS = 1;
    expect(stage.run(0.2).at(-1)).toBeCloseTo(0.8, 5);
  });

  test("a sound that stands still is passed over to, however seldom pictures are drawn", () => {
    const stage = new Stage();
    let heardS = 0.2;
    stage.player.follow(0, () => heardS);
    stage.player.take(frames({ count: 600, value: (index) => (index < 300 ? 0 : 1) }));
    stage.run(0.2);
    heardS = 8;
    const seldom = [1, 2, 3].map(() => {
      stage.now += 0.4;
      return stage.value;
    });
    expect(seldom.at(-1)).toBe(1);
  });

  test("frames that came before are followed too, and forgotten at the end", () => {
    const stage = new Stage({ blendMs: 0 });
    stage.player.take(frames({ utterance: 3, count: 60, value: () => 0.7 }));
    const end = stage.player.follow(3, () => 0.5);
    stage.now += 0.1;
    expect(stage.value).toBeCloseTo(0.7, 5);
    end();
    stage.now += 1;
    stage.player.sample();
    stage.now += 1;
    expect(stage.value).toBe(0);
  });
});

test("a clear while nobody speaks forgets what was said, and nothing of what is said next", () => {
  const stage = new Stage();
  stage.speak(0.3, () => 0.6);
  stage.player.take(frames({ utterance: 1, idle: true, count: 12, value: () => 0.1 }));
  stage.player.clear();
  expect(stage.run(0.3).at(-1)).toBeLessThan(0.11);
  expect(stage.speak(0.5, () => 0.6, 0, 1).at(-1)).toBeCloseTo(0.6, 5);
});

test("a face is attached as a whole", () => {
  const stage = new Stage();
  const events = new Emitter<FaceEvents>();
  const end = stage.player.attach(events);
  events.emit("frames", frames({ count: 60, value: () => 0.5 }));
  stage.run(0.3);
  expect(stage.value).toBeCloseTo(0.5, 5);
  events.emit("cleared", { type: "cleared", id: 1, utterance: 0, droppedMs: 0 });
  expect(stage.run(0.3).at(-1)).toBe(0);
  end();
  events.emit("frames", frames({ utterance: 1, count: 60, value: () => 0.5 }));
  expect(stage.run(0.3).at(-1)).toBe(0);
});

test("a face that is attached takes the place of the one before, whether that was let go or not", () => {
  const stage = new Stage();
  const [first, second] = [new Emitter<FaceEvents>(), new Emitter<FaceEvents>()];
  stage.player.attach(first);
  stage.player.attach(second);
  stage.run(0.5, (i) => {
    first.emit("frames", frames({ index: i, value: () => 0.9 }));
    second.emit("frames", frames({ index: i, value: () => 0.4 }));
  });
  first.emit("cleared", { type: "cleared", id: 1, utterance: 0, droppedMs: 0 });
  expect(stage.value).toBeCloseTo(0.4, 5);
});

test.each([[[]], [[0]], [[0, 1]]])(
  "a server that had nothing to forget names the next utterance, which is shown (after %j)",
  (before: number[]) => {
    const stage = new Stage();
    const face = new Emitter<FaceEvents>();
    stage.player.attach(face);
    for (const utterance of before)
      stage.run(0.3, (i) => face.emit("frames", frames({ index: i, utterance, value: () => 0.6 })));
    const next = before.length;
    face.emit("cleared", { type: "cleared", id: 1, utterance: next, droppedMs: 0 });
    expect(stage.run(0.3).at(-1)).toBe(0);
    stage.run(0.5, (i) => face.emit("frames", frames({ index: i, utterance: next, value: () => 0.6 })));
    expect(stage.value).toBeCloseTo(0.6, 5);
  },
);

test("another face is attached in the place of one: what was of the first neither shows nor stands in the way", () => {
  const stage = new Stage();
  const [first, second] = [new Emitter<FaceEvents>(), new Emitter<FaceEvents>()];
  const detach = stage.player.attach(first);
  stage.player.follow(4, () => 0.5);
  first.emit("frames", frames({ utterance: 4, count: 600, value: () => 0.9 }));
  first.emit("frames", frames({ utterance: 5, count: 600, value: () => 0.9 }));
  stage.run(0.3);
  expect(stage.value).toBeCloseTo(0.9, 5);
  first.emit("cleared", { type: "cleared", id: 1, utterance: 7, droppedMs: 0 });
  detach();
  stage.player.attach(second);
  expect(stage.run(0.3).at(-1)).toBe(0);
  second.emit("frames", frames({ utterance: 0, count: 60, value: () => 0.4 }));
  expect(stage.run(0.3).at(-1)).toBeCloseTo(0.4, 5);
});

test("the same face is attached again and goes on", () => {
  const stage = new Stage();
  const events = new Emitter<FaceEvents>();
  const detach = stage.player.attach(events);
  events.emit("frames", frames({ utterance: 3, count: 60, value: () => 0.4 }));
  detach();
  stage.player.attach(events);
  expect(stage.run(0.3).at(-1)).toBeCloseTo(0.4, 5);
});

test("whatever comes and whenever, every weight stays between the smallest and the largest that came", () => {
  const block = fc.record({
    utterance: fc.integer({ min: 0, max: 2 }),
    index: fc.integer({ min: 0, max: 50 }),
    count: fc.integer({ min: 1, max: 20 }),
    idle: fc.boolean(),
    waitS: fc.double({ min: 0, max: 0.5, noNaN: true }),
    clear: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(block, { maxLength: 40 }), (blocks) => {
      const stage = new Stage();
      for (const { waitS, clear, ...given } of blocks) {
        stage.player.take(frames({ ...given, value: (index) => (index % 7) / 10 }));
        if (clear) stage.player.clear();
        for (const value of stage.run(waitS)) {
          expect(value).toBeGreaterThanOrEqual(0);
          expect(value).toBeLessThanOrEqual(0.6001);
        }
      }
      expect(stage.run(3).at(-1)).toBe(0);
    }),
  );
});
