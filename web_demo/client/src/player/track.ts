/** The frames of one utterance in the order of their time, and the face between any two of them. */

import { dueS } from "../wire/frames.ts";
import type { Frames } from "../wire/messages.ts";

/** One row of everything that a frame holds. */
export interface Row {
  readonly weights: Float32Array;
  readonly head: Float32Array | null;
  readonly visemes: Float32Array | null;
}

interface Due extends Row {
  readonly atS: number;
  readonly spanS: number;
}

/** Two rows, and how far from the first to the second; the same twice where there is only one. */
export interface Between {
  readonly from: Row;
  readonly to: Row;
  readonly share: number;
  /** Seconds since the end of the last frame; 0 within the frames. */
  readonly pastEndS: number;
}

/** Longer gaps than so many frames are not bridged. */
const WIDEST_GAP = 4;

/** Grows at its end; what is behind can be forgotten. */
export class Track {
  #frames: Due[] = [];

  get empty(): boolean {
    return !this.#frames.length;
  }

  /** Second at which the first frame that is kept is due. */
  get startS(): number {
    return this.#frames[0]?.atS ?? 0;
  }

  /** Second at which the last frame has been shown for its whole span. */
  get endS(): number {
    const last = this.#frames.at(-1);
    return last ? last.atS + last.spanS : 0;
  }

  /** Adds frames; where they begin before the last ones end, they take their place. */
  add(frames: Frames): void {
    this.cut(frames.time);
    const spanS = frames.fps[1] / frames.fps[0];
    for (let k = 0; k < frames.count; k++) {
      const weights = frames.weights[k];
      if (!weights) break;
      const row = { weights, head: frames.head?.[k] ?? null, visemes: frames.visemes?.[k] ?? null };
      this.#frames.push({ ...row, atS: dueS(frames, k), spanS });
    }
  }

  /** Forgets the frames that are due at a second or later. */
  cut(fromS: number): void {
    const keep = this.#frames.findLastIndex(({ atS }) => atS < fromS - 1e-6) + 1;
    this.#frames.length = keep;
  }

  /** Forgets the frames before a second, but for the one that is shown then. */
  forget(beforeS: number): void {
    const shown = this.#indexAt(beforeS);
    if (shown > 0) this.#frames.splice(0, shown);
  }

  /** Frames that are due between two seconds, the second included. */
  countWithin(afterS: number, untilS: number): number {
    return Math.max(0, this.#indexAt(untilS) - this.#indexAt(afterS));
  }

  /** The face at a second; null before the first frame. */
  at(second: number): Between | null {
    const index = this.#indexAt(second);
    const from = this.#frames[index];
    if (!from) return null;
    const to = this.#frames[index + 1];
    const gapS = to ? to.atS - from.atS : Infinity;
    if (!to || gapS > WIDEST_GAP * from.spanS) {
      return { from, to: from, share: 0, pastEndS: Math.max(0, second - from.atS - from.spanS) };
    }
    return { from, to, share: Math.max(0, (second - from.atS) / gapS), pastEndS: 0 };
  }

  /** Index of the last frame that is due by a second, -1 for none. */
  #indexAt(second: number): number {
    let low = 0;
    let high = this.#frames.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#frames[middle]?.atS ?? Infinity) <= second + 1e-9) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }
}
