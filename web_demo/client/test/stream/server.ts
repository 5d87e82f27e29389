/** A server in the test: it keeps sessions over lost connections as the protocol says, and breaks when it is told to. */

import { decode, encode } from "@msgpack/msgpack";

import type { MakeSocket, SocketLike } from "../../src/stream/link.ts";
import { ARKIT_NAMES } from "../../src/avatar/names.ts";

type Map = { [name: string]: unknown };

/** A frame for so many bytes of audio: 20 ms of 16 kHz, so 50 frames a second. */
export const FRAME_BYTES = 640;
export const FPS = 50;

/** What a session has heard and said. */
class Session {
  readonly heard: Map[] = [];
  utterance = 0;
  bytes = 0;
  /** Frames of all utterances, kept to be said again. */
  readonly said: { utterance: number; index: number }[] = [];

  hear(message: Map): Map[] {
    this.heard.push(message);
    switch (message["type"]) {
      case "audio":
        return this.#frames((message["pcm"] as Uint8Array).length);
      case "flush": {
        const { utterance, bytes } = this;
        this.#next();
        return [{ type: "flushed", id: message["id"], utterance, frames: bytes / FRAME_BYTES, seconds: bytes / 32000 }];
      }
      case "clear": {
        const { utterance } = this;
        this.#next();
        return [{ type: "cleared", id: message["id"], utterance, dropped_ms: 0 }];
      }
      case "marker":
        return [message];
      case "configure":
        return [{ type: "configured", config: { fps: [FPS, 1], emotions: message["emotions"] ?? {} } }];
      default:
        return [];
    }
  }

  after(utterance: number, frame: number): Map[] {
    const missed = this.said.filter(
      (at) => at.utterance > utterance || (at.utterance === utterance && at.index > frame),
    );
    return missed.map(asFrames);
  }

  #frames(bytes: number): Map[] {
    const from = Math.floor(this.bytes / FRAME_BYTES);
    this.bytes += bytes;
    const count = Math.floor(this.bytes / FRAME_BYTES) - from;
    const fresh = Array.from({ length: count }, (_, k) => ({ utterance: this.utterance, index: from + k }));
    this.said.push(...fresh);
    return fresh.map(asFrames);
  }

  #next(): void {
    if (this.bytes) this.utterance++;
    this.bytes = 0;
  }
}

function asFrames({ utterance, index }: { utterance: number; index: number }): Map {
  const weights = new Uint8Array(new Float32Array(52).fill(index / 1000).buffer);
  return { type: "frames", utterance, index, count: 1, time: index / FPS, weights };
}

/** One connection. */
export class Socket implements SocketLike {
  binaryType = "";
  protocol = "a2f.v1.msgpack";
  bufferedAmount = 0;
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: ArrayBuffer | string }) => void) | null = null;
  onclose: ((event: { code: number; reason: string }) => void) | null = null;
  onerror: (() => void) | null = null;
  closed = false;
  session: Session | null = null;
  readonly heard: Map[] = [];
  readonly #server: Server;

  readonly url: string;
  readonly protocols: string[];

  constructor(server: Server, url: string, protocols: string[]) {
    this.#server = server;
    this.url = url;
    this.protocols = protocols;
  }

  send(data: Uint8Array | string): void {
    if (this.closed) throw new Error("sent to a closed socket");
    const message = decode(data as Uint8Array) as Map;
    this.heard.push(message);
    this.#server.hear(this, message);
  }

  close(): void {
    this.closed = true;
  }

  open(): void {
    this.onopen?.();
  }

  say(message: Map): void {
    if (this.closed) return;
    const bytes = encode(message);
    this.onmessage?.({
      data: bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer,
    });
  }

  /** The connection ends. */
  end(code = 1006, reason = ""): void {
    if (this.closed) return;
    this.closed = true;
    this.onclose?.({ code, reason });
  }
}

/** Answers as soon as it is asked; `mute` lets answers be lost. */
export class Server {
  readonly sockets: Socket[] = [];
  readonly sessions: Session[] = [];
  /** Whether what it says does not arrive. */
  mute = false;
  /** Whether new connections fail. */
  down = false;
  limits: Map = {};
  config: Map = {};
  onHear: (socket: Socket, message: Map) => boolean = () => false;

  readonly make: MakeSocket = (url, protocols) => {
    const socket = new Socket(this, url, protocols);
    this.sockets.push(socket);
    queueMicrotask(() => (this.down ? socket.end() : socket.open()));
    return socket as unknown as SocketLike;
  };

  get socket(): Socket {
    return this.sockets.at(-1)!;
  }

  get session(): Session {
    return this.sessions.at(-1)!;
  }

  /** It starts anew and knows no session. */
  forget(): void {
    this.sessions.forEach((_, i) => (this.sessions[i] = new Session()));
    this.#known.clear();
  }

  readonly #known = new Map<string, Session>();

  hear(socket: Socket, message: Map): void {
    if (this.onHear(socket, message)) return;
    if (message["type"] === "hello") return this.#greet(socket, message);
    if (message["type"] === "bye") {
      queueMicrotask(() => socket.end(1000));
      return;
    }
    for (const answer of socket.session?.hear(message) ?? []) if (!this.mute) queueMicrotask(() => socket.say(answer));
  }

  #greet(socket: Socket, hello: Map): void {
    const resume = hello["resume"] as { session: string; utterance: number; frame: number } | undefined;
    const known = resume && this.#known.get(resume.session);
    if (resume && !known) {
      socket.say({ type: "error", code: "session_expired", message: "nothing is left", fatal: true });
      return socket.end(4410);
    }
    const session = known ?? new Session();
    if (!known) this.#known.set(`s${this.sessions.push(session)}`, session);
    socket.session = session;
    const { utterance, bytes } = session;
    const resumed = known ? { resumed: { utterance, audio_bytes: bytes } } : {};
    const name = `s${this.sessions.indexOf(session) + 1}`;
    const audio = hello["audio"] ?? {};
    socket.say({
      ...{ type: "ready", protocol: "a2f.v1", session: name, token: "secret", engine: "test", names: [...ARKIT_NAMES] },
      ...{ lookahead_ms: 40, limits: this.limits, config: { fps: [FPS, 1], audio, ...hello, ...this.config } },
      ...resumed,
    });
    if (known && resume) for (const frame of session.after(resume.utterance, resume.frame)) socket.say(frame);
  }
}
