/** A whole face: weights, head and visemes; mixed in place, so that nothing is allocated for a picture. */

import type { Between } from "./track.ts";

const WEIGHTS = 52;
const VISEMES = 15;
/** Index of the viseme of silence. */
const SILENCE = 0;

/** What is shown. The arrays are reused: copy what is to be kept. */
export class Pose {
  /** 52 weights, 0 to 1, in the order of `names` of the face. */
  readonly weights = new Float32Array(WEIGHTS);
  /** Yaw, pitch and roll in degrees: to the face's own left, up, and towards its own right shoulder are positive. */
  readonly head = new Float32Array(3);
  /** 15 visemes, 0 to 1, in the order of `visemeNames`; silence where frames carry none. */
  readonly visemes = new Float32Array(VISEMES);
  /** Where it comes from: an utterance, the idle life between utterances, or nowhere. */
  source: "speech" | "idle" | "rest" = "rest";
  /** Whether the frames carry visemes; if not, they say nothing. */
  hasVisemes = false;
  utterance: number | null = null;
  /** Second of the utterance's audio that is shown; null at rest. */
  timeS: number | null = null;

  constructor() {
    this.rest();
  }

  rest(): void {
    this.weights.fill(0);
    this.head.fill(0);
    this.visemes.fill(0);
    this.visemes[SILENCE] = 1;
  }

  /** The face between two frames. */
  take({ from, to, share }: Between): void {
    mix(this.weights, from.weights, to.weights, share);
    if (from.head && to.head) mix(this.head, from.head, to.head, share);
    else this.head.fill(0);
    this.hasVisemes = Boolean(from.visemes && to.visemes);
    if (from.visemes && to.visemes) mix(this.visemes, from.visemes, to.visemes, share);
  }

  copy(other: Pose): void {
    this.weights.set(other.weights);
    this.head.set(other.head);
    this.visemes.set(other.visemes);
  }

  /** Goes back towards another pose: at share 0 it is that one, at 1 it stays. */
  comeFrom(before: Pose, share: number): void {
    mix(this.weights, before.weights, this.weights, share);
    mix(this.head, before.head, this.head, share);
    mix(this.visemes, before.visemes, this.visemes, share);
  }
}

function mix(out: Float32Array, from: Float32Array, to: Float32Array, share: number): void {
  for (let i = 0; i < out.length; i++) out[i] = (from[i] ?? 0) * (1 - share) + (to[i] ?? 0) * share;
}
