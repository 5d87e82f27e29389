/** An audio clock that runs evenly. */

/** Share of a reading's surprise that is believed at once: readings jitter by some milliseconds. */
const GAIN = 0.08;
/** A larger surprise is no jitter: the clock was stopped, or the device changed. */
const SNAP_S = 0.06;

/** Joins the readings of an audio clock, which come in steps, by the clock of the display, which is even. */
export class SmoothClock {
  #ahead: number | undefined;

  /** Takes a reading: at the system's time the audio was there. Both in seconds. */
  observe(systemS: number, audioS: number): void {
    const ahead = audioS - systemS;
    const surprise = ahead - (this.#ahead ?? ahead);
    this.#ahead = this.#ahead === undefined || Math.abs(surprise) > SNAP_S ? ahead : this.#ahead + GAIN * surprise;
  }

  /** Where the audio is at a system's time, in seconds; 0 before the first reading. */
  at(systemS: number): number {
    return this.#ahead === undefined ? 0 : systemS + this.#ahead;
  }

  /** Forgets the past, as after a pause. */
  reset(): void {
    this.#ahead = undefined;
  }
}

/** What can be asked of an audio context about what is heard at this moment. */
export interface AudioTime {
  readonly currentTime: number;
  readonly outputLatency?: number;
  readonly baseLatency?: number;
  getOutputTimestamp?(): { contextTime?: number; performanceTime?: number };
}

/** A stamp that is further from the present than this is not believed. */
const STAMP_TRUST_S = 0.5;

/** The second of a context that is heard now, and the system's time in seconds at which that was so. */
export function heardNow(context: AudioTime, systemS: number): { systemS: number; audioS: number } {
  const stamp = context.getOutputTimestamp?.();
  if (stamp?.contextTime && stamp.performanceTime) {
    const stampS = stamp.performanceTime / 1000;
    const trusted = Math.abs(systemS - stampS) < STAMP_TRUST_S && stamp.contextTime <= context.currentTime;
    if (trusted) return { systemS: stampS, audioS: stamp.contextTime };
  }
  return { systemS, audioS: context.currentTime - (context.outputLatency || context.baseLatency || 0) };
}
