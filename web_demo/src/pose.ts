/** A face at one moment. */

/** Weights in the order of the server's names, the turn of the head in degrees, visemes where there are any. */
export interface Pose {
  readonly weights: Float32Array;
  /** Yaw to the face's own left, pitch up, roll towards its own right shoulder. */
  readonly head: Float32Array;
  readonly visemes: Float32Array | null;
}

const STILL = new Float32Array(3);

/** A face that does nothing. */
export function restPose(count: number): Pose {
  return { weights: new Float32Array(count), head: STILL, visemes: null };
}

export function poseOf(weights: Float32Array, head?: Float32Array | null, visemes?: Float32Array | null): Pose {
  return { weights, head: head ?? STILL, visemes: visemes ?? null };
}

/** The pose a share of the way from one to another: 0 is the first, 1 the second. */
export function mix(from: Pose, to: Pose, share: number): Pose {
  if (share <= 0) return from;
  if (share >= 1) return to;
  return {
    weights: between(from.weights, to.weights, share),
    head: between(from.head, to.head, share),
    visemes: to.visemes && from.visemes ? between(from.visemes, to.visemes, share) : to.visemes,
  };
}

function between(from: Float32Array, to: Float32Array, share: number): Float32Array {
  return to.map((value, i) => {
    const before = from[i] ?? 0;
    return before + (value - before) * share;
  });
}

/** Slow, fast, slow: a share 0 to 1 with no speed at either end. */
export function smoothstep(share: number): number {
  const t = Math.min(1, Math.max(0, share));
  return t * t * (3 - 2 * t);
}
