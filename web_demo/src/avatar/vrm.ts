/** What a VRM, of version 0 or 1, tells about its expressions and its head, as far as a face needs it. */

import type { VrmLike } from "a2f-live";

import { type Gltf, list } from "./glb.ts";
import type { MorphNode } from "./morphs.ts";

/** One morph target that an expression moves. */
export interface Bind {
  /** Of the glTF; version 0 tells the mesh, version 1 the node. */
  readonly mesh?: number;
  readonly node?: number;
  readonly target: number;
  /** 0 to 1 at full expression. */
  readonly gain: number;
}

export interface Expression {
  readonly name: string;
  readonly binds: readonly Bind[];
}

export interface Vrm {
  readonly version: 0 | 1;
  readonly expressions: readonly Expression[];
  /** The node of the head bone. */
  readonly head: number | undefined;
  /** The nodes of both eyes' bones, where it has them. */
  readonly eyes: readonly number[];
}

interface Vrm0 {
  humanoid?: { humanBones?: { bone?: string; node?: number }[] };
  blendShapeMaster?: {
    blendShapeGroups?: {
      name?: string;
      presetName?: string;
      binds?: { mesh: number; index: number; weight: number }[];
    }[];
  };
}

interface Vrm1Expression {
  morphTargetBinds?: { node: number; index: number; weight: number }[];
}

interface Vrm1 {
  humanoid?: { humanBones?: Record<string, { node?: number } | undefined> };
  expressions?: { preset?: Record<string, Vrm1Expression>; custom?: Record<string, Vrm1Expression> };
}

const EYES = ["leftEye", "rightEye"];

/** The VRM part of a glTF; undefined if it has none. */
export function readVrm(json: Gltf): Vrm | undefined {
  const one = json.extensions?.["VRMC_vrm"] as Vrm1 | undefined;
  if (one) return readOne(one);
  const zero = json.extensions?.["VRM"] as Vrm0 | undefined;
  return zero ? readZero(zero) : undefined;
}

function readOne({ humanoid, expressions }: Vrm1): Vrm {
  const named = Object.entries({ ...expressions?.preset, ...expressions?.custom });
  return {
    version: 1,
    head: humanoid?.humanBones?.["head"]?.node,
    eyes: EYES.flatMap((eye) => humanoid?.humanBones?.[eye]?.node ?? []),
    expressions: named.map(([name, { morphTargetBinds }]) => ({
      name,
      binds: list(morphTargetBinds).map(({ node, index, weight }) => ({ node, target: index, gain: weight })),
    })),
  };
}

/** The presets of version 0, by the names that version 1 has for them. */
const PRESETS: Readonly<Record<string, string>> = {
  a: "aa",
  i: "ih",
  u: "ou",
  e: "ee",
  o: "oh",
  blink_l: "blinkLeft",
  blink_r: "blinkRight",
};

function readZero({ humanoid, blendShapeMaster }: Vrm0): Vrm {
  const bone = (wanted: string): number | undefined =>
    list(humanoid?.humanBones).find(({ bone: name }) => name === wanted)?.node;
  return {
    version: 0,
    head: bone("head"),
    eyes: EYES.flatMap((eye) => bone(eye) ?? []),
    expressions: list(blendShapeMaster?.blendShapeGroups).map(({ name, presetName, binds }) => ({
      name: PRESETS[presetName ?? ""] ?? name ?? presetName ?? "",
      binds: list(binds).map(({ mesh, index, weight }) => ({ mesh, target: index, gain: weight / 100 })),
    })),
  };
}

/** The expressions as the client moves them: what several of them move adds up. */
export function expressionsOf({ expressions }: Vrm, nodes: readonly MorphNode[]): VrmLike & { show(): void } {
  const known = new Map(
    expressions.filter(({ binds }) => binds.length).map((expression) => [expression.name, expression]),
  );
  const values = new Map<string, number>();
  return {
    expressionManager: {
      expressionMap: Object.fromEntries(known),
      setValue: (name, value) => void values.set(name, value),
    },
    show() {
      const moved = [...values].flatMap(([name, value]) => targetsOf(known.get(name), value, nodes));
      for (const { influences, target } of moved) influences[target] = 0;
      for (const { influences, target, value } of moved) influences[target] = Math.min(1, influences[target]! + value);
    },
  };
}

interface Moved {
  readonly influences: number[];
  readonly target: number;
  readonly value: number;
}

function targetsOf(expression: Expression | undefined, value: number, nodes: readonly MorphNode[]): Moved[] {
  return (expression?.binds ?? []).flatMap(({ node, mesh, target, gain }) =>
    nodes
      .filter((known) => (node === undefined ? known.mesh === mesh : known.node === node))
      .flatMap(({ parts }) => parts.map((part) => part.morphTargetInfluences ?? []))
      .filter((influences) => target < influences.length)
      .map((influences) => ({ influences, target, value: value * gain })),
  );
}
