/** A clock that goes when it is told to. */

import type { Clock } from "../src/clock.ts";

interface Timer {
  readonly atS: number;
  readonly call: () => void;
}

export class TestClock implements Clock {
  #nowS = 1000;
  #timers: Timer[] = [];

  now(): number {
    return this.#nowS;
  }

  after(seconds: number, call: () => void): () => void {
    const timer = { atS: this.#nowS + seconds, call };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  }

  /** How many calls wait. */
  get waiting(): number {
    return this.#timers.length;
  }

  /** Lets time pass; calls what is due in its order, and lets promises settle in between. */
  async pass(seconds: number): Promise<void> {
    const untilS = this.#nowS + seconds;
    await settled();
    for (let due = this.#next(untilS); due; due = this.#next(untilS)) {
      this.#timers = this.#timers.filter((timer) => timer !== due);
      this.#nowS = Math.max(this.#nowS, due.atS);
      due.call();
      await settled();
    }
    this.#nowS = untilS;
    await settled();
  }

  #next(untilS: number): Timer | undefined {
    return this.#timers.filter(({ atS }) => atS <= untilS).sort((a, b) => a.atS - b.atS)[0];
  }
}

/** Once everything that was promised by now has been done. */
export async function settled(): Promise<void> {
  for (let i = 0; i < 20; i++) await Promise.resolve();
}
