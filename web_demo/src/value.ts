/** A value that tells when it changes. */

export class Value<T> {
  #current: T;
  readonly #listeners = new Set<(value: T) => void>();

  constructor(initial: T) {
    this.#current = initial;
  }

  get current(): T {
    return this.#current;
  }

  set(value: T): void {
    if (Object.is(value, this.#current)) return;
    this.#current = value;
    for (const listener of this.#listeners) listener(value);
  }

  /** Calls back at once, and with every change. */
  watch(listener: (value: T) => void): void {
    this.#listeners.add(listener);
    listener(this.#current);
  }
}
