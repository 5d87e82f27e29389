/** The two codecs: messages to payloads of a WebSocket and back, strictly. */

import { decode, encode } from "@msgpack/msgpack";

import { A2FError } from "../errors.ts";
import { fpsAfter, fromMap, toMap } from "./map.ts";
import { type ClientMessage, DEFAULTS, JSON_TEXT, MSGPACK, type ServerMessage, type Subprotocol } from "./messages.ts";

/** Bytes of the largest message that a server may send. */
export const LARGEST_BYTES = 4 * 1024 * 1024;
const DEEPEST = 64;

/** One end of one connection: it remembers the frame rate that the other told, so each connection has its own. */
export class Codec {
  readonly subprotocol: Subprotocol;
  #fps = DEFAULTS.fps;

  constructor(subprotocol: Subprotocol = MSGPACK) {
    this.subprotocol = subprotocol;
  }

  /** Bytes for a binary frame, or text for a text frame. */
  encode(message: ClientMessage): Uint8Array | string {
    if (this.subprotocol === MSGPACK) return encode(toMap(message));
    return message.type === "audio" ? message.pcm : JSON.stringify(toMap(message));
  }

  /** The message of a frame; null for one of an unknown type, which is ignored. Throws `A2FError`. */
  decode(data: ArrayBuffer | Uint8Array | string): ServerMessage | null {
    const values = this.subprotocol === MSGPACK ? fromMsgpack(data) : fromJson(data);
    const message = fromMap(values, this.#fps);
    this.#fps = fpsAfter(message, this.#fps);
    return message;
  }
}

function fromMsgpack(data: ArrayBuffer | Uint8Array | string): unknown {
  if (typeof data === "string") {
    throw new A2FError("wrong_frame", `a text frame came, but ${MSGPACK} has binary frames only`, { fatal: true });
  }
  try {
    return withTexts(decode(data, UNPACK));
  } catch (error) {
    throw unreadable("msgpack", error);
  }
}

function fromJson(data: ArrayBuffer | Uint8Array | string): unknown {
  if (typeof data !== "string") {
    throw new A2FError("wrong_frame", `a binary frame came, but a server says text in ${JSON_TEXT}`, { fatal: true });
  }
  try {
    const values: unknown = JSON.parse(data);
    return withTexts(values);
  } catch (error) {
    throw unreadable("JSON", error);
  }
}

function unreadable(format: string, error: unknown): A2FError {
  const reason = error instanceof Error ? error.message : String(error);
  return new A2FError("unreadable", `a message is no ${format} (${reason})`, { fatal: true, cause: error });
}

/** Bytes and texts come alike, so that a text that is not UTF-8 can be refused; lengths are bounded, extensions refused. */
const UNPACK = {
  rawStrings: true,
  maxStrLength: LARGEST_BYTES,
  maxBinLength: LARGEST_BYTES,
  maxArrayLength: LARGEST_BYTES,
  maxMapLength: LARGEST_BYTES / 2,
  maxExtLength: 0,
  mapKeyConverter: (key: unknown): string => {
    if (typeof key === "string") return key;
    throw new Error("a key is no text");
  },
  extensionCodec: {
    __brand__: undefined as never,
    tryToEncode: () => null,
    decode: () => {
      throw new Error("extension types are not used here");
    },
  },
} as const;

const utf8 = new TextDecoder("utf-8", { fatal: true });
const NUMBERS = new Set(["weights", "head", "visemes"]);

/** The value with its texts as texts; only rows of numbers stay bytes, and `config` has flags of the same names. */
function withTexts(value: unknown, name = "", depth = 0): unknown {
  if (depth > DEEPEST) throw new Error("nested too deep");
  if (value instanceof Uint8Array) return depth === 1 && NUMBERS.has(name) ? value : utf8.decode(value);
  if (Array.isArray(value)) return value.map((item) => withTexts(item, "", depth + 1));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withTexts(item, key, depth + 1)]));
}
