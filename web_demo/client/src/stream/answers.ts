/** Questions that the server has not answered yet, and the callers who wait for them. */

import type { A2FError } from "../errors.ts";
import type { StreamConfig } from "../wire/messages.ts";
import type { Question } from "./retained.ts";

type Waiting = { resolve: (answer: never) => void; reject: (error: A2FError) => void };
type Asked = Waiting & { type: Question["type"]; id: number | null };

/** Every question gets exactly one end: its answer, its refusal, or the error that ended the stream. */
export class Answers {
  #asked: Asked[] = [];
  #changes: Waiting[] = [];

  /** The answer to a flush, clear or marker. */
  to<T>(question: Question): Promise<T> {
    return new Promise((resolve, reject) =>
      this.#asked.push({ type: question.type, id: question.id, resolve, reject }),
    );
  }

  /** The answer to a change; changes carry no id and are answered in order. */
  toChange(): Promise<StreamConfig> {
    return new Promise((resolve, reject) => this.#changes.push({ resolve, reject }));
  }

  /** The answer has come; ignored if nobody waits for it (any more). */
  give(type: Question["type"], id: number | null, answer: unknown): void {
    this.#remove((asked) => asked.type === type && asked.id === id).forEach(({ resolve }) => resolve(answer as never));
  }

  /** A clear was answered: flushes asked before it will not be. */
  interrupt(clearId: number | null): void {
    const before = this.#remove(({ type, id }) => type === "flush" && (id ?? 0) < (clearId ?? 0));
    before.forEach(({ resolve }) => resolve(null as never));
  }

  /** The oldest change took effect. */
  giveChange(config: StreamConfig): void {
    this.#changes.shift()?.resolve(config as never);
  }

  /** The oldest question of a kind was refused; tells which, if anybody still waits for it. */
  refuse(type: string | null, error: A2FError): Question | null {
    const asked = this.#asked.find((question) => question.type === type);
    if (!asked) return null;
    this.#remove((question) => question === asked);
    asked.reject(error);
    return { type: asked.type, id: asked.id };
  }

  /** The oldest change was refused; tells whether somebody waited for it. */
  refuseChange(error: A2FError): boolean {
    const waiting = this.#changes.shift();
    waiting?.reject(error);
    return waiting !== undefined;
  }

  /** The stream has ended: so has every wait. */
  fail(error: A2FError): void {
    const waiting = [...this.#asked, ...this.#changes];
    this.#asked = [];
    this.#changes = [];
    waiting.forEach(({ reject }) => reject(error));
  }

  #remove(chosen: (asked: Asked) => boolean): Asked[] {
    const removed = this.#asked.filter(chosen);
    this.#asked = this.#asked.filter((asked) => !removed.includes(asked));
    return removed;
  }
}
