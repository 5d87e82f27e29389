/** The golden vectors that bind every implementation of the protocol. */

import { readFileSync } from "node:fs";

import type { Changes, ClientMessage, StreamConfig } from "../../src/wire/messages.ts";

type Json = { [name: string]: unknown };

export interface Vector {
  name: string;
  direction: "client to server" | "server to client";
  msgpack: string;
  json: string | null;
  json_binary?: string;
  meaning: (Json & { type: string }) | null;
  canonical: boolean;
}

export interface Invalid {
  name: string;
  in: "a2f.v1.msgpack" | "a2f.v1.json";
  binary?: string;
  text?: string;
  code: string;
  fatal: boolean;
}

export function vectors<T>(file: string): T[] {
  const url = new URL(`../../../../tests/vectors/${file}`, import.meta.url);
  return (JSON.parse(readFileSync(url, "utf-8")) as { vectors: T[] }).vectors;
}

export const fromHex = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, "hex"));
export const toHex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

const camel = (name: string) => name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
/** Maps whose keys are names of the field, not of the protocol. */
const OPEN = new Set(["emotions", "profile"]);

/** A meaning with the names of this client; what stands in maps with keys of their own stays. */
export function renamed(value: unknown, open = false): unknown {
  if (Array.isArray(value)) return value.map((item) => renamed(item, open));
  if (typeof value !== "object" || value === null || open) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [camel(name), renamed(item, OPEN.has(name))]));
}

/** The message of ours that a meaning describes. */
export function clientMessage(meaning: NonNullable<Vector["meaning"]>): ClientMessage {
  switch (meaning.type) {
    case "hello": {
      const { config, resume } = renamed(meaning) as { config: StreamConfig; resume: null };
      return resume ? { type: "hello", config, resume } : { type: "hello", config };
    }
    case "audio":
      return { type: "audio", pcm: fromHex(meaning["pcm"] as string) };
    case "configure":
      return { type: "configure", changes: renamed(meaning["changes"]) as Changes };
    default:
      return meaning as unknown as ClientMessage;
  }
}
