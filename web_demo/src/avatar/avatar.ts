/** A character that can be shown and moved. */

import type { Object3D, Vector3 } from "three";

import type { Pose } from "../pose.ts";
import type { Glb } from "./glb.ts";
import type { MorphNode } from "./morphs.ts";

export interface Avatar {
  readonly title: string;
  readonly root: Object3D;
  /** How its shapes were understood. */
  readonly match: Match;
  /** What it was read from, for an export. */
  readonly glb: Glb;
  /** Everything that morphs. */
  readonly morphs: readonly MorphNode[];
  /** The head, where it can be turned. */
  readonly head: HeadBone | undefined;
  /** Moves the face. */
  apply(pose: Pose): void;
  /** The middle between the eyes, in metres of the scene. */
  eyes(): Vector3;
  dispose(): void;
}

export interface HeadBone {
  readonly name: string;
  /** Its place in the nodes of the glTF. */
  readonly node: number;
  readonly bone: Object3D;
}

/** Which shape of an avatar follows what, for people to read. */
export interface Match {
  readonly kind: string;
  readonly pairs: readonly (readonly [shape: string, follows: string])[];
  /** Weights that move nothing. */
  readonly gaps: readonly string[];
  /** Shapes of the avatar that nothing moves. */
  readonly unused: readonly string[];
}
