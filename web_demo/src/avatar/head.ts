/** Turns a bone as the head is to turn, whichever way the bone itself lies. */

import { Euler, MathUtils, type Object3D, Quaternion } from "three";

import { type Gltf, list } from "./glb.ts";
import type { Vrm } from "./vrm.ts";

const HEAD = /(^|[^a-z])head([^a-z]|$)/i;
const NO_HEAD = /top|end|nub|tip|hair|mesh|geo/i;

/** The place of the head bone in the glTF's nodes; undefined if there is none. */
export function headNode(json: Gltf, vrm: Vrm | undefined): number | undefined {
  if (vrm?.head !== undefined) return vrm.head;
  const place = list(json.nodes).findIndex(
    ({ name, mesh }) => mesh === undefined && HEAD.test((name ?? "").replace(/([a-z])([A-Z])/g, "$1 $2")) && !NO_HEAD.test(name ?? ""),
  );
  return place < 0 ? undefined : place;
}

/** The turn in the axes of the world: y is up, the face looks along z, x is its own left. */
export function headTurn(head: ArrayLike<number>): Quaternion {
  const [yaw, pitch, roll] = [head[0] ?? 0, head[1] ?? 0, head[2] ?? 0].map(MathUtils.degToRad) as [number, number, number];
  return new Quaternion().setFromEuler(new Euler(-pitch, yaw, roll, "YXZ"));
}

/** Turns one bone, from how it lies at rest. */
export class HeadTurner {
  readonly #bone: Object3D;
  readonly #rest: Quaternion;
  readonly #parent: Quaternion;
  readonly #parentInverse: Quaternion;

  /** The bone must be in the scene, at rest, with the world's matrices up to date. */
  constructor(bone: Object3D) {
    this.#bone = bone;
    this.#rest = bone.quaternion.clone();
    this.#parent = bone.parent ? bone.parent.getWorldQuaternion(new Quaternion()) : new Quaternion();
    this.#parentInverse = this.#parent.clone().invert();
  }

  /** The bone's own rotation for a head of yaw, pitch and roll in degrees. */
  rotation(head: ArrayLike<number>): Quaternion {
    return this.#parentInverse.clone().multiply(headTurn(head)).multiply(this.#parent).multiply(this.#rest);
  }

  apply(head: ArrayLike<number>): void {
    this.#bone.quaternion.copy(this.rotation(head));
  }
}
