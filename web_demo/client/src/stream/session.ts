/** One session of a server: what it was told and has not answered, and where its frames stand. Holds no socket. */

import { A2FError } from "../errors.ts";
import { dueS } from "../wire/frames.ts";
import type { Frames, Ready, Resume } from "../wire/messages.ts";
import { Allowance } from "./allowance.ts";
import { Latency } from "./latency.ts";
import { Position } from "./position.ts";
import { type Said, Unanswered } from "./retained.ts";

/** Audio under way in file pace: less than the 10 s for which a server can repeat its frames. */
export const FILE_WINDOW_S = 8;

/** What outlives a connection for as long as the server keeps the session. */
export class Session {
  readonly log: Unanswered;
  readonly latency: Latency;
  /** Added to the utterances of the server, so that they ascend over all sessions of a stream. */
  readonly firstUtterance: number;
  readonly #position = new Position();
  readonly #live: boolean;
  #ready: Ready;
  #allowance: Allowance;

  constructor(ready: Ready, firstUtterance: number, latency: Latency, nowS: number) {
    this.#ready = ready;
    this.firstUtterance = firstUtterance;
    this.latency = latency;
    this.log = new Unanswered(ready.config.audio);
    this.#live = ready.config.pace === "live";
    this.#allowance = new Allowance(ready.limits, nowS);
    latency.reset();
  }

  get ready(): Ready {
    return this.#ready;
  }

  /** Utterance that takes the audio which is said next. */
  get utterance(): number {
    return this.firstUtterance + this.log.utteranceToCome;
  }

  /** What `hello` names to go on with this session. */
  get place(): Resume {
    const { session, token } = this.#ready;
    return { session, token, utterance: this.#position.utterance, frame: this.#position.index };
  }

  /** Goes on over another connection. Throws `session_expired` where the server cannot. */
  resume(ready: Ready, nowS: number): void {
    if (!ready.resumed) throw new A2FError("session_expired", "the server no longer knows the session");
    this.log.resume(ready.resumed.utterance, ready.resumed.audioBytes);
    this.#ready = ready;
    this.#allowance = new Allowance(ready.limits, nowS);
    this.latency.reset();
  }

  /** Seconds until the next message may go out; null if that takes news. */
  pauseS(message: Said, nowS: number): number | null {
    if (message.type !== "audio") return 0;
    if (this.#live) return this.#allowance.waitS(this.log.seconds(message), nowS);
    return this.log.sentS >= FILE_WINDOW_S ? null : 0;
  }

  /** The next message, which is sent now. */
  take(nowS: number): Said {
    const message = this.log.take();
    if (message.type === "audio") {
      this.#allowance.spend(this.log.seconds(message));
      this.latency.sent(this.log.utterance, this.log.utteranceS, nowS);
    }
    return message;
  }

  /** The frames that were not received before, numbered as the stream counts; null if there are none. */
  hear(frames: Frames, nowS: number): Frames | null {
    const fresh = this.#position.fresh(frames);
    if (!fresh) return null;
    if (!fresh.idle && !fresh.final) {
      const lastS = dueS(fresh, fresh.count - 1);
      this.log.heard(fresh.utterance, lastS);
      this.latency.came(fresh.utterance, lastS + this.#ready.lookaheadMs / 1000, nowS);
    }
    return this.renumbered(fresh);
  }

  /** A message with its utterance as the stream counts. */
  renumbered<T extends { readonly utterance: number }>(message: T): T {
    return { ...message, utterance: this.firstUtterance + message.utterance };
  }
}
