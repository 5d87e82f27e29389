/** What the server says once it has greeted: it settles what was asked, and everybody who listens is told. */

import type { Clock } from "../clock.ts";
import type { Emitter } from "../emitter.ts";
import { A2FError } from "../errors.ts";
import type { Changes, ErrorTold, Ready, ServerMessage, Stats, StreamConfig } from "../wire/messages.ts";
import type { Answers } from "./answers.ts";
import type { FaceEvents } from "./events.ts";
import type { Session } from "./session.ts";

/** Hears for a stream, over all its sessions. */
export class Hearing {
  readonly #events: Emitter<FaceEvents>;
  readonly #answers: Answers;
  readonly #clock: Clock;
  /** What another session would be asked for: what was asked at first, with every change that took effect. */
  asked: StreamConfig;
  /** The effective configuration. */
  config: StreamConfig;
  stats: Stats | null = null;
  /** Whether the server is about to stop. */
  draining = false;

  constructor(events: Emitter<FaceEvents>, answers: Answers, asked: StreamConfig, clock: Clock) {
    this.#events = events;
    this.#answers = answers;
    this.#clock = clock;
    this.asked = this.config = asked;
  }

  /** A connection begins. */
  greeted(ready: Ready): void {
    this.config = ready.config;
    this.draining = false;
  }

  /** One message. */
  hear(message: ServerMessage, session: Session): void {
    switch (message.type) {
      case "frames": {
        const fresh = session.hear(message, this.#clock.now());
        if (fresh) this.#events.emit("frames", fresh);
        return;
      }
      case "flushed": {
        const flushed = session.renumbered(message);
        session.log.settle("flush", message.id);
        this.#answers.give("flush", message.id, flushed);
        return this.#events.emit("flushed", flushed);
      }
      case "cleared": {
        const cleared = session.renumbered(message);
        session.log.settle("clear", message.id);
        this.#answers.give("clear", message.id, cleared);
        this.#answers.interrupt(message.id);
        return this.#events.emit("cleared", cleared);
      }
      case "marker":
        if (message.id === null) return; // our own question whether the server is there
        session.log.settle("marker", message.id);
        this.#answers.give("marker", message.id, message);
        return this.#events.emit("marker", message);
      case "configured":
        this.#changed(message.config, session.log.settleChange());
        return this.#events.emit("configured", message);
      case "error":
        return this.#refused(message, session);
      case "stats":
        this.stats = message;
        return this.#events.emit("stats", message);
      case "warning":
        return this.#events.emit("warning", message);
      case "go_away":
        this.draining = true;
        return this.#events.emit("go_away", message);
      case "ready":
        return;
    }
  }

  #changed(config: StreamConfig, changes: Changes | null): void {
    this.config = config;
    if (!changes) return;
    this.asked = { ...this.asked, ...changes };
    this.#answers.giveChange(config);
  }

  /** It belongs to the call that it answers; where nobody waits for that, everybody is told. */
  #refused(told: ErrorTold, session: Session): void {
    const error = new A2FError(told.code, told.message, { ref: told.ref });
    if (told.ref === "configure") {
      session.log.settleChange();
      if (this.#answers.refuseChange(error)) return;
    }
    const question = this.#answers.refuse(told.ref, error);
    if (question) session.log.settle(question.type, question.id);
    else this.#events.emit("error", error);
  }
}
