/** What the reader chose the last time, kept in this browser only. */

import { Value } from "./value.ts";

const PREFIX = "a2f-live.";

/** A choice that is remembered; anything stored that `valid` refuses is forgotten. */
export function remembered<T>(name: string, initial: T, valid: (value: unknown) => value is T): Value<T> {
  const value = new Value(read(name, valid) ?? initial);
  let known = false; // what nobody chose is not written
  value.watch((current) => {
    if (known) write(name, current);
    known = true;
  });
  return value;
}

export const isBoolean = (value: unknown): value is boolean => typeof value === "boolean";
export const isText = (value: unknown): value is string => typeof value === "string";
export const oneOf =
  <T extends string | number>(...choices: readonly T[]) =>
  (value: unknown): value is T =>
    choices.includes(value as T);

function read<T>(name: string, valid: (value: unknown) => value is T): T | undefined {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(PREFIX + name) ?? "null");
    return valid(value) ? value : undefined;
  } catch {
    return undefined; // a browser may refuse storage: then nothing is remembered
  }
}

function write(name: string, value: unknown): void {
  try {
    localStorage.setItem(PREFIX + name, JSON.stringify(value));
  } catch {
    // as above
  }
}
