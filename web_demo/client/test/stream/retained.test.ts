import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { A2FError } from "../../src/errors.ts";
import { type Said, Unanswered } from "../../src/stream/retained.ts";
import type { AudioFormat } from "../../src/wire/messages.ts";

/** A byte a sample, so that bytes are easily counted. */
const FORMAT: AudioFormat = { encoding: "mulaw", sampleRate: 8000, channels: 1 };

/** What a server makes of what it gets: the audio of each utterance, and what else it was told, in order. */
class Ear {
  utterance = 0;
  audio: number[][] = [];
  heard: Said[] = [];

  hear(message: Said): void {
    if (message.type === "audio") {
      this.audio[this.utterance] = [...(this.audio[this.utterance] ?? []), ...message.pcm];
      return;
    }
    this.heard.push(message);
    if ((message.type === "flush" || message.type === "clear") && this.bytes) this.utterance++;
  }

  get bytes(): number {
    return this.audio[this.utterance]?.length ?? 0;
  }
}

type Step =
  | { do: "say"; what: "flush" | "clear" | "marker" | "configure" }
  | { do: "speak"; bytes: number }
  | { do: "send" | "cut"; count: number }
  | { do: "answer"; share: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constant("speak" as const), bytes: fc.integer({ min: 1, max: 12_000 }) }),
  fc.record({ do: fc.constant("say" as const), what: fc.constantFrom("flush", "clear", "marker", "configure") }),
  fc.record({ do: fc.constantFrom("send", "cut"), count: fc.integer({ min: 0, max: 5 }) }),
  fc.record({ do: fc.constant("answer" as const), share: fc.double({ min: 0, max: 1, noNaN: true }) }),
);

const pcm = (bytes: number, seed: number) => Uint8Array.from({ length: bytes }, (_, i) => (i * 7 + seed) % 251);

function message(given: Step, number: number): Said {
  if (given.do === "speak") return { type: "audio", pcm: pcm(given.bytes, number) };
  const { what } = given as { what: "flush" | "clear" | "marker" | "configure" };
  return what === "configure" ? { type: what, changes: { idle: "off" } } : { type: what, id: number };
}

function answer(log: Unanswered, ear: Ear, share: number): void {
  log.heard(ear.utterance, Math.floor(ear.bytes * share) / FORMAT.sampleRate);
  const last = ear.heard.at(-1);
  if (last && share > 0.5 && last.type !== "audio" && last.type !== "configure") log.settle(last.type, last.id);
}

const ends = (ear: Ear) => [...new Set(ear.heard.filter(({ type }) => type === "flush" || type === "clear"))];

describe("the log", () => {
  test("lets the server hear exactly what was said, wherever it is cut", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (story) => {
        const [log, ear, said] = [new Unanswered(FORMAT), new Ear(), new Ear()];
        let onTheWay: Said[] = [];
        const arrive = (count = onTheWay.length) => onTheWay.splice(0, count).forEach((sent) => ear.hear(sent));
        story.forEach((given, number) => {
          if (given.do === "say" || given.do === "speak") {
            const saying = message(given, number);
            log.append(saying);
            said.hear(saying);
          } else if (given.do === "send") {
            for (let i = 0; i < given.count && log.next; i++) onTheWay.push(log.take());
          } else if (given.do === "answer") {
            arrive();
            answer(log, ear, given.share);
          } else {
            arrive(given.count);
            onTheWay = [];
            log.resume(ear.utterance, ear.bytes);
          }
        });
        arrive();
        while (log.next) ear.hear(log.take());
        expect(ends(ear)).toEqual(ends(said));
        const markers = (of: Ear) => new Set(of.heard.filter(({ type }) => type === "marker"));
        expect(markers(ear)).toEqual(markers(said));
        if (!ends(said).some(({ type }) => type === "clear")) expect(ear.audio).toEqual(said.audio);
      }),
      { numRuns: 300 },
    );
  });

  test("sends long audio in pieces that no server refuses", () => {
    const log = new Unanswered({ encoding: "pcm_f32le", sampleRate: 192_000, channels: 3 });
    log.append({ type: "audio", pcm: pcm(400_000, 1) });
    const pieces: Uint8Array[] = [];
    while (log.next) pieces.push((log.take() as { pcm: Uint8Array }).pcm);
    expect(Math.max(...pieces.map(({ length }) => length))).toBeLessThanOrEqual(64 * 1024);
    expect(pieces.slice(0, -1).every(({ length }) => length % 12 === 0)).toBe(true);
    expect(pieces.flatMap((piece) => [...piece])).toEqual([...pcm(400_000, 1)]);
  });

  test("keeps no audio that was heard", () => {
    const log = new Unanswered(FORMAT);
    for (let second = 0; second < 60; second++) {
      log.append({ type: "audio", pcm: new Uint8Array(8000) });
      while (log.next) log.take();
      log.heard(0, second);
    }
    expect(log.sentS).toBeLessThanOrEqual(3);
    expect(log.waitingS).toBe(0);
  });

  test("an answer shows that all before it arrived; a marker stays until it is answered itself", () => {
    const log = new Unanswered(FORMAT);
    const audio: Said = { type: "audio", pcm: new Uint8Array(100) };
    for (const said of [
      audio,
      { type: "flush", id: 1 },
      audio,
      { type: "marker", id: 2 },
      audio,
      { type: "marker", id: 3 },
    ]) {
      log.append(said as Said);
    }
    while (log.next) log.take();
    log.settle("marker", 3);
    expect(log.sentS).toBe(0);
    expect(log.empty).toBe(false);
    log.settle("marker", 2);
    expect(log.empty).toBe(true);
  });

  test("tells what it cannot send again", () => {
    const log = new Unanswered(FORMAT);
    log.append({ type: "audio", pcm: new Uint8Array(40_000) });
    while (log.next) log.take();
    log.heard(0, 4);
    const expired = expect.objectContaining({ code: "session_expired" }) as A2FError;
    expect(() => log.resume(0, 0)).toThrow(expired);
    expect(() => log.resume(0, 40_001)).toThrow(expired);
    expect(() => log.resume(0, 40_000)).not.toThrow();
  });
});

test("what is said next belongs to an utterance behind all that waits", () => {
  const log = new Unanswered({ encoding: "pcm_s16le", sampleRate: 16_000, channels: 1 });
  const audio = { type: "audio", pcm: new Uint8Array(640) } as const;
  const flush = { type: "flush", id: 1 } as const;
  log.append(flush); // ends nothing
  log.append(audio);
  expect(log.utteranceToCome).toBe(0);
  log.append(flush);
  expect([log.utterance, log.utteranceToCome]).toEqual([0, 1]);
  log.append(audio);
  log.append(flush);
  expect([log.utterance, log.utteranceToCome]).toEqual([0, 2]);
  while (log.next) log.take();
  expect([log.utterance, log.utteranceToCome]).toEqual([2, 2]);
});
