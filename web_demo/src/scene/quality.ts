/** How finely is drawn: as finely as this machine can in time. */

export interface Level {
  /** Points of the picture a point of the page, at the most. */
  readonly pixelRatio: number;
  readonly shadows: boolean;
}

/** From the finest to the coarsest. */
export const LEVELS: readonly Level[] = [
  { pixelRatio: 2, shadows: true },
  { pixelRatio: 1.25, shadows: true },
  { pixelRatio: 1, shadows: false },
  { pixelRatio: 0.6, shadows: false },
];

/** Slower than this is not smooth. */
const SLOW_S = 1 / 45;
/** So many intervals are looked at, and so many of them may be slow: one long one is a hiccup. */
const LOOKED_AT = 24;
const SLOW_ONES = 6;
/** A coarser picture that takes more than so much of the time of the finest one gains nothing. */
const NO_GAIN = 0.9;

/**
 * Goes down a level when the display is kept waiting; never up again, since that would flicker. Only where the coarsest
 * is no faster than the finest, it is the display that is slow, and the finest stays.
 */
export class Quality {
  #level = 0;
  #fixed = false;
  #intervals: number[] = [];
  #finestS = 0;

  get level(): Level {
    return LEVELS[this.#level]!;
  }

  /** Stays at a level from now on, whatever comes: for pictures that are to be compared. */
  fix(level: number): void {
    this.#level = level;
    this.#fixed = true;
  }

  /** Takes the time between two pictures; tells whether the level has changed. */
  observe(intervalS: number): boolean {
    if (this.#fixed) return false;
    this.#intervals.push(intervalS);
    if (this.#intervals.length < LOOKED_AT) return false;
    const slow = this.#intervals.filter((interval) => interval > SLOW_S).length;
    const middleS = this.#intervals.sort((a, b) => a - b)[LOOKED_AT / 2]!;
    this.#intervals = [];
    return slow > SLOW_ONES && this.#leave(middleS);
  }

  /** Goes to another level, if there is one that helps. */
  #leave(middleS: number): boolean {
    if (this.#level === 0) this.#finestS = middleS;
    if (this.#level < LEVELS.length - 1) this.#level++;
    else if (middleS > NO_GAIN * this.#finestS) this.fix(0);
    else return false;
    return true;
  }
}
