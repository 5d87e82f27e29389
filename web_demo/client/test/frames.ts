/** Frames to test with. */

import type { Frames } from "../src/wire/messages.ts";

type Given = Partial<Omit<Frames, "weights">> & { value?: (index: number) => number };

/** A block of frames whose weights all are `value` of the index of their frame. */
export function frames({ value = (index) => (index % 10) / 10, ...given }: Given = {}): Frames {
  const { index = 0, count = 1, fps = [60, 1] } = given;
  const weights = Array.from({ length: count }, (_, k) => new Float32Array(52).fill(value(index + k)));
  return {
    ...{ type: "frames", utterance: 0, head: null, visemes: null, idle: false, final: false },
    ...given,
    ...{ index, count, fps, weights, time: given.time ?? (index * fps[1]) / fps[0] },
  } as Frames;
}
