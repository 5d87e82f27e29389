/** A stream over one connection and one session after another: it connects, and goes on after a loss. */

import type { Clock } from "../clock.ts";
import { Emitter } from "../emitter.ts";
import { A2FError, asError } from "../errors.ts";
import type { Ready, ServerMessage, Stats, StreamConfig } from "../wire/messages.ts";
import { Backoff } from "./allowance.ts";
import { Answers } from "./answers.ts";
import type { End } from "./closing.ts";
import type { FaceEvents, Reconnect, State } from "./events.ts";
import { Hearing } from "./hearing.ts";
import { Latency } from "./latency.ts";
import { Link, type MakeSocket } from "./link.ts";
import { carryOver } from "./renewal.ts";
import type { Said } from "./retained.ts";
import { FILE_WINDOW_S, Session } from "./session.ts";

export interface StreamParts {
  readonly url: string;
  readonly protocols: string[];
  readonly config: StreamConfig;
  readonly reconnect: Reconnect;
  readonly socket: MakeSocket;
  readonly clock: Clock;
  readonly random: () => number;
}

/** Audio kept, sent or not, before `room` waits; live, more than is spoken while a connection is away. */
const KEPT_S = { live: 60, file: FILE_WINDOW_S + 4 };
/** More than this in the socket means that the network cannot follow. */
const UNSENT_BYTES = 256 * 1024;
const UNSENT_WAIT_S = 0.02;
/** A connection that held so long is no reason to be patient with the next. */
const STEADY_S = 1;
const CLOSE_TIMEOUT_S = 30;

const nothing = () => undefined;

/** All that outlives a connection, and a session. */
export class Stream {
  readonly events = new Emitter<FaceEvents>();
  readonly answers = new Answers();
  readonly latency = new Latency();
  readonly #parts: StreamParts;
  readonly #hearing: Hearing;
  readonly #backoff: Backoff;
  #state: State = "connecting";
  #end: A2FError | null = null;
  #session: Session | null = null;
  #link: Link | null = null;
  #openedS = 0;
  #resumable = false;
  #closing = false;
  #byeSaid = false;
  #opening: { resolve: (ready: Ready) => void; reject: (error: A2FError) => void } | null = null;
  #roomy: (() => void)[] = [];
  #closed: (() => void)[] = [];
  #stopPause: () => void = nothing;
  #stopWaiting: () => void = nothing;

  constructor(parts: StreamParts) {
    this.#parts = parts;
    this.#backoff = new Backoff(parts.random);
    this.#hearing = new Hearing(this.events, this.answers, parts.config, parts.clock);
  }

  get state(): State {
    return this.#state;
  }

  /** Why the stream has ended; null for as long as it has not. */
  get end(): A2FError | null {
    return this.#end;
  }

  get ready(): Ready {
    return this.session.ready;
  }

  get session(): Session {
    if (!this.#session) throw new A2FError("protocol", "the stream is not open yet: await connect(...)");
    return this.#session;
  }

  /** The effective configuration, kept up to date. */
  get config(): StreamConfig {
    return this.#hearing.config;
  }

  get stats(): Stats | null {
    return this.#hearing.stats;
  }

  /** Seconds of audio that the server has not surely got. */
  get backlogS(): number {
    return this.#session ? this.#session.log.waitingS + this.#session.log.sentS : 0;
  }

  /** Whether so much audio waits that no more should come. */
  get full(): boolean {
    return this.backlogS > KEPT_S[this.#parts.config.pace];
  }

  /** Makes the first connection; rejects with what stands in the way. */
  open(): Promise<Ready> {
    return new Promise((resolve, reject) => {
      this.#opening = { resolve, reject };
      this.#connect();
    });
  }

  /** Lets a message go out in its turn. */
  say(message: Said): void {
    this.requireOpen();
    this.session.log.append(message);
    this.#pump();
  }

  /** Throws why nothing can be said, if so. */
  requireOpen(): void {
    if (this.#end) throw this.#end;
    if (this.#closing) throw new A2FError("protocol", "the stream was closed: nothing more can be said");
  }

  /** Once little enough audio waits to be sent or answered. */
  room(): Promise<void> {
    if (this.#end || !this.full) return Promise.resolve();
    return new Promise((resolve) => this.#roomy.push(resolve));
  }

  /** Ends the stream once everything has been sent and answered. */
  bye(): Promise<void> {
    if (this.#end) return Promise.resolve();
    if (!this.#closing) {
      this.#closing = true;
      this.#closed.push(this.#parts.clock.after(CLOSE_TIMEOUT_S, () => this.leave()));
      this.#pump();
    }
    return new Promise((resolve) => this.#closed.push(resolve));
  }

  /** Ends the stream now. */
  leave(error = new A2FError("connection_lost", "the stream was closed")): void {
    this.#finish(error, false);
  }

  /** Tries at once what would be tried later. */
  retry(): void {
    if (this.#state !== "reconnecting" || this.#link) return;
    this.#stopWaiting();
    this.#connect();
  }

  // One connection

  #connect(): void {
    const { socket, url, protocols, clock } = this.#parts;
    const resume = this.#resumable && this.#session ? { resume: this.#session.place } : {};
    const listener = {
      ready: (ready: Ready) => this.#greeted(ready),
      message: (message: ServerMessage) => {
        this.#hearing.hear(message, this.session);
        this.#afterNews();
      },
      ended: (end: End) => this.#lost(end),
    };
    try {
      this.#link = new Link(
        socket,
        url,
        protocols,
        { type: "hello", config: this.#hearing.asked, ...resume },
        listener,
        clock,
      );
    } catch (error) {
      this.#finish(
        new A2FError("bad_setting", `${url} cannot be connected to: ${asError(error).message}`, { cause: error }),
      );
    }
  }

  #greeted(ready: Ready): void {
    const nowS = this.#parts.clock.now();
    try {
      if (this.#session && this.#resumable) this.#session.resume(ready, nowS);
      else this.#session = this.#begin(ready, nowS);
    } catch (error) {
      this.#link?.drop();
      return this.#lost({ advice: "renew", error: asError(error), inOrder: false });
    }
    this.#openedS = nowS;
    this.#backoff.connected();
    this.#resumable = true;
    this.#byeSaid = false;
    this.#hearing.greeted(ready);
    this.#enter("open");
    this.events.emit("ready", ready);
    this.#opening?.resolve(ready);
    this.#opening = null;
    this.#pump();
  }

  /** Another session; what was asked and not answered goes on in it, audio does not. */
  #begin(ready: Ready, nowS: number): Session {
    const before = this.#session;
    const session = new Session(ready, before ? before.utterance + 1 : 0, this.latency, nowS);
    if (before) carryOver(before, session, this.answers);
    return session;
  }

  #pump(): void {
    const link = this.#link;
    if (!link || this.#state !== "open") return;
    this.#stopPause();
    const { clock } = this.#parts;
    for (let message = this.session.log.next; message; message = this.session.log.next) {
      const pauseS = link.unsentBytes > UNSENT_BYTES ? UNSENT_WAIT_S : this.session.pauseS(message, clock.now());
      if (pauseS === null) return;
      if (pauseS > 0) {
        this.#stopPause = clock.after(pauseS, () => this.#pump());
        return;
      }
      link.send(this.session.take(clock.now()));
    }
    if (this.#closing && !this.#byeSaid) {
      this.#byeSaid = true;
      link.send({ type: "bye" });
    }
  }

  #afterNews(): void {
    if (!this.full) this.#makeRoom();
    if (this.#hearing.draining && this.session.log.empty && !this.#closing) {
      this.#link?.drop();
      this.#lost({ advice: "resume", error: new A2FError("draining", "the server drains"), inOrder: false });
    } else {
      this.#pump();
    }
  }

  // The next connection

  #lost(end: End): void {
    const { clock, reconnect } = this.#parts;
    const { advice, error } = end;
    this.#link = null;
    this.#stopPause();
    if (this.#state === "open" && clock.now() - this.#openedS >= STEADY_S) this.#backoff.reset();
    const done = this.#closing && (end.inOrder || (this.#session?.log.empty ?? true));
    if (this.#opening || advice === "over" || reconnect === "never" || done)
      return this.#finish(error, !done && !end.inOrder);
    if (advice === "renew" || this.#backoff.lostS(clock.now()) > this.ready.limits.resumeS) this.#resumable = false;
    if (!this.#resumable && reconnect === "resume") return this.#finish(error);
    this.#enter("reconnecting");
    this.#stopWaiting();
    this.#stopWaiting = clock.after(this.#backoff.delayS(clock.now()), () => this.#connect());
  }

  #enter(state: State): void {
    if (state === this.#state) return;
    this.#state = state;
    this.events.emit("state", state);
  }

  #makeRoom(): void {
    this.#roomy.splice(0).forEach((resolve) => resolve());
  }

  #finish(error: A2FError, tell = true): void {
    if (this.#end) return;
    this.#end = error;
    this.#stopPause();
    this.#stopWaiting();
    this.#link?.drop();
    this.#link = null;
    this.#opening?.reject(error);
    if (tell && !this.#opening) this.events.emit("error", error);
    this.#opening = null;
    this.answers.fail(error);
    this.#makeRoom();
    this.#enter("closed");
    this.#closed.splice(0).forEach((resolve) => resolve());
  }
}
