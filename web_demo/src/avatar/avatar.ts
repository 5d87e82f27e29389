/** A character that can be shown and moved. */

import type { Object3D, Vector3 } from "three";

import type { Pose } from "../pose.ts";
import type { Glb } from "./glb.ts";
import type { Match } from "./match.ts";
import type { MorphNode } from "./morphs.ts";

export interface Avatar {
  readonly title: string;
  readonly root: Object3D;
  /** Which of its shapes follow which weights. */
  readonly match: Match;
  /** What it was read from, for an export. */
  readonly glb: Glb;
  /** Everything that morphs. */
  readonly morphs: readonly MorphNode[];
  /** The head, where it can be turned, and its place in the glTF. */
  readonly head: HeadBone | undefined;
  /** Moves the face. */
  apply(pose: Pose): void;
  /** The middle between the eyes, in metres of the scene. */
  eyes(): Vector3;
  dispose(): void;
}

export interface HeadBone {
  readonly node: number;
  /** The rotation for a head of yaw, pitch and roll in degrees, as a glTF has it: x, y, z, w. */
  turned(head: ArrayLike<number>): readonly [number, number, number, number];
}
