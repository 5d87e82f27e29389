import { decode } from "@msgpack/msgpack";
import { describe, expect, test } from "vitest";

import { A2FError } from "../../src/errors.ts";
import { Codec } from "../../src/wire/codec.ts";
import { JSON_TEXT, MSGPACK, type ServerMessage } from "../../src/wire/messages.ts";
import { clientMessage, fromHex, type Invalid, renamed, toHex, type Vector, vectors } from "./vectors.ts";

const CLIENT = vectors<Vector>("client.json");
const SERVER = vectors<Vector>("server.json");
const INVALID = vectors<Invalid>("invalid.json");
const canonical = CLIENT.filter((vector) => vector.canonical && vector.meaning);
/** JavaScript has one kind of number, so 1.0 is written as 1; the protocol lets a reader take either. */
const WHOLE_FLOATS = new Set(["hello, everything chosen"]);

/** A message as plain values, rows as lists. */
function plain(message: ServerMessage | null): unknown {
  return JSON.parse(
    JSON.stringify(message, (_, value: unknown) => (value instanceof Float32Array ? [...value] : value)),
  );
}

/** What a vector means, with the fields that only this client fills in. */
function expected({ meaning }: Vector): unknown {
  if (!meaning) return null;
  const message = renamed(meaning) as { type: string; config: { fps: unknown; audio: { sampleRate: number } } };
  if (message.type === "frames") return { head: null, visemes: null, ...message };
  if (message.type !== "ready") return message;
  const { fps, audio } = message.config;
  return { visemeNames: null, resumed: null, fps, sampleRate: audio.sampleRate, ...message };
}

describe("what a client says", () => {
  test.each(canonical)("$name: is written in msgpack", (vector) => {
    const bytes = new Codec(MSGPACK).encode(clientMessage(vector.meaning!)) as Uint8Array;
    expect(decode(bytes)).toEqual(decode(fromHex(vector.msgpack)));
    if (!WHOLE_FLOATS.has(vector.name)) expect(toHex(bytes)).toBe(vector.msgpack);
  });

  test.each(canonical)("$name: is written in JSON", (vector) => {
    const written = new Codec(JSON_TEXT).encode(clientMessage(vector.meaning!));
    if (typeof written === "string") expect(JSON.parse(written)).toEqual(JSON.parse(vector.json!));
    else expect(toHex(written)).toBe(vector.json_binary);
  });

  test("every kind of message has a vector", () => {
    expect(new Set(canonical.map((vector) => vector.meaning!.type))).toEqual(
      new Set(["hello", "audio", "configure", "flush", "clear", "marker", "keepalive", "bye"]),
    );
  });
});

describe("what a server says", () => {
  test.each(SERVER)("$name: is read from msgpack", (vector) => {
    expect(plain(new Codec(MSGPACK).decode(fromHex(vector.msgpack)))).toEqual(expected(vector));
  });

  test.each(SERVER.filter((vector) => vector.json !== null))("$name: is read from JSON", (vector) => {
    expect(plain(new Codec(JSON_TEXT).decode(vector.json!))).toEqual(expected(vector));
  });

  test("every kind of message has a vector", () => {
    expect(new Set(SERVER.flatMap(({ meaning }) => (meaning ? [meaning.type] : []))).size).toBe(10);
  });

  test("frames have the frame rate that was told last", () => {
    const codec = new Codec(JSON_TEXT);
    const named = (name: string) => SERVER.find((vector) => vector.name === name)!;
    const told = JSON.parse(named("configured").json!) as { config: object };
    codec.decode(JSON.stringify({ ...told, config: { ...told.config, fps: [25, 1] } }));
    expect(codec.decode(named("frames, list").json!)).toMatchObject({ type: "frames", fps: [25, 1] });
  });
});

/** Payloads that are wrong by themselves, or as something that a server says; a server reads the others. */
const heard = INVALID.filter(
  ({ name, code }) => code === "unreadable" || code === "wrong_frame" || name.startsWith("frames"),
);

describe("what must be refused", () => {
  test.each(heard)("$in: $name", (vector) => {
    const codec = new Codec(vector.in);
    const payload = vector.binary === undefined ? vector.text! : fromHex(vector.binary);
    const refusal = (() => {
      try {
        return codec.decode(payload);
      } catch (error) {
        return error;
      }
    })();
    expect(refusal).toBeInstanceOf(A2FError);
    expect(refusal).toMatchObject({ code: vector.code, fatal: vector.fatal });
  });

  test("there are such payloads", () => expect(heard.length).toBeGreaterThan(18));

  test.each([
    ["a list", [1]],
    ["no type", { kind: "ready" }],
    ["a type that is no text", { type: ["ready"] }],
    ["a name of Object", { type: "flushed", utterance: {}, frames: 1, seconds: 1 }],
    ["a boolean for a number", { type: "go_away", time_left_ms: true }],
    ["an integer too large", { type: "go_away", time_left_ms: 2 ** 53 }],
    ["a fraction for an integer", { type: "flushed", utterance: 0.5, frames: 1, seconds: 1 }],
    ["a missing field", { type: "cleared", utterance: 0 }],
    ["a rate with no denominator", { type: "configured", config: { fps: [30, 0] } }],
  ])("%s", (_, values) => {
    expect(() => new Codec(JSON_TEXT).decode(JSON.stringify(values))).toThrow(
      expect.objectContaining({ code: "bad_field", fatal: false }) as Error,
    );
  });

  test("types that are names of every object are unknown ones", () => {
    expect(new Codec(JSON_TEXT).decode('{"type": "constructor"}')).toBeNull();
  });
});
