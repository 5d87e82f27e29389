/** A face at one moment. */

import type { Pose as PlayerPose } from "a2f-live";

/** Weights in the order of the server's names, the turn of the head in degrees, visemes in the order of theirs. */
export type Pose = Pick<PlayerPose, "weights" | "head" | "visemes" | "hasVisemes">;

/** A pose of which not everything is known. */
export function poseOf(weights: Float32Array, head: Float32Array | null, visemes: Float32Array | null): Pose {
  return {
    weights: weights.slice(),
    head: head?.slice() ?? new Float32Array(3),
    visemes: visemes?.slice() ?? new Float32Array(15),
    hasVisemes: visemes !== null,
  };
}

/** A pose that stays as it is, of one whose arrays are used again. */
export function copied({ weights, head, visemes, hasVisemes }: Pose): Pose {
  return { weights: weights.slice(), head: head.slice(), visemes: visemes.slice(), hasVisemes };
}
