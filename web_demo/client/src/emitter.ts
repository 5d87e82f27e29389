/** Typed events. */

export type Listener<T> = (event: T) => void;

/** Calls who listens, in the order in which they began to. */
export class Emitter<Events extends object> {
  readonly #listeners = new Map<keyof Events, Set<Listener<never>>>();

  /** Listens to one kind of event; gives what ends it. */
  on<K extends keyof Events>(kind: K, listener: Listener<Events[K]>): () => void {
    const listeners = this.#listeners.get(kind) ?? new Set();
    this.#listeners.set(kind, listeners.add(listener as Listener<never>));
    return () => this.off(kind, listener);
  }

  /** Listens no more. */
  off<K extends keyof Events>(kind: K, listener: Listener<Events[K]>): void {
    this.#listeners.get(kind)?.delete(listener as Listener<never>);
  }

  /** Tells everybody; one that throws does not keep the others from hearing, and is reported as an uncaught error. */
  emit<K extends keyof Events>(kind: K, event: Events[K]): void {
    for (const listener of [...(this.#listeners.get(kind) ?? [])]) {
      try {
        listener(event as never);
      } catch (error) {
        reportError(error);
      }
    }
  }
}

function reportError(error: unknown): void {
  if (typeof globalThis.reportError === "function") globalThis.reportError(error);
  else
    queueMicrotask(() => {
      throw error;
    });
}
