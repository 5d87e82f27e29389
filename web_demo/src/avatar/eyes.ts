/** Where an avatar's eyes are, so that the camera finds its face. */

import { arkitName } from "a2f-live";
import { Box3, type Mesh, type Object3D, Vector3 } from "three";

import type { MorphNode } from "./morphs.ts";

/** From the head bone, at the top of the neck, up to the eyes, in metres. */
const ABOVE_BONE_M = 0.075;
const BEFORE_BONE_M = 0.08;
/** A vertex has moved if it moved this share of the largest movement. */
const MOVED = 0.3;

/** Both eyes' places in the world, by what their blinks move. */
export function blinkPlaces(nodes: readonly MorphNode[]): Vector3[] {
  const parts = nodes.flatMap((node) => node.parts);
  return ["eyeBlinkLeft", "eyeBlinkRight"].flatMap((wanted) => {
    for (const part of parts) {
      const names = Object.entries(part.morphTargetDictionary ?? {});
      const target = names.find(([name]) => arkitName(name) === wanted)?.[1];
      const middle = target === undefined ? undefined : movedMiddle(part, target);
      if (middle) return [part.localToWorld(middle)];
    }
    return [];
  });
}

/** The middle between the eyes in the world, of the first pair that is known, or as far as it can be told. */
export function findEyes(root: Object3D, pairs: readonly (readonly Vector3[])[], head: Object3D | undefined): Vector3 {
  const [left, right] = pairs.find((pair) => pair.length === 2) ?? [];
  if (left && right) return left.clone().lerp(right, 0.5);
  if (head) return head.getWorldPosition(new Vector3()).add(new Vector3(0, ABOVE_BONE_M, BEFORE_BONE_M));
  const box = new Box3().setFromObject(root);
  const [height, middle] = [box.max.y - box.min.y, box.getCenter(new Vector3())];
  // A whole figure has its eyes at some 93 % of its height, a head alone at half.
  return new Vector3(middle.x, box.min.y + height * (height > 0.8 ? 0.93 : 0.5), box.max.z - 0.02);
}

/** In the axes of the mesh; skinned meshes stand where their bones are. */
function movedMiddle(part: Mesh, target: number): Vector3 | undefined {
  const moves = part.geometry.morphAttributes["position"]?.[target];
  if (!moves) return undefined;
  const [move, middle] = [new Vector3(), new Vector3()];
  const lengths = Array.from({ length: moves.count }, (_, i) => move.fromBufferAttribute(moves, i).length());
  const least = MOVED * lengths.reduce((largest, length) => Math.max(largest, length), 0);
  if (least === 0) return undefined;
  let count = 0;
  lengths.forEach((length, i) => {
    if (length < least) return;
    middle.add(part.getVertexPosition(i, move));
    count += 1;
  });
  return middle.divideScalar(count);
}
