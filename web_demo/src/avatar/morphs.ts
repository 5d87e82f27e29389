/** The nodes of a glTF that morph, and what three.js made of them. */

import type { Mesh, Object3D } from "three";

import { type Gltf, list } from "./glb.ts";

export interface MorphNode {
  /** Its place in the nodes of the glTF. */
  readonly node: number;
  /** Its mesh's place in the meshes of the glTF. */
  readonly mesh: number;
  /** One for each primitive. */
  readonly parts: Mesh[];
}

/** `placeOf` tells the node of the glTF that an object was made of. */
export function morphNodes(json: Gltf, root: Object3D, placeOf: (object: Object3D) => number | undefined): MorphNode[] {
  const nodes = new Map<number, MorphNode>();
  root.traverse((object) => {
    const part = object as Mesh;
    if (!part.isMesh || !part.morphTargetInfluences?.length) return;
    const node = placeOf(part) ?? (part.parent ? placeOf(part.parent) : undefined);
    const mesh = node === undefined ? undefined : list(json.nodes)[node]?.mesh;
    if (node === undefined || mesh === undefined) return;
    const known = nodes.get(node) ?? { node, mesh, parts: [] };
    known.parts.push(part);
    nodes.set(node, known);
  });
  return [...nodes.values()];
}

/** How far each target of a node is moved now. */
export function influences({ parts }: MorphNode): readonly number[] {
  return parts[0]?.morphTargetInfluences ?? [];
}

/** A model as the client takes it: the types of three.js are narrower there than what it calls. */
export function modelOf(root: Object3D): { traverse(visit: (object: never) => void): void } {
  return { traverse: (visit) => root.traverse(visit as (object: Object3D) => void) };
}
