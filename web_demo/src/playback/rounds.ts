/** Utterances of a clip, and where each stands on the player's time. */

import { dueS, type FramePlayer, type Frames } from "a2f-live";

interface Round {
  readonly baseS: number;
  readonly unfollow: () => void;
}

/** So many rounds are followed at once: the one that is heard and those that were sent ahead. */
const KEPT = 3;

export class Rounds {
  readonly #player: Pick<FramePlayer, "follow" | "clear">;
  readonly #placeS: () => number;
  readonly #rounds = new Map<number, Round>();
  #endS = -Infinity;

  constructor(player: Pick<FramePlayer, "follow" | "clear">, placeS: () => number) {
    this.#player = player;
    this.#placeS = placeS;
  }

  /** The second of the player's time up to which frames have come. */
  get endS(): number {
    return this.#endS;
  }

  /** The second of the player's time that shows a second of an utterance, as far as its frames have come. */
  dueS(utterance: number, second: number): number | undefined {
    const round = this.#rounds.get(utterance);
    return round && Math.min(this.#endS, round.baseS + second);
  }

  /** Whether all that is known is one utterance, and its face at a second of the player's time is there. */
  covers(second: number): boolean {
    const [round] = this.#rounds.values();
    return this.#rounds.size === 1 && round!.baseS <= second && second < this.#endS;
  }

  /** What is sent from now on is an utterance whose sound begins at a second of the player's time. */
  begin(utterance: number, baseS: number): void {
    const position = (): number | null => {
      const second = this.#placeS() - baseS;
      return second >= 0 ? second : null;
    };
    this.#rounds.set(utterance, { baseS, unfollow: this.#player.follow(utterance, position) });
    const [oldest] = this.#rounds;
    if (this.#rounds.size > KEPT && oldest) this.#drop(oldest[0]);
  }

  /** Where the utterance of these frames begins; undefined if they are of none of these. */
  came(frames: Frames): number | undefined {
    const round = frames.idle || frames.final ? undefined : this.#rounds.get(frames.utterance);
    if (!round) return undefined;
    this.#endS = Math.max(this.#endS, round.baseS + dueS(frames, frames.count));
    return round.baseS;
  }

  /** They are of a stream that is gone, whose numbers mean nothing to the next one. */
  forget(): void {
    for (const utterance of [...this.#rounds.keys()]) this.#drop(utterance);
    this.#endS = -Infinity;
  }

  /** Shows none of them any more, whatever may still come. */
  end(): void {
    const utterances = [...this.#rounds.keys()];
    this.forget();
    if (utterances.length) this.#player.clear(Math.max(...utterances));
  }

  #drop(utterance: number): void {
    this.#rounds.get(utterance)?.unfollow();
    this.#rounds.delete(utterance);
  }
}
