import { FramePlayer, type Frames } from "a2f-live";
import { beforeEach, describe, expect, it } from "vitest";

import { type ClipOutput, ClipPlayer, type ClipStream } from "../../src/playback/clip_player.ts";
import { type Clip, LIMIT_S } from "../../src/sources/clip.ts";

const RATE = 16_000;
const DURATION_S = 2;

/** An audio context whose time is moved by hand. */
class FakeContext {
  currentTime = 100;
  readonly started: [when: number, offset: number][] = [];
}

class FakeSource {
  loop = false;
  readonly context: FakeContext;
  constructor(context: FakeContext) {
    this.context = context;
  }
  connect(): void {}
  disconnect(): void {}
  stop(): void {}
  start(when: number, offset: number): void {
    this.context.started.push([when, offset]);
  }
}

/** A stream that counts utterances as a server does. */
class FakeStream implements ClipStream {
  utterance = 0;
  sent: Int16Array[] = [];
  said: string[] = [];
  send(pcm: Int16Array): void {
    this.sent.push(pcm);
  }
  flush(): void {
    this.said.push("flush");
    this.utterance++;
  }
  clear(): void {
    this.said.push("clear");
    this.utterance++;
  }
}

class FakeFrames implements Pick<FramePlayer, "follow" | "clear"> {
  readonly followed = new Map<number, () => number | null>();
  follow(utterance: number, position: () => number | null): () => void {
    this.followed.set(utterance, position);
    return () => void this.followed.delete(utterance);
  }
  clear(): void {}
}

let context: FakeContext;
let stream: FakeStream;
let frames: FakeFrames;
let player: ClipPlayer;

function block(utterance: number, time: number, count: number): Frames {
  const weights = Array.from({ length: count }, () => new Float32Array(52));
  return {
    type: "frames",
    utterance,
    index: 0,
    count,
    time,
    fps: [50, 1],
    weights,
    head: null,
    visemes: null,
    idle: false,
    final: false,
  };
}

beforeEach(() => {
  context = new FakeContext();
  globalThis.AudioBufferSourceNode = class extends FakeSource {} as never;
  stream = new FakeStream();
  frames = new FakeFrames();
  make(frames);
});

/** Lets time pass in steps of the timer. */
function pass(seconds: number): void {
  for (let left = seconds; left > 1e-9; left -= 0.04) {
    context.currentTime += Math.min(0.04, left);
    player.tick(context.currentTime, false);
  }
}

const sentS = (): number => stream.sent.reduce((sum, pcm) => sum + pcm.length, 0) / RATE;

describe("playing", () => {
  it("sends ahead, and lets the sound wait for the face", () => {
    player.play(context.currentTime);
    expect(sentS()).toBeCloseTo(0.5);
    expect([player.state.current, context.started.length]).toEqual(["waiting", 0]);
    player.take(block(0, 0, 20), 0);
    pass(0.04);
    expect(player.state.current).toBe("playing");
    expect(context.started).toEqual([[expect.closeTo(100.07), 0]]);
  });

  it("does not wait for ever", () => {
    player.play(context.currentTime);
    pass(1.6);
    expect(player.state.current).toBe("playing");
  });

  it("shows each second of the utterance when its sound is heard", () => {
    play();
    pass(0.53);
    expect(frames.followed.get(0)?.()).toBeCloseTo(0.5);
  });

  it("sends everything exactly once, flushes at the end, and ends", () => {
    play();
    pass(2.2);
    const all = Int16Array.from(stream.sent.flatMap((pcm) => [...pcm]));
    expect(all).toEqual(player.clip.pcm);
    expect(stream.said).toEqual(["flush"]);
    expect(player.state.current).toBe("ended");
  });

  it("begins again after the end", () => {
    play();
    pass(2.2);
    player.play(context.currentTime);
    expect([player.state.current, player.placeS(0)]).toEqual(["waiting", 0]);
    expect(sentS()).toBeCloseTo(DURATION_S + 0.5);
  });
});

describe("pausing and seeking", () => {
  it("stands still in a pause and goes on from there in the same utterance", () => {
    play();
    pass(0.53);
    player.pause(context.currentTime);
    pass(5);
    expect(player.placeS(0)).toBeCloseTo(0.5);
    player.play(context.currentTime);
    expect(stream.said).toEqual([]);
    player.take(block(0, 0.4, 40), 0);
    pass(0.04);
    expect(context.started.at(-1)?.[1]).toBeCloseTo(0.5);
  });

  it("goes back to frames that are here without asking anew", () => {
    play();
    player.take(block(0, 0, 60), 0);
    pass(0.8);
    player.seek(0.3, context.currentTime);
    expect(player.placeS(0)).toBeCloseTo(0.3);
    expect(stream.said).toEqual([]);
    expect(player.state.current).toBe("playing");
  });

  it("asks anew where the face was changed since", () => {
    play();
    player.take(block(0, 0, 60), 0);
    player.outdate();
    player.seek(0.3, context.currentTime);
    expect(stream.said).toEqual(["clear"]);
    expect(frames.followed.has(0)).toBe(false);
    expect(frames.followed.get(1)?.()).toBeCloseTo(0);
  });

  it("begins an utterance where no frames are", () => {
    play();
    player.seek(1.5, context.currentTime);
    expect(stream.said).toEqual(["clear", "flush"]);
    player.take(block(1, 0, 25), 0);
    pass(0.07);
    expect([player.state.current, context.started.at(-1)?.[1]]).toEqual(["playing", 1.5]);
  });
});

describe("looping", () => {
  it("goes on without a gap, an utterance a round", () => {
    player.setLoop(true, context.currentTime);
    play();
    pass(3.03);
    expect(sentS()).toBeCloseTo(3.5, 1);
    expect(stream.said).toEqual(["flush"]);
    expect(frames.followed.get(1)?.()).toBeCloseTo(1, 1);
    expect(player.secondS(0)).toBeCloseTo(1, 1);
    expect(context.started.length).toBe(1);
  });

  it("ends with the round in which it was switched off, and forgets what was sent beyond", () => {
    player.setLoop(true, context.currentTime);
    play();
    pass(1.9);
    player.setLoop(false, context.currentTime);
    pass(0.2);
    expect(player.state.current).toBe("ended");
    expect(stream.said).toEqual(["flush", "clear"]);
  });
});

describe("interrupting", () => {
  it("falls silent, forgets, and follows nothing", () => {
    play();
    pass(0.5);
    player.interrupt(context.currentTime);
    expect([player.state.current, stream.said, frames.followed.size]).toEqual(["ended", ["clear"], 0]);
    pass(1);
    expect(player.state.current).toBe("ended");
  });

  it("says nothing where nothing is under way", () => {
    play();
    pass(2.2);
    player.interrupt(context.currentTime);
    expect(stream.said).toEqual(["flush"]);
  });
});

it("goes on where the sound is when there is another session", () => {
  play();
  pass(0.83);
  stream.utterance = 7;
  player.renew(context.currentTime);
  expect(player.placeS(0)).toBeCloseTo(0.8);
  expect(player.state.current).toBe("waiting");
  expect(frames.followed.size).toBe(1);
});

it("takes nothing of a stream that is gone to the next one, which counts anew", () => {
  const real = new FramePlayer({ now: () => context.currentTime });
  make(real);
  stream.utterance = 5;
  play(5);
  pass(2.2);
  expect(player.state.current).toBe("ended");
  stream = Object.assign(stream, { utterance: 0, said: [] });
  player.forget();
  player.renew(context.currentTime);
  player.interrupt(context.currentTime);
  real.take({ ...block(0, 0, 60), weights: Array.from({ length: 60 }, () => new Float32Array(52).fill(0.5)) });
  pass(0.3);
  real.sample();
  pass(0.3);
  expect(real.sample().weights[17]).toBeCloseTo(0.5);
});

it("goes back to any second of the longest clip, and its face is there", () => {
  const real = new FramePlayer({ now: () => context.currentTime, keepS: LIMIT_S });
  make(real, LIMIT_S);
  play();
  for (let second = 0; second < LIMIT_S; second += 1) {
    const frames = { ...block(0, second, 50), index: 50 * second };
    real.take(frames);
    player.take(frames, 0);
  }
  player.seek(3, context.currentTime);
  expect(stream.said).toEqual([]);
  expect(player.placeS(0)).toBeCloseTo(3);
  pass(0.1);
  expect(real.sample()).toMatchObject({ source: "speech", utterance: 0 });
});

/** The player of a clip that shows its frames by that one. */
function make(shown: Pick<FramePlayer, "follow" | "clear">, durationS = DURATION_S): void {
  const clip: Clip = {
    title: "clip",
    buffer: { duration: durationS } as AudioBuffer,
    pcm: new Int16Array(durationS * RATE).map((_, i) => i % 1000),
    sampleRate: RATE,
    peaks: new Float32Array(1),
    durationS,
  };
  const output = {
    context,
    node: {},
    heardS: () => context.currentTime,
    readS: () => context.currentTime,
  } as never as ClipOutput;
  player = new ClipPlayer(clip, output, stream, shown);
}

function play(utterance = 0): void {
  player.play(context.currentTime);
  player.take(block(utterance, 0, 25), 0);
  player.tick(context.currentTime, false);
}
