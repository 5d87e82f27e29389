/** Frames by the second at which they are due. */

import { mix, type Pose } from "../pose.ts";

/** Between two frames that are further apart than this the face holds still. */
const GAP_S = 0.25;
/** Frames are forgotten so many at a time. */
const FORGET_AT = 1024;

/** The frames of one clip, in the order in which they are due. */
export class Track {
  readonly #due: number[] = [];
  readonly #poses: Pose[] = [];

  get length(): number {
    return this.#due.length;
  }

  /** When the last frame is due, in seconds; -Infinity if there is none. */
  get endS(): number {
    return this.#due.at(-1) ?? -Infinity;
  }

  /** Adds a frame; what was due at that time or later is replaced by it. */
  add(dueS: number, pose: Pose): void {
    while (this.#due.length && this.endS >= dueS - 1e-6) {
      this.#due.pop();
      this.#poses.pop();
    }
    this.#due.push(dueS);
    this.#poses.push(pose);
  }

  /** The face at a second, between two frames; undefined before the first and longer after the last than `holdS`. */
  at(second: number, holdS = 0.1): Pose | undefined {
    const next = this.#after(second);
    const [before, after] = [this.#poses[next - 1], this.#poses[next]];
    if (!before) return undefined;
    const [beforeS, afterS] = [this.#due[next - 1]!, this.#due[next]];
    if (after && afterS !== undefined && afterS - beforeS <= GAP_S) {
      return mix(before, after, (second - beforeS) / (afterS - beforeS));
    }
    return second - beforeS <= holdS ? before : undefined;
  }

  /** When the frame was due that is shown at a second: the distance to `second` is how stale the face is. */
  shownS(second: number): number | undefined {
    const next = this.#after(second);
    if (next === 0) return undefined;
    const [beforeS, afterS] = [this.#due[next - 1]!, this.#due[next]];
    return afterS !== undefined && afterS - beforeS <= GAP_S ? second : beforeS;
  }

  /** Forgets most of what was due before `second`. */
  forget(second: number): void {
    const old = this.#after(second);
    if (old < FORGET_AT) return;
    this.#due.splice(0, old);
    this.#poses.splice(0, old);
  }

  clear(): void {
    this.#due.length = this.#poses.length = 0;
  }

  /** The index of the first frame that is due later than `second`. */
  #after(second: number): number {
    let [low, high] = [0, this.#due.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#due[middle]! <= second) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
