/** Time, from outside: everything that waits or measures takes a clock, so that a test can hold it. */

export interface Clock {
  /** Seconds that only go forward. */
  now(): number;
  /** Calls once so many seconds later; gives what prevents it. */
  after(seconds: number, call: () => void): () => void;
}

/** The clock of the machine. */
export const systemClock: Clock = {
  now: () => performance.now() / 1000,
  after(seconds, call) {
    const timer = setTimeout(call, seconds * 1000);
    return () => clearTimeout(timer);
  },
};
