/** What `connect` may be asked for. */

import type { Clock } from "./clock.ts";
import { A2FError } from "./errors.ts";
import type { Reconnect } from "./stream/events.ts";
import type { MakeSocket } from "./stream/link.ts";
import {
  type Changes,
  DEFAULTS,
  type Emotions,
  type Encoding,
  type FrameRate,
  type Idle,
  JSON_TEXT,
  MSGPACK,
  type Pace,
  type Profile,
  type StreamConfig,
  type Subprotocol,
  type WeightFormat,
} from "./wire/messages.ts";

/** Frames a second: a number, a text such as `"30000/1001"`, or numerator and denominator. */
export type Rate = number | string | FrameRate;

/** All are optional; the defaults are those of the protocol: 16 kHz mono, 60 frames a second, live. */
export interface ConnectOptions {
  /** Bearer token, where the server asks for one. */
  token?: string;
  /** Frames a second, 1 to 120. */
  fps?: Rate;
  /** Hertz of the audio that goes to the server, 8,000 to 192,000. */
  sampleRate?: number;
  /** Interleaved channels, 1 to 8. */
  channels?: number;
  encoding?: Encoding;
  /** The most future audio that a frame may wait for, in milliseconds. */
  lookaheadMs?: number;
  /** `live`: audio comes as it is spoken; `file`: at any rate. */
  pace?: Pace;
  /** Strength of emotions, 0 to 1 each. */
  emotions?: Emotions;
  /** Whether emotions are heard in the voice. */
  autoEmotion?: boolean;
  /** Where the face lives of itself: `off`, in `speech`, or `always`. */
  idle?: Idle;
  /** Name of a profile of the server, or a profile itself. */
  profile?: Profile | null;
  /** Name of an engine of the server. */
  engine?: string;
  /** Whether frames carry head rotation. */
  head?: boolean;
  /** Whether frames carry visemes, where the engine has them. */
  visemes?: boolean;
  /** Whether `stats` comes once a second. */
  stats?: boolean;
  /** Of the random motion: the same seed and audio give the same frames. */
  seed?: number;
  /** How rows travel in msgpack. */
  weights?: WeightFormat;
  subprotocol?: Subprotocol;
  /** What is done after a loss; by default `renew` live, and `resume` in pace `file`. */
  reconnect?: Reconnect;
  /** Ends the stream, or the attempt to connect, when it is aborted. */
  signal?: AbortSignal;
  /** Makes the socket; by default a WebSocket of the platform. */
  socket?: MakeSocket;
  clock?: Clock;
}

const PATH = "/v1/stream";
const SCHEMES: { readonly [protocol: string]: string } = {
  "http:": "ws:",
  "https:": "wss:",
  "ws:": "ws:",
  "wss:": "wss:",
};
const MAX_DENOMINATOR = 1001;

/** The configuration that the options ask for. Throws `bad_setting` for a frame rate that is none. */
export function streamConfig(options: ConnectOptions): StreamConfig {
  const { audio } = DEFAULTS;
  return {
    audio: {
      encoding: options.encoding ?? audio.encoding,
      sampleRate: options.sampleRate ?? audio.sampleRate,
      channels: options.channels ?? audio.channels,
    },
    fps: options.fps === undefined ? DEFAULTS.fps : frameRate(options.fps),
    weights: options.weights ?? DEFAULTS.weights,
    lookaheadMs: options.lookaheadMs ?? DEFAULTS.lookaheadMs,
    pace: options.pace ?? DEFAULTS.pace,
    emotions: options.emotions ?? DEFAULTS.emotions,
    autoEmotion: options.autoEmotion ?? DEFAULTS.autoEmotion,
    idle: options.idle ?? DEFAULTS.idle,
    profile: options.profile ?? DEFAULTS.profile,
    engine: options.engine ?? DEFAULTS.engine,
    visemes: options.visemes ?? DEFAULTS.visemes,
    head: options.head ?? DEFAULTS.head,
    stats: options.stats ?? DEFAULTS.stats,
    seed: options.seed ?? DEFAULTS.seed,
  };
}

/** Changes as `configure` sends them. */
export function streamChanges(changes: Omit<Changes, "fps"> & { fps?: Rate }): Changes {
  const { fps, ...others } = changes;
  return fps === undefined ? others : { ...others, fps: frameRate(fps) };
}

/** The rate as numerator and denominator: 29.97 and its like are 30000/1001 and its like. */
export function frameRate(rate: Rate): FrameRate {
  if (typeof rate === "object") return rate;
  const [above = NaN, below = 1] = typeof rate === "string" ? rate.split("/").map(Number) : [rate];
  if (!(above > 0) || !(below > 0)) {
    throw new A2FError("bad_setting", `${rate} is no frame rate: use a number, or a fraction such as 30000/1001`);
  }
  if (Number.isInteger(above) && Number.isInteger(below)) return [above, below];
  const wanted = above / below;
  const broadcast = Math.round(wanted) * 1000;
  if (Math.abs(wanted - broadcast / MAX_DENOMINATOR) < 0.005) return [broadcast, MAX_DENOMINATOR];
  return nearestFraction(wanted);
}

function nearestFraction(wanted: number): FrameRate {
  let best: FrameRate = [Math.round(wanted), 1];
  for (let below = 1; below <= MAX_DENOMINATOR; below++) {
    const above = Math.round(wanted * below);
    if (Math.abs(above / below - wanted) < Math.abs(best[0] / best[1] - wanted) - 1e-12) best = [above, below];
  }
  return best;
}

/** The WebSocket address meant by an address of a server: http or ws, with or without the path, or `/` of the page. */
export function streamUrl(url: string, base: string | undefined = globalThis.location?.href): string {
  const whole = /^[a-z][a-z0-9+.-]*:\/\//i.test(url) || url.startsWith("/");
  const parsed = parseUrl(whole ? url : `ws://${url}`, base);
  const scheme = parsed && SCHEMES[parsed.protocol];
  if (!parsed?.hostname || !scheme) {
    throw new A2FError("bad_setting", `${url} is no address of a server: use one such as ws://localhost:8000`);
  }
  const path = parsed.pathname.replaceAll("/", "") ? parsed.pathname : PATH;
  return `${scheme}//${parsed.host}${path}${parsed.search}`;
}

function parseUrl(url: string, base: string | undefined): URL | null {
  try {
    return new URL(url, base);
  } catch {
    return null;
  }
}

/** The subprotocols to offer: that of the messages, and the token as another one, since browsers set no headers. */
export function subprotocols(subprotocol: Subprotocol = MSGPACK, token?: string): string[] {
  if (subprotocol !== MSGPACK && subprotocol !== JSON_TEXT) {
    throw new A2FError("bad_setting", `${String(subprotocol)} is no subprotocol: use ${MSGPACK} or ${JSON_TEXT}`);
  }
  return token ? [subprotocol, `a2f.token.${base64url(token)}`] : [subprotocol];
}

function base64url(text: string): string {
  const binary = String.fromCharCode(...new TextEncoder().encode(text));
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}
