/** Every message of the protocol `a2f.v1`, as the client writes and reads it. Names are those of the wire in camel case. */

export const PROTOCOL = "a2f.v1";
export const MSGPACK = "a2f.v1.msgpack";
export const JSON_TEXT = "a2f.v1.json";
export type Subprotocol = typeof MSGPACK | typeof JSON_TEXT;

export const ENCODINGS = { pcm_s16le: 2, pcm_f32le: 4, mulaw: 1, alaw: 1 } as const;
/** How a sample is written; the bytes of each stand in `ENCODINGS`. */
export type Encoding = keyof typeof ENCODINGS;

export const EMOTIONS = [
  "amazement",
  "anger",
  "cheekiness",
  "disgust",
  "fear",
  "grief",
  "joy",
  "outofbreath",
  "pain",
  "sadness",
] as const;
export type Emotion = (typeof EMOTIONS)[number];
/** Strength of emotions, 0 to 1 each. */
export type Emotions = { readonly [name in Emotion]?: number };

export type Idle = "off" | "speech" | "always";
export type Pace = "live" | "file";
export type WeightFormat = "f32" | "f16" | "list";
/** Frames a second as numerator and denominator. */
export type FrameRate = readonly [number, number];
export type Profile = string | { readonly [name: string]: unknown };

/** How the PCM of a stream is written. */
export interface AudioFormat {
  readonly encoding: Encoding;
  /** Hertz, 8,000 to 192,000. */
  readonly sampleRate: number;
  /** 1 to 8, interleaved. */
  readonly channels: number;
}

/** Everything that a stream was asked for, and has. */
export interface StreamConfig {
  readonly audio: AudioFormat;
  readonly fps: FrameRate;
  readonly weights: WeightFormat;
  readonly lookaheadMs: number;
  readonly pace: Pace;
  readonly emotions: Emotions;
  readonly autoEmotion: boolean;
  readonly idle: Idle;
  readonly profile: Profile | null;
  readonly engine: string | null;
  readonly visemes: boolean;
  readonly head: boolean;
  readonly stats: boolean;
  readonly seed: number;
}

export const DEFAULTS: StreamConfig = {
  audio: { encoding: "pcm_s16le", sampleRate: 16_000, channels: 1 },
  fps: [60, 1],
  weights: "f32",
  lookaheadMs: 40,
  pace: "live",
  emotions: {},
  autoEmotion: false,
  idle: "speech",
  profile: null,
  engine: null,
  visemes: false,
  head: false,
  stats: false,
  seed: 0,
};

/** What `configure` may change from the next frame on. */
export interface Changes {
  readonly emotions?: Emotions;
  readonly autoEmotion?: boolean;
  readonly idle?: Idle;
  /** null: back to the default profile of the server. */
  readonly profile?: Profile | null;
  readonly fps?: FrameRate;
}

// What a client says

export interface Resume {
  readonly session: string;
  readonly token: string;
  readonly utterance: number;
  /** Index of the last frame received, -1 for none. */
  readonly frame: number;
}

export type Hello = { readonly type: "hello"; readonly config: StreamConfig; readonly resume?: Resume };
export type Audio = { readonly type: "audio"; readonly pcm: Uint8Array };
export type Configure = { readonly type: "configure"; readonly changes: Changes };
export type Flush = { readonly type: "flush"; readonly id: number | null };
export type Clear = { readonly type: "clear"; readonly id: number | null };
export type Marker = { readonly type: "marker"; readonly id: number | null };
export type KeepAlive = { readonly type: "keepalive" };
export type Bye = { readonly type: "bye" };
export type ClientMessage = Hello | Audio | Configure | Flush | Clear | Marker | KeepAlive | Bye;

// What a server says

export interface Limits {
  /** Bytes of the largest message. */
  readonly messageBytes: number;
  /** Seconds of live audio that may come at once. */
  readonly burstS: number;
  /** Times real time that live audio may come at beyond the burst. */
  readonly rate: number;
  /** Seconds without a message after which a session is closed. */
  readonly idleS: number;
  /** Seconds for which a session outlives its connection. */
  readonly resumeS: number;
}

export interface Ready {
  readonly type: "ready";
  readonly protocol: string;
  readonly session: string;
  /** Secret needed to resume the session. */
  readonly token: string;
  readonly engine: string;
  /** Names of the 52 weights, in the order of every row. */
  readonly names: readonly string[];
  /** Names of the 15 visemes, in the order of every row; null where frames carry none. */
  readonly visemeNames: readonly string[] | null;
  readonly fps: FrameRate;
  readonly sampleRate: number;
  /** The look-ahead that the engine takes. */
  readonly lookaheadMs: number;
  readonly limits: Limits;
  readonly config: StreamConfig;
  readonly resumed: { readonly utterance: number; readonly audioBytes: number } | null;
}

/** Consecutive frames of one utterance. */
export interface Frames {
  readonly type: "frames";
  readonly utterance: number;
  /** Index of the first frame within its utterance. */
  readonly index: number;
  readonly count: number;
  /** Seconds of the utterance's audio at which the first frame is due; frame k is due at `time + k / fps`. */
  readonly time: number;
  readonly fps: FrameRate;
  /** `count` rows of 52 weights, 0 to 1, in the order of `names`. */
  readonly weights: readonly Float32Array[];
  /** `count` rows of yaw, pitch and roll in degrees; null where not asked for. */
  readonly head: readonly Float32Array[] | null;
  /** `count` rows of 15 visemes, 0 to 1; null where not asked for or not there. */
  readonly visemes: readonly Float32Array[] | null;
  /** Sent between utterances, to be shown as it comes. */
  readonly idle: boolean;
  /** The ease to rest after a clear. */
  readonly final: boolean;
}

export interface Configured {
  readonly type: "configured";
  readonly config: StreamConfig;
}

export interface Flushed {
  readonly type: "flushed";
  readonly id: number | null;
  readonly utterance: number;
  /** How many frames the utterance had. */
  readonly frames: number;
  /** Duration of its audio. */
  readonly seconds: number;
}

export interface Cleared {
  readonly type: "cleared";
  readonly id: number | null;
  /** The last utterance that was forgotten. */
  readonly utterance: number;
  /** Audio that got no frames. */
  readonly droppedMs: number;
}

/** p50, p95 and p99. */
export type Percentiles = readonly [number, number, number];

export interface Stats {
  readonly type: "stats";
  readonly receivedS: number;
  readonly answeredS: number;
  readonly realTimeFactor: number;
  readonly queueMs: Percentiles;
  readonly latencyMs: Percentiles;
  readonly framesSent: number;
  readonly framesDropped: number;
}

export interface Warning {
  readonly type: "warning";
  readonly code: string;
  readonly message: string;
}

export interface ErrorTold {
  readonly type: "error";
  readonly code: string;
  readonly message: string;
  readonly fatal: boolean;
  readonly ref: string | null;
}

export interface GoAway {
  readonly type: "go_away";
  readonly timeLeftMs: number;
}

export type ServerMessage =
  Ready | Frames | Configured | Flushed | Cleared | Marker | Stats | Warning | ErrorTold | GoAway;
