/** Messages to maps of the wire and back; absent fields are filled in, unknown types and fields ignored. */

import { readConfig, readFrameRate, writeChanges, writeConfig } from "./config.ts";
import { badField, type Fields, isMap, Reader } from "./fields.ts";
import { type ClientMessage, DEFAULTS, type FrameRate, type Percentiles, type ServerMessage } from "./messages.ts";
import { readRows } from "./rows.ts";

export const WEIGHTS = 52;
const VISEMES = 15;
const MOST_FRAMES = 100_000;
const LIMITS = { message_bytes: 256 * 1024, burst_s: 10, rate: 4, idle_s: 300, resume_s: 30 };

/** The map of a message; audio in JSON is no map, and `codec.ts` knows. */
export function toMap(message: ClientMessage): Fields {
  switch (message.type) {
    case "hello":
      return { type: "hello", ...writeConfig(message.config), ...(message.resume ? { resume: message.resume } : {}) };
    case "configure":
      return { type: "configure", ...writeChanges(message.changes) };
    case "flush":
    case "clear":
    case "marker":
      return message.id === null ? { type: message.type } : message;
    default:
      return message;
  }
}

/** The message of a map; null for a type that is not known. `fps` is what `ready` or `configured` told last. */
export function fromMap(values: unknown, fps: FrameRate): ServerMessage | null {
  if (!isMap(values)) throw badField("a message must be a map");
  const type = values["type"];
  if (typeof type !== "string") throw badField("every message needs a text as its type");
  const read = Object.hasOwn(READERS, type) ? READERS[type] : undefined;
  return read ? read(new Reader(values, `${type}: `), values, fps) : null;
}

type Read = (reader: Reader, values: Fields, fps: FrameRate) => ServerMessage;

const READERS: { readonly [type: string]: Read } = {
  ready: (reader) => {
    const config = readConfig(reader.map("config"));
    const limits = reader.map("limits", {});
    const resumed = reader.has("resumed") ? reader.map("resumed") : null;
    return {
      type: "ready",
      protocol: reader.text("protocol"),
      session: reader.text("session"),
      token: reader.text("token"),
      engine: reader.text("engine"),
      names: reader.texts("names", WEIGHTS),
      visemeNames: reader.has("viseme_names") ? reader.texts("viseme_names", VISEMES) : null,
      fps: config.fps,
      sampleRate: config.audio.sampleRate,
      lookaheadMs: reader.integer("lookahead_ms"),
      limits: {
        messageBytes: limits.integer("message_bytes", LIMITS.message_bytes),
        burstS: limits.number("burst_s", LIMITS.burst_s),
        rate: limits.number("rate", LIMITS.rate),
        idleS: limits.number("idle_s", LIMITS.idle_s),
        resumeS: limits.number("resume_s", LIMITS.resume_s),
      },
      config,
      resumed: resumed && { utterance: resumed.integer("utterance"), audioBytes: resumed.integer("audio_bytes") },
    };
  },
  frames: (reader, values, fps) => {
    const count = reader.integer("count", undefined, 1, MOST_FRAMES);
    const rows = (name: string, width: number) => readRows(values[name], count, width, name);
    return {
      type: "frames",
      utterance: reader.integer("utterance"),
      index: reader.integer("index"),
      count,
      time: reader.number("time"),
      fps: readFrameRate(reader, "fps", fps),
      weights: rows("weights", WEIGHTS),
      head: reader.has("head") ? rows("head", 3) : null,
      visemes: reader.has("visemes") ? rows("visemes", VISEMES) : null,
      idle: reader.boolean("idle", false),
      final: reader.boolean("final", false),
    };
  },
  configured: (reader) => ({ type: "configured", config: readConfig(reader.map("config")) }),
  flushed: (reader) => ({
    type: "flushed",
    id: readId(reader),
    utterance: reader.integer("utterance"),
    frames: reader.integer("frames"),
    seconds: reader.number("seconds"),
  }),
  cleared: (reader) => ({
    type: "cleared",
    id: readId(reader),
    utterance: reader.integer("utterance"),
    droppedMs: reader.integer("dropped_ms"),
  }),
  marker: (reader) => ({ type: "marker", id: readId(reader) }),
  stats: (reader) => ({
    type: "stats",
    receivedS: reader.number("received_s"),
    answeredS: reader.number("answered_s"),
    realTimeFactor: reader.number("real_time_factor"),
    queueMs: reader.numbers("queue_ms", 3) as unknown as Percentiles,
    latencyMs: reader.numbers("latency_ms", 3) as unknown as Percentiles,
    framesSent: reader.integer("frames_sent"),
    framesDropped: reader.integer("frames_dropped"),
  }),
  warning: (reader) => ({ type: "warning", code: reader.text("code"), message: reader.text("message") }),
  error: (reader) => ({
    type: "error",
    code: reader.text("code"),
    message: reader.text("message"),
    fatal: reader.boolean("fatal", false),
    ref: reader.has("ref") ? reader.text("ref") : null,
  }),
  go_away: (reader) => ({ type: "go_away", timeLeftMs: reader.integer("time_left_ms") }),
};

function readId(reader: Reader): number | null {
  return reader.has("id") ? reader.integer("id") : null;
}

/** The frame rate that holds after a message. */
export function fpsAfter(message: ServerMessage | null, fps: FrameRate = DEFAULTS.fps): FrameRate {
  return message?.type === "ready" || message?.type === "configured" ? message.config.fps : fps;
}
