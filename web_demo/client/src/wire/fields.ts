/** Reads the fields of a message strictly: a wrong type or range is refused by name, what is absent takes its default. */

import { A2FError } from "../errors.ts";

export type Fields = { readonly [name: string]: unknown };

/** A refusal of a message that could be read but says what it may not. */
export function badField(message: string): A2FError {
  return new A2FError("bad_field", message);
}

export function isMap(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array);
}

/** One message, or a map within it, being read. */
export class Reader {
  readonly #fields: Fields;
  readonly #where: string;

  constructor(fields: Fields, where: string) {
    this.#fields = fields;
    this.#where = where;
  }

  /** Whether the field is there; null means that it is absent. */
  has(name: string): boolean {
    return this.#value(name) !== undefined;
  }

  text(name: string, absent?: string): string {
    return this.#read(name, absent, (value) => typeof value === "string", "a text");
  }

  boolean(name: string, absent?: boolean): boolean {
    return this.#read(name, absent, (value) => typeof value === "boolean", "true or false");
  }

  number(name: string, absent?: number): number {
    return this.#read(name, absent, isNumber, "a finite number");
  }

  integer(name: string, absent?: number, low = 0, high = Number.MAX_SAFE_INTEGER): number {
    const fits = (value: unknown): value is number => Number.isInteger(value) && between(value as number, low, high);
    return this.#read(name, absent, fits, `an integer from ${low} to ${high}`);
  }

  choice<T extends string>(name: string, choices: readonly T[], absent?: T): T {
    return this.#read(name, absent, (value): value is T => choices.includes(value as T), choices.join(" or "));
  }

  texts(name: string, count: number): string[] {
    const fits = (value: unknown): value is string[] =>
      Array.isArray(value) && value.length === count && value.every((item) => typeof item === "string");
    return this.#read(name, undefined, fits, `a list of ${count} texts`);
  }

  numbers(name: string, count: number): number[] {
    const fits = (value: unknown): value is number[] =>
      Array.isArray(value) && value.length === count && value.every(isNumber);
    return this.#read(name, undefined, fits, `a list of ${count} numbers`);
  }

  map(name: string, absent?: Fields): Reader {
    return new Reader(this.#read(name, absent, isMap, "a map"), `${this.#where}${name}.`);
  }

  /** A field that is used as it is, where the check says that it can be. */
  checked<T>(name: string, absent: T | undefined, fits: (value: unknown) => boolean, wanted: string): T {
    return this.#read(name, absent, fits as (value: unknown) => value is T, wanted);
  }

  #value(name: string): unknown {
    const value = Object.hasOwn(this.#fields, name) ? this.#fields[name] : undefined;
    return value === null ? undefined : value;
  }

  #read<T>(name: string, absent: T | undefined, fits: (value: unknown) => value is T, wanted: string): T {
    const value = this.#value(name);
    if (value === undefined) {
      if (absent !== undefined) return absent;
      throw badField(`${this.#where}${name} is missing`);
    }
    if (!fits(value)) throw badField(`${this.#where}${name} must be ${wanted}`);
    return value;
  }
}

export function isNumber(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value);
}

function between(value: number, low: number, high: number): boolean {
  return value >= low && value <= high;
}
