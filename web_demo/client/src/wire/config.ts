/** The configuration of a stream on the wire: written as what differs from the defaults, read with them filled in. */

import { badField, isNumber, type Fields, type Reader } from "./fields.ts";
import {
  type Changes,
  DEFAULTS,
  EMOTIONS,
  type Emotions,
  ENCODINGS,
  type Encoding,
  type FrameRate,
  type Profile,
  type StreamConfig,
} from "./messages.ts";

const DEEPEST_PROFILE = 4;
/** Field of the wire to the name that it has here, in the order in which they are written. */
const NAMES = {
  audio: "audio",
  fps: "fps",
  weights: "weights",
  lookahead_ms: "lookaheadMs",
  pace: "pace",
  emotions: "emotions",
  auto_emotion: "autoEmotion",
  idle: "idle",
  profile: "profile",
  engine: "engine",
  visemes: "visemes",
  head: "head",
  stats: "stats",
  seed: "seed",
} as const satisfies Record<string, keyof StreamConfig>;

/** Fields of `hello`: those that are not as usual. */
export function writeConfig(config: StreamConfig): Fields {
  const entries = Object.entries(NAMES).map(([wire, name]) => [wire, toWire(config[name]), toWire(DEFAULTS[name])]);
  return Object.fromEntries(
    entries.filter(([, value, usual]) => !same(value, usual)).map(([wire, value]) => [wire, value]),
  );
}

/** Fields of `configure`: those that are there; a profile may be null. */
export function writeChanges(changes: Changes): Fields {
  const written: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(changes)) {
    const wire = name === "autoEmotion" ? "auto_emotion" : name;
    if (value !== undefined) written[wire] = value;
  }
  return written;
}

/** A whole configuration; what is absent is as usual. */
export function readConfig(reader: Reader): StreamConfig {
  const audio = reader.map("audio", {});
  return {
    audio: {
      encoding: audio.choice("encoding", Object.keys(ENCODINGS) as Encoding[], DEFAULTS.audio.encoding),
      sampleRate: audio.integer("sample_rate", DEFAULTS.audio.sampleRate),
      channels: audio.integer("channels", DEFAULTS.audio.channels),
    },
    fps: readFrameRate(reader, "fps", DEFAULTS.fps),
    weights: reader.choice("weights", ["f32", "f16", "list"], DEFAULTS.weights),
    lookaheadMs: reader.integer("lookahead_ms", DEFAULTS.lookaheadMs),
    pace: reader.choice("pace", ["live", "file"], DEFAULTS.pace),
    emotions: readEmotions(reader),
    autoEmotion: reader.boolean("auto_emotion", false),
    idle: reader.choice("idle", ["off", "speech", "always"], DEFAULTS.idle),
    profile: reader.has("profile")
      ? reader.checked<Profile>("profile", undefined, isProfile, "a text, or a map at most 4 deep")
      : null,
    engine: reader.has("engine") ? reader.text("engine") : null,
    visemes: reader.boolean("visemes", false),
    head: reader.boolean("head", false),
    stats: reader.boolean("stats", false),
    seed: reader.integer("seed", DEFAULTS.seed),
  };
}

/** A frame rate, written as numerator and denominator. */
export function readFrameRate(reader: Reader, name: string, absent: FrameRate): FrameRate {
  if (!reader.has(name)) return absent;
  const [numerator, denominator] = reader.numbers(name, 2) as [number, number];
  if (!Number.isInteger(numerator) || !Number.isInteger(denominator) || numerator < 1 || denominator < 1) {
    throw badField(`${name} must be two integers from 1 on`);
  }
  return [numerator, denominator];
}

function readEmotions(reader: Reader): Emotions {
  const fits = (value: unknown) =>
    typeof value === "object" && value !== null && Object.values(value).every((amount) => isNumber(amount));
  const found = reader.checked<Record<string, number>>("emotions", {}, fits, "a map of numbers");
  return Object.fromEntries(Object.entries(found).filter(([name]) => (EMOTIONS as readonly string[]).includes(name)));
}

function isProfile(value: unknown, depth = 0): boolean {
  if (depth > DEEPEST_PROFILE) return false;
  if (typeof value !== "object" || value === null) return depth > 0 || typeof value === "string";
  return Object.values(value).every((part) => isProfile(part, depth + 1));
}

function toWire(value: StreamConfig[keyof StreamConfig]): unknown {
  if (typeof value !== "object" || value === null || !("sampleRate" in value)) return value;
  const { encoding, sampleRate, channels } = value as StreamConfig["audio"];
  return { encoding, sample_rate: sampleRate, channels };
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
