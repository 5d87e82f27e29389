/** Binds what moves in a model to the poses of a player. */

import { arkitName, bindMorphs, bindVrm, type MorphBinding, type VrmBinding } from "a2f-live";
import type { Object3D } from "three";

import type { Pose } from "../pose.ts";
import type { Match } from "./avatar.ts";
import { modelOf, type MorphNode } from "./morphs.ts";
import { expressionsOf, type Vrm } from "./vrm.ts";

export interface Binding {
  readonly match: Match;
  apply(pose: Pose): void;
}

const KINDS = {
  arkit: "ARKit shapes",
  visemes: "visemes, because it has hardly any ARKit shapes",
  "perfect-sync": "VRM expressions of Perfect Sync",
  presets: "VRM presets: it has no Perfect Sync",
  none: "nothing is known",
} as const;

/** A VRM whose meshes have more of the 52 than its expressions is moved by its meshes. */
export function bind(
  root: Object3D,
  nodes: readonly MorphNode[],
  vrm: Vrm | undefined,
  names: readonly string[],
): Binding {
  const morphs = bindMorphs(modelOf(root), { names });
  if (!vrm) return morphsOnly(morphs);
  const expressions = expressionsOf(vrm, nodes);
  const byExpression = bindVrm(expressions, { names, head: false });
  const perfect = byExpression.kind === "perfect-sync";
  if (
    byExpression.kind === "none" ||
    (!perfect && morphs.kind === "arkit" && morphs.matched.length > byExpression.matched.size)
  ) {
    return morphsOnly(morphs);
  }
  return {
    match: matchOf(byExpression, Object.keys(expressions.expressionManager?.expressionMap ?? {})),
    apply(pose) {
      byExpression.apply(pose);
      expressions.show();
    },
  };
}

function morphsOnly(morphs: MorphBinding): Binding {
  const { kind, matched, missing, unused } = morphs;
  const pairs = matched.map(({ target, source }) => [target, source] as const);
  return { match: { kind: KINDS[kind], pairs, gaps: missing, unused }, apply: (pose) => morphs.apply(pose) };
}

function matchOf({ kind, matched, missing }: VrmBinding, all: readonly string[]): Match {
  const used = new Set(matched.values());
  return {
    kind: KINDS[kind],
    pairs: [...matched].map(([source, target]) => [target, source] as const),
    gaps: missing.filter((name) => kind !== "perfect-sync" || arkitName(name) !== null),
    unused: all.filter((name) => !used.has(name)),
  };
}
