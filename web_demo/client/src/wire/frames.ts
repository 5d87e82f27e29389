/** Blocks of frames, and parts of them. */

import type { Frames } from "./messages.ts";

/** Frames a second. */
export function rate(frames: Pick<Frames, "fps">): number {
  return frames.fps[0] / frames.fps[1];
}

/** Seconds of the utterance's audio at which frame `k` of the block is due. */
export function dueS(frames: Frames, k: number): number {
  return frames.time + k / rate(frames);
}

/** The block without its first `count` frames; all of it if that is none. */
export function withoutFirst(frames: Frames, count: number): Frames {
  if (count <= 0) return frames;
  return {
    ...frames,
    index: frames.index + count,
    count: frames.count - count,
    time: dueS(frames, count),
    weights: frames.weights.slice(count),
    head: frames.head && frames.head.slice(count),
    visemes: frames.visemes && frames.visemes.slice(count),
  };
}
