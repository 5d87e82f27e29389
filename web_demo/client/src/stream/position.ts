/** Where the frames received stand, so that none is given twice after a resume. */

import { withoutFirst } from "../wire/frames.ts";
import type { Frames } from "../wire/messages.ts";

type Place = readonly [utterance: number, index: number];

/** The last frame received. Frames between utterances are counted apart: their index begins anew each time. */
export class Position {
  #spoken: Place = [0, -1];
  #idle: Place = [0, -1];

  get utterance(): number {
    return this.#spoken[0];
  }

  /** Index of the last frame of the utterance, -1 for none. */
  get index(): number {
    return this.#spoken[1];
  }

  /** The frames less those that were received before; null if all were. */
  fresh(frames: Frames): Frames | null {
    const last: Place = [frames.utterance, frames.index + frames.count - 1];
    const seen = frames.idle ? this.#idle : this.#spoken;
    if (!isBefore(seen, last)) return null;
    if (frames.idle) {
      this.#idle = last;
    } else {
      this.#spoken = last;
      this.#idle = [0, -1];
    }
    return seen[0] === frames.utterance ? withoutFirst(frames, seen[1] + 1 - frames.index) : frames;
  }
}

function isBefore(a: Place, b: Place): boolean {
  return a[0] < b[0] || (a[0] === b[0] && a[1] < b[1]);
}
