/** Which piece of sound the frames that come belong to. */

/** An end that was asked for (`flush`, `clear`), and where the sound after it begins on the player's time. */
interface Cut {
  readonly id: number;
  readonly nextS: number;
  /** Whether what comes before the answer is to be forgotten. */
  readonly forget: boolean;
}

/**
 * Answers come in the order of what was asked, so everything before the answer to a `flush` or `clear` belongs to the old
 * utterance, and everything after it to the next one.
 */
export class Segments {
  #baseS = 0;
  #cuts: Cut[] = [];

  /** The second of the player's time at which the utterance begins that frames belong to now. */
  get baseS(): number {
    return this.#baseS;
  }

  /** Whether an answer is still to come. */
  get waiting(): boolean {
    return this.#cuts.length > 0;
  }

  /** Whether frames that come now are of something that was given up. */
  get stale(): boolean {
    return this.#cuts.some(({ forget }) => forget);
  }

  /** Begins anew, as after a lost session. */
  reset(baseS: number): void {
    this.#baseS = baseS;
    this.#cuts = [];
  }

  /** A `flush` was sent: the sound after it begins at `nextS`. */
  flushed(id: number, nextS: number): void {
    this.#cuts.push({ id, nextS, forget: false });
  }

  /** A `clear` was sent: the sound after it begins at `nextS`. */
  cleared(id: number, nextS: number): void {
    this.#cuts.push({ id, nextS, forget: true });
  }

  /** An answer came. `cleared` answers every `flush` before it too. */
  answered(id: number | undefined): void {
    const place = this.#cuts.findIndex((cut) => cut.id === id);
    if (place < 0) return;
    this.#baseS = this.#cuts[place]!.nextS;
    this.#cuts.splice(0, place + 1);
  }
}
