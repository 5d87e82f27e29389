/** How fast live audio may be sent, and how soon a lost connection may be tried again. Times are given, never read. */

/** Of the limits of a server: what is on its way counts there later than here. */
const SHARE = 0.8;

/** Live audio that may go out now: a burst, then so many times real time. */
export class Allowance {
  readonly #burstS: number;
  readonly #rate: number;
  #leftS: number;
  #atS: number;

  constructor(limits: { burstS: number; rate: number }, nowS: number) {
    this.#burstS = limits.burstS * SHARE;
    this.#rate = limits.rate * SHARE;
    this.#leftS = this.#burstS;
    this.#atS = nowS;
  }

  /** Seconds to wait until so much audio may be sent. */
  waitS(seconds: number, nowS: number): number {
    this.#leftS = Math.min(this.#burstS, this.#leftS + (nowS - this.#atS) * this.#rate);
    this.#atS = nowS;
    return Math.max(0, Math.min(seconds, this.#burstS) - this.#leftS) / this.#rate;
  }

  /** So much audio was sent. */
  spend(seconds: number): void {
    this.#leftS -= seconds;
  }
}

/**
 * Delays between attempts: none, then doubling with jitter. A connection that breaks as soon as it is made counts as
 * one, but it does not make the delays short again.
 */
export class Backoff {
  static readonly FIRST_S = 0.2;
  static readonly LONGEST_S = 4;
  readonly #random: () => number;
  #attempts = 0;
  #sinceS: number | null = null;

  constructor(random: () => number = Math.random) {
    this.#random = random;
  }

  /** Seconds for which there has been no connection. */
  lostS(nowS: number): number {
    return this.#sinceS === null ? 0 : nowS - this.#sinceS;
  }

  /** Seconds to wait before the next attempt. */
  delayS(nowS: number): number {
    this.#sinceS ??= nowS;
    if (this.#attempts++ === 0) return 0;
    const longest = Math.min(Backoff.LONGEST_S, Backoff.FIRST_S * 2 ** (this.#attempts - 2));
    return longest * (0.5 + this.#random() / 2);
  }

  /** There is a connection, for how long none can say. */
  connected(): void {
    this.#sinceS = null;
  }

  /** The connection held: the next attempt after it is made at once. */
  reset(): void {
    this.#attempts = 0;
    this.#sinceS = null;
  }
}
