/**
 * Where live frames stand on the clock: a jitter buffer that grows with lateness and shrinks back.
 *
 * The second `t` of a track is shown at `start + t`. A frame that comes late moves the start by its lateness, up to a
 * limit: a burst after an outage is no reason to show everything later from then on, but lateness that stays is.
 */

/** Lateness up to here is jitter, and the buffer grows by it at once. */
const JITTER_S = 0.25;
/** Lateness above stays if everything within so long was late. */
const LASTING_S = 0.3;
/** The buffer shrinks by this share of the time that passes, once it has been larger than needed for so long. */
const SHRINK = 0.02;
const CALM_S = 3;

/** Of one track. Times are given, never read. */
export class Anchor {
  /** Whether its place behind the track before it is settled. */
  fixed = false;
  readonly #bufferS: number;
  #startS: number | null = null;
  #lateSinceS: number | null = null;
  #leastLateS = Infinity;
  #tightS = 0;
  #leastSlackS = Infinity;
  #lastS = 0;

  constructor(bufferS: number) {
    this.#bufferS = bufferS;
  }

  /** The second that is shown now; null before anything came. */
  positionS(nowS: number): number | null {
    return this.#startS === null ? null : nowS - this.#startS;
  }

  /** Shows everything so much later. */
  delay(seconds: number): void {
    if (this.#startS !== null) this.#startS += seconds;
  }

  /** Frames came whose first is due at a second of the track. */
  came(timeS: number, nowS: number): void {
    if (this.#startS === null) {
      this.#startS = nowS + this.#bufferS - timeS;
      this.#tightS = this.#lastS = nowS;
      return;
    }
    const slackS = this.#startS + timeS - nowS;
    if (slackS < 0) this.#late(-slackS, nowS);
    else this.#early(slackS, nowS);
    this.#lastS = nowS;
  }

  #late(lateS: number, nowS: number): void {
    this.#calmBegins(nowS);
    if (lateS <= JITTER_S) {
      this.#startS = (this.#startS ?? 0) + lateS;
      this.#lateSinceS = null;
      return;
    }
    this.#lateSinceS ??= nowS;
    this.#leastLateS = Math.min(this.#leastLateS, lateS);
    if (nowS - this.#lateSinceS < LASTING_S) return;
    this.#startS = (this.#startS ?? 0) + this.#leastLateS + this.#bufferS;
    this.#lateSinceS = null;
    this.#leastLateS = Infinity;
  }

  #early(slackS: number, nowS: number): void {
    this.#lateSinceS = null;
    this.#leastLateS = Infinity;
    this.#leastSlackS = Math.min(this.#leastSlackS, slackS);
    // More than a message or two ahead: what is spoken has been made before, and is not to be hurried.
    const larger = this.#leastSlackS > this.#bufferS && this.#leastSlackS < this.#bufferS + JITTER_S;
    if (!larger) return this.#calmBegins(nowS);
    if (nowS - this.#tightS < CALM_S) return;
    const stepS = Math.min(this.#leastSlackS - this.#bufferS, (nowS - this.#lastS) * SHRINK);
    this.#startS = (this.#startS ?? 0) - stepS;
    this.#leastSlackS -= stepS;
  }

  #calmBegins(nowS: number): void {
    this.#tightS = nowS;
    this.#leastSlackS = Infinity;
  }
}
