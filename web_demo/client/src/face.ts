/** `connect`, and the stream that it gives: speech in, frames of 52 weights out. */

import { systemClock, type Clock } from "./clock.ts";
import type { Listener } from "./emitter.ts";
import { A2FError } from "./errors.ts";
import { type ConnectOptions, type Rate, streamChanges, streamConfig, streamUrl, subprotocols } from "./options.ts";
import { attachMicrophone, type Microphone, type MicrophoneOptions } from "./sound/microphone.ts";
import { type Pcm, PcmWriter, SAMPLED } from "./sound/pcm.ts";
import type { FaceEvents, State } from "./stream/events.ts";
import type { MakeSocket } from "./stream/link.ts";
import { explained } from "./stream/refusal.ts";
import { Stream } from "./stream/stream.ts";
import type { Changes, Cleared, Flushed, Marker, Ready, Stats, StreamConfig } from "./wire/messages.ts";

/**
 * Connects to a server and waits until it is ready.
 *
 * `url` is an address of a server: `ws://localhost:8000`, `https://face.example.org`, or `/` for the one that served
 * the page. Rejects with an `A2FError` that says what stands in the way.
 */
export async function connect(url: string, options: ConnectOptions = {}): Promise<Face> {
  options.signal?.throwIfAborted();
  const config = streamConfig(options);
  const clock = options.clock ?? systemClock;
  const address = streamUrl(url);
  const stream = new Stream({
    url: address,
    protocols: subprotocols(options.subprotocol, options.token),
    config,
    reconnect: options.reconnect ?? (config.pace === "file" ? "resume" : "renew"),
    socket: options.socket ?? platformSocket,
    clock,
    random: Math.random,
  });
  const unbind = bindPage(stream, options.signal);
  stream.events.on("state", (state) => state === "closed" && unbind());
  await stream.open().catch(async (error: A2FError) => {
    throw options.socket || options.signal?.aborted ? error : await explained(error, address, options.token);
  });
  return new Face(stream, clock);
}

const platformSocket: MakeSocket = (url, protocols) => new WebSocket(url, protocols) as ReturnType<MakeSocket>;

/** A page that is online again tries at once; a signal ends the stream. */
function bindPage(stream: Stream, signal: AbortSignal | undefined): () => void {
  const page = typeof globalThis.addEventListener === "function" ? globalThis : null;
  const online = () => stream.retry();
  const aborted = () =>
    stream.leave(new A2FError("connection_lost", "the stream was aborted", { cause: signal?.reason }));
  page?.addEventListener("online", online);
  signal?.addEventListener("abort", aborted);
  return () => {
    page?.removeEventListener("online", online);
    signal?.removeEventListener("abort", aborted);
  };
}

/**
 * One live stream. A lost connection is made good by itself, with no frame lost or doubled for as long as the server
 * keeps the session; see `reconnect` of the options for what happens then.
 */
export class Face {
  readonly #stream: Stream;
  readonly #clock: Clock;
  readonly #writer: PcmWriter;
  #ids = 0;
  #audioLost = false;

  constructor(stream: Stream, clock: Clock) {
    this.#stream = stream;
    this.#clock = clock;
    this.#writer = new PcmWriter(stream.config.audio);
  }

  // What the caller says

  /**
   * Sends speech: samples as integers, or as floats from -1 to 1, interleaved where there are several channels; or
   * bytes that are written in the encoding of the stream. Samples of another rate are named by `sampleRate` and brought
   * to that of the stream. Waiting for it keeps a sender from running ahead; live it need not be waited for.
   */
  async sendPcm(pcm: Pcm, options: { sampleRate?: number } = {}): Promise<void> {
    if (this.#stream.full && this.config.pace === "live") return this.#loseAudio();
    this.#audioLost = false;
    this.#sayAudio(this.#writer.write(pcm, options.sampleRate));
    await this.#stream.room();
  }

  /** Hears a microphone until it is stopped; asks for permission. */
  async attachMicrophone(options: MicrophoneOptions = {}): Promise<Microphone> {
    const { channels, encoding } = this.config.audio;
    if (channels === 1 && SAMPLED.includes(encoding)) return attachMicrophone(this, options);
    throw new A2FError("bad_setting", `a microphone is one channel of ${SAMPLED.join(" or ")}: connect for that`);
  }

  /** Ends the utterance, and waits until all its frames have come. null if a clear came first. */
  async flush(): Promise<Flushed | null> {
    this.#sayAudio(this.#writer.rest());
    return this.#ask<Flushed | null>({ type: "flush", id: ++this.#ids });
  }

  /** Barge-in: forgets the audio that has no frames yet, and lets the face ease to rest. */
  async clear(): Promise<Cleared> {
    this.#writer.reset();
    return this.#ask<Cleared>({ type: "clear", id: ++this.#ids });
  }

  /** Milliseconds until all audio sent so far has been answered: the round trip, through the engine where there is audio. */
  async marker(): Promise<number> {
    const asked = this.#clock.now();
    await this.#ask<Marker>({ type: "marker", id: ++this.#ids });
    return (this.#clock.now() - asked) * 1000;
  }

  /** Changes the face from the next frame on. Gives the effective configuration; rejects what cannot be used. */
  async configure(changes: Omit<Changes, "fps"> & { fps?: Rate }): Promise<StreamConfig> {
    const message = { type: "configure", changes: streamChanges(changes) } as const;
    this.#stream.requireOpen();
    const answer = this.#stream.answers.toChange();
    this.#stream.say(message);
    return answer;
  }

  /** Lets everything that was sent be answered, then ends the stream; with `discard` at once. */
  async close(options: { discard?: boolean } = {}): Promise<void> {
    if (options.discard) this.#stream.leave();
    else await this.#stream.bye();
  }

  // What comes

  /** Listens to one kind of event; gives what ends it. */
  on<K extends keyof FaceEvents>(kind: K, listener: Listener<FaceEvents[K]>): () => void {
    return this.#stream.events.on(kind, listener);
  }

  off<K extends keyof FaceEvents>(kind: K, listener: Listener<FaceEvents[K]>): void {
    this.#stream.events.off(kind, listener);
  }

  get state(): State {
    return this.#stream.state;
  }

  /** What the server said first: `session`, `engine`, `names`, `limits` and the rest. */
  get ready(): Ready {
    return this.#stream.ready;
  }

  /** Names of the weights, in the order of every row. */
  get names(): readonly string[] {
    return this.#stream.ready.names;
  }

  /** Names of the visemes, in the order of every row; empty where frames carry none. */
  get visemeNames(): readonly string[] {
    return this.#stream.ready.visemeNames ?? [];
  }

  /** The effective configuration, kept up to date. */
  get config(): StreamConfig {
    return this.#stream.config;
  }

  /** Utterance that takes audio now; ascends over reconnections. */
  get utterance(): number {
    return this.#stream.session.utterance;
  }

  /** The newest figures of the server, where `stats` was asked for. */
  get stats(): Stats | null {
    return this.#stream.stats;
  }

  /** Seconds of audio that the server has not surely got. */
  get backlogS(): number {
    return this.#stream.backlogS;
  }

  /** Why the stream has ended; null for as long as it has not. */
  get end(): A2FError | null {
    return this.#stream.end;
  }

  /**
   * Added latency of the last frames in milliseconds: from the sending of the last sample that a frame needs to its
   * arrival. null if no live audio was answered yet.
   */
  addedLatencyMs(quantile = 0.5): number | null {
    return this.#stream.latency.quantileMs(quantile);
  }

  #ask<T>(question: { type: "flush" | "clear" | "marker"; id: number }): Promise<T> {
    this.#stream.requireOpen();
    const answer = this.#stream.answers.to<T>(question);
    this.#stream.say(question);
    return answer;
  }

  #sayAudio(pcm: Uint8Array): void {
    if (pcm.byteLength) this.#stream.say({ type: "audio", pcm });
  }

  #loseAudio(): void {
    if (this.#stream.end) throw this.#stream.end;
    if (this.#audioLost) return;
    this.#audioLost = true;
    const message =
      "the network takes audio too slowly, and what is said now is left out: send less, or wait for sendPcm";
    this.#stream.events.emit("warning", { type: "warning", code: "audio_lost", message });
  }
}
