/** Sends the samples of a clip ahead of what is heard. */

/** 20 ms a message. */
const MESSAGE_S = 0.02;

export interface FeederTarget {
  /** Samples, the first of which is that of a second of the player's time. */
  send(pcm: Int16Array, atS: number): void;
  /** The end of the clip was sent. */
  end(): void;
}

/** The player's time goes on from one round of a loop to the next: second `n × duration` is the beginning of round n. */
export class Feeder {
  readonly #pcm: Int16Array;
  readonly #sampleRate: number;
  readonly #target: FeederTarget;
  #next = 0;
  #ended = false;

  constructor(pcm: Int16Array, sampleRate: number, target: FeederTarget) {
    this.#pcm = pcm;
    this.#sampleRate = sampleRate;
    this.#target = target;
  }

  /** Up to which second of the player's time samples were sent. */
  get sentS(): number {
    return this.#next / this.#sampleRate;
  }

  /** The next sample is the one at this second of the player's time. */
  seek(second: number): void {
    this.#next = Math.round(second * this.#sampleRate);
    this.#ended = false;
  }

  /** Sends everything up to a second of the player's time. */
  pump(untilS: number, loop: boolean): void {
    const length = this.#pcm.length;
    const until = Math.floor(untilS * this.#sampleRate);
    const step = Math.max(1, Math.round(MESSAGE_S * this.#sampleRate));
    if (this.#ended && loop) this.#ended = false;
    while (length > 0 && this.#next < until && !this.#ended) {
      const from = this.#next % length;
      const to = Math.min(length, from + Math.min(step, until - this.#next));
      this.#target.send(this.#pcm.subarray(from, to), this.sentS);
      this.#next += to - from;
      if (to === length) {
        this.#target.end();
        this.#ended = !loop;
      }
    }
  }
}
