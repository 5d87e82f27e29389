/** Added latency: from the sending of the last sample that a frame needs to the arrival of the frame. */

const KEPT = 120;
const SENT_KEPT = 4096;

interface SentAudio {
  readonly utterance: number;
  readonly endS: number;
  readonly atS: number;
}

/** Measures live audio and its frames; times are given, never read. */
export class Latency {
  #sent: SentAudio[] = [];
  #measuredMs: number[] = [];

  /** Audio up to a second of an utterance has been sent. */
  sent(utterance: number, endS: number, nowS: number): void {
    this.#sent.push({ utterance, endS, atS: nowS });
    if (this.#sent.length > SENT_KEPT) this.#sent.shift();
  }

  /** A frame that needs audio up to a second of an utterance has come. */
  came(utterance: number, neededS: number, nowS: number): void {
    const isOld = (audio: SentAudio) =>
      audio.utterance < utterance || (audio.utterance === utterance && audio.endS < neededS);
    while (this.#sent[0] && isOld(this.#sent[0])) this.#sent.shift();
    const audio = this.#sent[0];
    if (!audio || audio.utterance !== utterance) return; // a flush made it possible, not audio
    this.#measuredMs.push((nowS - audio.atS) * 1000);
    if (this.#measuredMs.length > KEPT) this.#measuredMs.shift();
  }

  /** Milliseconds that so great a share of the last frames took at the most; null if none was measured. */
  quantileMs(share: number): number | null {
    const sorted = [...this.#measuredMs].sort((a, b) => a - b);
    return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? null;
  }

  /** Forgets all that was sent; a stream goes on elsewhere. */
  reset(): void {
    this.#sent = [];
  }
}
