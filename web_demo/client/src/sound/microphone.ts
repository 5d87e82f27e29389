/** A microphone, heard by an AudioWorklet at the device's own rate. */

import { A2FError, asError } from "../errors.ts";
import type { Pcm } from "./pcm.ts";

export interface MicrophoneOptions {
  /** Of `navigator.mediaDevices.enumerateDevices()`; by default the one that the browser chooses. */
  deviceId?: string;
  echoCancellation?: boolean;
  noiseSuppression?: boolean;
  autoGainControl?: boolean;
  /** An audio context of the page; by default one of its own, closed with the microphone. */
  context?: AudioContext;
  /** A stream of the page, such as that of a call; then no microphone is opened, and it is not stopped. */
  stream?: MediaStream;
  /** Where `capture.worklet.js` of this package is served, if a bundler does not find it. */
  workletUrl?: string | URL;
  /** Called with every block that is heard, about 20 ms, at the rate of the context. */
  onPcm?: (samples: Float32Array, sampleRate: number) => void;
  /** Called once if it ends without having been stopped: the device is gone, or the stream that it speaks to. */
  onEnd?: (why: A2FError) => void;
}

/** What hears the microphone: a `Face`. */
interface Hearer {
  sendPcm(pcm: Pcm, options: { sampleRate: number }): Promise<void>;
}

const PROCESSOR = "a2f-live-capture";
const loaded = new WeakMap<BaseAudioContext, Promise<void>>();

/** Opens the microphone and sends what it hears. Rejects with `no_device` where it is missing or not allowed. */
export async function attachMicrophone(hearer: Hearer, options: MicrophoneOptions = {}): Promise<Microphone> {
  const stream = options.stream ?? (await openStream(options));
  let context = options.context;
  const release = () => {
    if (!options.stream) stream.getTracks().forEach((track) => track.stop());
    if (!options.context) void context?.close();
  };
  try {
    context ??= new AudioContext({ latencyHint: "interactive" });
    await loadCapture(context, options.workletUrl);
    await context.resume();
    return new Microphone(hearer, context, stream, release, options);
  } catch (error) {
    release();
    throw new A2FError("no_device", `the microphone cannot be heard: ${(error as Error).message}`, { cause: error });
  }
}

/** A microphone that is being heard. */
export class Microphone {
  readonly context: AudioContext;
  readonly stream: MediaStream;
  /** While true, silence is sent in place of what is heard. */
  muted = false;
  #levelNow = 0;
  readonly #node: AudioWorkletNode;
  readonly #source: MediaStreamAudioSourceNode;
  readonly #tracks: readonly MediaStreamTrack[];
  readonly #release: () => void;
  readonly #onEnd: ((why: A2FError) => void) | undefined;
  #stopped = false;

  constructor(
    hearer: Hearer,
    context: AudioContext,
    stream: MediaStream,
    release: () => void,
    { onPcm, onEnd }: Pick<MicrophoneOptions, "onPcm" | "onEnd"> = {},
  ) {
    this.context = context;
    this.stream = stream;
    this.#release = release;
    this.#onEnd = onEnd;
    this.#tracks = stream.getAudioTracks();
    this.#source = new MediaStreamAudioSourceNode(context, { mediaStream: stream });
    this.#node = new AudioWorkletNode(context, PROCESSOR, {
      numberOfOutputs: 0,
      channelCount: 1,
      channelCountMode: "explicit",
    });
    this.#node.port.onmessage = ({ data }: MessageEvent<Float32Array>) => {
      if (this.muted) data.fill(0);
      this.#levelNow = data.reduce((peak, sample) => Math.max(peak, Math.abs(sample)), 0);
      hearer.sendPcm(data, { sampleRate: context.sampleRate }).catch((error) => this.#end(asError(error)));
      onPcm?.(data, context.sampleRate);
    };
    this.#source.connect(this.#node);
    for (const track of this.#tracks) track.addEventListener("ended", this.#gone);
    if (this.#tracks.every(({ readyState }) => readyState === "ended")) queueMicrotask(this.#gone);
  }

  /** Peak of the last block, 0 to 1. */
  get level(): number {
    return this.#levelNow;
  }

  /** Name of the device, where the browser tells it. */
  get label(): string {
    return this.stream.getAudioTracks()[0]?.label ?? "";
  }

  /** Hears no more, and releases the device; may be called twice. */
  stop(): void {
    if (this.#stopped) return;
    this.#stopped = true;
    this.#levelNow = 0;
    for (const track of this.#tracks) track.removeEventListener("ended", this.#gone);
    this.#node.port.onmessage = null;
    this.#node.port.postMessage("end");
    this.#source.disconnect();
    this.#release();
  }

  readonly #gone = () => this.#end(new A2FError("no_device", "what was heard has ended: its device is gone"));

  #end(why: A2FError): void {
    if (this.#stopped) return;
    this.stop();
    this.#onEnd?.(why);
  }
}

/** Loads the worklet into a context, once. */
export function loadCapture(context: BaseAudioContext, url?: string | URL): Promise<void> {
  const known = loaded.get(context);
  if (known) return known;
  const loading = context.audioWorklet.addModule(url ?? new URL("./capture.worklet.js", import.meta.url));
  loaded.set(context, loading);
  loading.catch(() => loaded.delete(context));
  return loading;
}

async function openStream(options: MicrophoneOptions): Promise<MediaStream> {
  const { deviceId, echoCancellation = true, noiseSuppression = true, autoGainControl = true } = options;
  const device = deviceId ? { deviceId: { exact: deviceId } } : {};
  const audio = { ...device, echoCancellation, noiseSuppression, autoGainControl, channelCount: 1 };
  if (!globalThis.navigator?.mediaDevices) {
    throw new A2FError("no_device", "the browser offers no microphone here: serve the page from https or localhost");
  }
  try {
    return await navigator.mediaDevices.getUserMedia({ audio });
  } catch (error) {
    const refused = (error as Error).name === "NotAllowedError";
    const message = refused
      ? "the microphone was not allowed: allow it for this page"
      : "no such microphone is there: choose another one";
    throw new A2FError("no_device", message, { cause: error });
  }
}
