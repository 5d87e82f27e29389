/** Frames kept as the server sent them. */

import type { FrameRate, Frames } from "a2f-live";

/** One frame of a take. */
export interface Row {
  /** Seconds from the beginning of the take. */
  readonly timeS: number;
  readonly weights: Float32Array;
  /** Yaw, pitch and roll in degrees. */
  readonly head: Float32Array | null;
  readonly visemes: Float32Array | null;
}

/** A whole take, ready to be written. */
export interface Take {
  readonly name: string;
  readonly names: readonly string[];
  readonly fps: FrameRate;
  readonly rows: readonly Row[];
}

/** Ten minutes at 120 frames a second. */
export const LIMIT_FRAMES = 72_000;

/** A take while it grows. Utterances follow each other without a gap, each at the pace of its own times. */
export class Recording {
  readonly name: string;
  readonly names: readonly string[];
  readonly rows: Row[] = [];
  fps: FrameRate = [60, 1];
  #stretch: string | undefined;
  #shiftS = 0;

  constructor(name: string, names: readonly string[]) {
    this.name = name;
    this.names = names;
  }

  get full(): boolean {
    return this.rows.length >= LIMIT_FRAMES;
  }

  get durationS(): number {
    return this.rows.length ? this.rows.at(-1)!.timeS + this.fps[1] / this.fps[0] : 0;
  }

  /** What comes next is of another stream, whose numbers and times begin anew. */
  cut(): void {
    this.#stretch = undefined;
  }

  /** Takes a message of frames; leaves out what is beyond the limit. */
  add(frames: Frames): void {
    const stretch = `${frames.utterance} ${frames.idle} ${frames.final}`;
    if (!this.rows.length) this.fps = frames.fps;
    if (stretch !== this.#stretch) this.#shiftS = this.durationS - frames.time;
    this.#stretch = stretch;
    const frameS = frames.fps[1] / frames.fps[0];
    frames.weights.slice(0, LIMIT_FRAMES - this.rows.length).forEach((weights, i) => {
      const timeS = this.#shiftS + frames.time + i * frameS;
      this.rows.push({ timeS, weights, head: frames.head?.[i] ?? null, visemes: frames.visemes?.[i] ?? null });
    });
  }

  take(): Take {
    return { name: this.name, names: this.names, fps: this.fps, rows: this.rows };
  }
}
