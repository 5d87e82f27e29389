/** Morph targets of a three.js model, moved by the poses of a player. */

import { ARKIT_NAMES, arkitName, matchNames, type Viseme, visemeName } from "./names.ts";
import { type PoseLike, visemesOf, weightsOf } from "./mouth.ts";

/** What a mesh of three.js has; nothing of three.js itself is needed. */
export interface MorphMesh {
  readonly name?: string;
  readonly morphTargetDictionary?: { readonly [name: string]: number } | undefined;
  readonly morphTargetInfluences?: number[] | undefined;
}

/** A mesh, or an object with meshes below it. */
export type MorphRoot = MorphMesh & { traverse?(visit: (object: any) => void): void };

export interface MorphOptions {
  /** Names of the weights, `face.names`; by default those of ARKit in the order of its documentation. */
  names?: readonly string[];
  /** Multiplies what is written: 100 for models whose weights go that far. */
  scale?: number;
}

/** One shape of a model that is moved. */
export interface Match {
  /** Its name in the model. */
  readonly target: string;
  /** The ARKit weight or the viseme that moves it. */
  readonly source: string;
  readonly meshes: readonly string[];
}

/** How a model is moved. */
export interface MorphBinding {
  /** By ARKit shapes, by visemes because it has hardly any of those, or not at all. */
  readonly kind: "arkit" | "visemes" | "none";
  readonly matched: readonly Match[];
  /** ARKit shapes that the model lacks. */
  readonly missing: readonly string[];
  /** Shapes of the model that nothing moves. */
  readonly unused: readonly string[];
  /** Moves the model. */
  apply(pose: PoseLike): void;
  /** Moves every shape that is moved to 0. */
  reset(): void;
}

interface Slot {
  readonly influences: number[];
  readonly index: number;
  readonly source: string;
  readonly target: string;
  readonly mesh: string;
}

/** Fewer ARKit shapes than this, and visemes are the better choice where a model has them. */
const FEW = 10;

/**
 * Binds every morph target of a model, or of several, whose name means an ARKit shape in any spelling. A model that has
 * none but has Oculus visemes is moved by those: ask for `visemes: true` when you connect, else they are guessed.
 */
export function bindMorphs(model: MorphRoot | readonly MorphRoot[], options: MorphOptions = {}): MorphBinding {
  const meshes = (Array.isArray(model) ? (model as readonly MorphRoot[]) : [model as MorphRoot]).flatMap(meshesOf);
  const arkit = meshes.flatMap((mesh) => slots(mesh, arkitName));
  const visemes = meshes.flatMap((mesh) => slots(mesh, visemeName));
  const found = new Set(arkit.map(({ source }) => source));
  const kind = visemes.length && found.size < FEW ? "visemes" : arkit.length ? "arkit" : "none";
  // Blinks and brows of such a model are still moved by what it has of ARKit; its mouth is not moved twice.
  const moved = kind === "visemes" ? [...visemes, ...arkit.filter(({ source }) => !isOfMouth(source))] : arkit;
  const read = weightsOf(options.names ?? ARKIT_NAMES);
  const scale = options.scale ?? 1;
  return {
    kind,
    matched: listed(moved),
    missing: ARKIT_NAMES.filter((name) => !found.has(name)),
    unused: unusedOf(meshes, moved),
    apply(pose) {
      const weight = read(pose);
      const viseme = kind === "visemes" ? visemesOf(pose, weight) : null;
      for (const { influences, index, source } of moved) {
        const value = viseme && source in viseme ? viseme[source as Viseme] : weight(source);
        influences[index] = value * scale;
      }
    },
    reset() {
      for (const { influences, index } of moved) influences[index] = 0;
    },
  };
}

function isOfMouth(source: string): boolean {
  return /^(jaw|mouth|tongue)/.test(source);
}

function meshesOf(root: MorphRoot): MorphMesh[] {
  const meshes: MorphMesh[] = [];
  const visit = (object: MorphMesh) => {
    if (object.morphTargetDictionary && object.morphTargetInfluences) meshes.push(object);
  };
  if (root.traverse) root.traverse(visit);
  else visit(root);
  return meshes;
}

function slots(mesh: MorphMesh, meaning: (name: string) => string | null): Slot[] {
  const dictionary = mesh.morphTargetDictionary ?? {};
  const influences = mesh.morphTargetInfluences ?? [];
  return [...matchNames(Object.keys(dictionary), meaning)].map(([source, target]) => {
    return { influences, index: dictionary[target] ?? -1, source, target, mesh: mesh.name ?? "" };
  });
}

function listed(moved: readonly Slot[]): Match[] {
  const matches = new Map<string, Match>();
  for (const { source, target, mesh } of moved) {
    const key = `${source} ${target}`;
    matches.set(key, { source, target, meshes: [...(matches.get(key)?.meshes ?? []), mesh] });
  }
  return [...matches.values()];
}

function unusedOf(meshes: readonly MorphMesh[], moved: readonly Slot[]): string[] {
  const used = new Set(moved.map(({ target }) => target));
  const all = meshes.flatMap((mesh) => Object.keys(mesh.morphTargetDictionary ?? {}));
  return [...new Set(all)].filter((name) => !used.has(name));
}
