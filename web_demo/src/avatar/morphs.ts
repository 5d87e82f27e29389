/** Morph targets of a glTF, and what drives each. */

import type { Mesh, Object3D } from "three";

import type { Pose } from "../pose.ts";
import { type Gltf, type GltfMesh, list } from "./glb.ts";

/** One target: how strongly it follows one number of a pose. */
export interface Drive {
  readonly target: number;
  readonly gain: number;
  readonly from: "weights" | "visemes";
  readonly place: number;
}

/** A node of the glTF whose mesh morphs. */
export interface MorphNode {
  /** Its place in the glTF's nodes. */
  readonly node: number;
  readonly mesh: number;
  readonly names: readonly string[];
  readonly drives: Drive[];
  /** One of three.js for each primitive. */
  readonly parts: Mesh[];
}

/** The names of a mesh's morph targets; those without one are called by their number. */
export function targetNames(mesh: GltfMesh): readonly string[] {
  const primitive = list(mesh.primitives)[0] as { targets?: unknown[]; extras?: { targetNames?: unknown } } | undefined;
  const count = list(primitive?.targets).length;
  const names = [mesh.extras?.targetNames, primitive?.extras?.targetNames].find(Array.isArray) as unknown[] | undefined;
  return Array.from({ length: count }, (_, i) => (typeof names?.[i] === "string" ? (names[i] as string) : `#${i}`));
}

/** Every node of the glTF that has morph targets, with the meshes that three.js made of it. */
export function morphNodes(json: Gltf, root: Object3D, places: (object: Object3D) => number | undefined): MorphNode[] {
  const nodes = new Map<number, MorphNode>();
  root.traverse((object) => {
    const part = object as Mesh;
    if (!part.isMesh || !part.morphTargetInfluences?.length) return;
    const node = places(part) ?? (part.parent ? places(part.parent) : undefined);
    const mesh = node === undefined ? undefined : list(json.nodes)[node]?.mesh;
    if (node === undefined || mesh === undefined) return;
    const known = nodes.get(node) ?? { node, mesh, names: targetNames(list(json.meshes)[mesh]!), drives: [], parts: [] };
    known.parts.push(part);
    nodes.set(node, known);
  });
  return [...nodes.values()];
}

/** The value of every target in a pose, 0 to 1. */
export function influences({ names, drives }: MorphNode, pose: Pose): Float32Array {
  const values = new Float32Array(names.length);
  for (const { target, gain, from, place } of drives) {
    values[target] = Math.min(1, values[target]! + gain * (pose[from]?.[place] ?? 0));
  }
  return values;
}

/** Moves what three.js draws. */
export function applyMorphs(node: MorphNode, pose: Pose): void {
  const values = influences(node, pose);
  for (const { morphTargetInfluences } of node.parts) {
    if (morphTargetInfluences) for (const { target } of node.drives) morphTargetInfluences[target] = values[target]!;
  }
}
