/** One WebSocket to a server: opened, greeted, spoken through, and its end told as what a client does about it. */

import type { Clock } from "../clock.ts";
import { A2FError, asError } from "../errors.ts";
import { Codec } from "../wire/codec.ts";
import {
  type ClientMessage,
  type Hello,
  JSON_TEXT,
  MSGPACK,
  type Ready,
  type ServerMessage,
} from "../wire/messages.ts";
import { type End, endOf } from "./closing.ts";

/** The part of a WebSocket that is used. */
export interface SocketLike {
  binaryType: string;
  readonly protocol: string;
  readonly bufferedAmount: number;
  onopen: ((event: never) => void) | null;
  onmessage: ((event: never) => void) | null;
  onclose: ((event: never) => void) | null;
  onerror: ((event: never) => void) | null;
  send(data: string | Uint8Array<ArrayBuffer>): void;
  close(code?: number, reason?: string): void;
}

/** Makes a socket that connects; what `new WebSocket(url, protocols)` does. */
export type MakeSocket = (url: string, protocols: string[]) => SocketLike;

/** What a link tells; `ended` comes once and last. */
export interface LinkListener {
  ready(ready: Ready): void;
  message(message: ServerMessage): void;
  ended(end: End): void;
}

const OPEN_TIMEOUT_S = 10;
/** A dead network must be noticed while there is still time to resume: a server that is silent for so long is asked. */
const SILENT_S = 5;
/** And one that does not answer for so long is gone. */
const GONE_S = 15;
const LEAST_WATCH_S = 0.25;
/** Of the time after which a server closes a session to which nothing is said. */
const KEEPALIVES_PER_IDLE_LIMIT = 3;

/** Messages in and out of one connection. */
export class Link {
  readonly #socket: SocketLike;
  readonly #listener: LinkListener;
  readonly #clock: Clock;
  #codec: Codec | null = null;
  #told: A2FError | null = null;
  #greeted = false;
  #over = false;
  #heardS: number;
  #saidS: number;
  #askedS: number | null = null;
  #stopWaiting: () => void;

  constructor(make: MakeSocket, url: string, protocols: string[], hello: Hello, listener: LinkListener, clock: Clock) {
    this.#listener = listener;
    this.#clock = clock;
    this.#heardS = this.#saidS = clock.now();
    this.#socket = make(url, protocols); // may throw, so nothing waits before it
    this.#stopWaiting = clock.after(OPEN_TIMEOUT_S, () => this.#end(endOf(1006, `no server answers at ${url}`, null)));
    this.#socket.binaryType = "arraybuffer";
    this.#socket.onopen = () => this.#greet(hello);
    this.#socket.onmessage = ({ data }: { data: ArrayBuffer | string }) => this.#hear(data);
    this.#socket.onclose = ({ code, reason }: { code: number; reason: string }) =>
      this.#end(endOf(code, reason, this.#told));
    this.#socket.onerror = () => undefined; // a close follows, and says more
  }

  /** Bytes that wait in the socket. */
  get unsentBytes(): number {
    return this.#socket.bufferedAmount;
  }

  /** Sends one message; after the end it goes nowhere. */
  send(message: ClientMessage): void {
    if (this.#over || !this.#codec) return;
    this.#saidS = this.#clock.now();
    this.#socket.send(this.#codec.encode(message) as string | Uint8Array<ArrayBuffer>);
  }

  /** Closes without waiting for anything, and tells nothing more. */
  drop(): void {
    this.#over = true;
    this.#stopWaiting();
    this.#socket.onopen = this.#socket.onmessage = this.#socket.onclose = null;
    this.#socket.close(1000);
  }

  #greet(hello: Hello): void {
    const protocol = this.#socket.protocol;
    if (protocol !== MSGPACK && protocol !== JSON_TEXT) {
      return this.#fail(new A2FError("protocol", `the server speaks no ${MSGPACK}: is it an a2f-live server?`));
    }
    this.#codec = new Codec(protocol);
    this.send(hello);
  }

  #hear(data: ArrayBuffer | string): void {
    this.#heardS = this.#clock.now();
    this.#askedS = null;
    let message: ServerMessage | null;
    try {
      message = this.#codec?.decode(data) ?? null;
    } catch (thrown) {
      const error = asError(thrown);
      if (error.fatal || !this.#greeted) return this.#fail(error);
      message = { type: "warning", code: error.code, message: error.message };
    }
    if (message) this.#tell(message);
  }

  #tell(message: ServerMessage): void {
    if (message.type === "error" && (message.fatal || !this.#greeted)) {
      this.#told = new A2FError(message.code, message.message, { fatal: true, ref: message.ref });
    } else if (message.type === "ready" && !this.#greeted) {
      this.#greeted = true;
      this.#stopWaiting();
      this.#watch(message.limits.idleS / KEEPALIVES_PER_IDLE_LIMIT);
      this.#listener.ready(message);
    } else if (this.#greeted) {
      this.#listener.message(message);
    } else {
      this.#fail(new A2FError("protocol", `the server began with ${message.type}: is it an a2f-live server?`));
    }
  }

  /** Asks a server that has long been silent for an echo, gives up one that does not answer, and keeps the session. */
  #watch(keepaliveS: number): void {
    this.#stopWaiting = this.#clock.after(Math.min(SILENT_S, Math.max(LEAST_WATCH_S, keepaliveS)), () => {
      const now = this.#clock.now();
      if (this.#askedS !== null && now - this.#askedS >= GONE_S - SILENT_S) return this.#gone();
      if (this.#askedS === null && now - this.#heardS >= SILENT_S) {
        this.#askedS = now;
        this.send({ type: "marker", id: null });
      } else if (now - this.#saidS >= keepaliveS) {
        this.send({ type: "keepalive" });
      }
      this.#watch(keepaliveS);
    });
  }

  #gone(): void {
    this.#end(endOf(1006, "the server is silent", null));
  }

  #fail(error: A2FError): void {
    this.#end({ advice: "over", error, inOrder: false });
  }

  #end(end: End): void {
    if (this.#over) return;
    this.drop();
    this.#listener.ended(end);
  }
}
