/** How well sound and face run together. */

const KEPT = 8192;
/** That of most displays: what is drawn more seldom is not in time for that. */
const INTERVAL_S = 1 / 60;

/** One display refresh: where the sound was, and which frame was shown. All in seconds. */
export interface Showing {
  readonly soundS: number;
  /** When the frame that was shown was due; undefined if there was none. */
  readonly shownS: number | undefined;
}

export interface SyncReport {
  readonly showings: number;
  /** Mean of sound minus face: positive if the face is late, in milliseconds. */
  readonly meanMs: number;
  /** Largest absolute offset, in milliseconds. */
  readonly worstMs: number;
  /** Share of the refreshes whose frame was due within 1/60 s. */
  readonly inTime: number;
}

/** Remembers the last refreshes of a clip. */
export class SyncMeter {
  #showings: Showing[] = [];

  add(showing: Showing): void {
    this.#showings.push(showing);
    if (this.#showings.length > KEPT) this.#showings.splice(0, KEPT / 2);
  }

  clear(): void {
    this.#showings = [];
  }

  report(): SyncReport {
    const shown = this.#showings.filter((showing) => showing.shownS !== undefined);
    const offsets = shown.map(({ soundS, shownS }) => soundS - shownS!);
    const inTime = offsets.filter((offset) => Math.abs(offset) <= INTERVAL_S).length;
    return {
      showings: this.#showings.length,
      meanMs: (1000 * offsets.reduce((sum, offset) => sum + offset, 0)) / Math.max(1, offsets.length),
      worstMs: 1000 * offsets.reduce((worst, offset) => Math.max(worst, Math.abs(offset)), 0),
      inTime: inTime / Math.max(1, this.#showings.length),
    };
  }
}
