/** Expressions of a VRM model (@pixiv/three-vrm), moved by the poses of a player. */

import { headTurn } from "./head.ts";
import { clamp, type PoseLike, type Read, visemesOf, vowelsOf, weightsOf } from "./mouth.ts";
import { ARKIT_NAMES, arkitName, matchNames } from "./names.ts";

/** What a VRM of three-vrm has; nothing of three-vrm itself is needed. */
export interface VrmLike {
  readonly expressionManager?: ExpressionManagerLike | null | undefined;
  readonly humanoid?: HumanoidLike | null | undefined;
  readonly meta?: { readonly metaVersion?: string } | null | undefined;
}

interface ExpressionManagerLike {
  readonly expressionMap: { readonly [name: string]: unknown };
  setValue(name: string, weight: number): void;
}

interface HumanoidLike {
  getNormalizedBoneNode(
    name: "head",
  ): { quaternion: { set(x: number, y: number, z: number, w: number): unknown } } | null;
}

export interface VrmOptions {
  /** Names of the weights, `face.names`. */
  names?: readonly string[];
  /** Whether the bone of the head is turned; it is where there is one. */
  head?: boolean;
}

export interface VrmBinding {
  /** By the 52 of Perfect Sync, by the presets of VRM, or not at all. */
  readonly kind: "perfect-sync" | "presets" | "none";
  /** ARKit shape or preset to the name of the expression that it moves. */
  readonly matched: ReadonlyMap<string, string>;
  /** ARKit shapes, or presets, that the model lacks. */
  readonly missing: readonly string[];
  /** Sets the expressions; `vrm.update(delta)` then shows them. */
  apply(pose: PoseLike): void;
  reset(): void;
}

/** Fewer expressions of Perfect Sync than this are no Perfect Sync. */
const FEW = 26;

/** What each preset shows of a face; they are heuristics. */
const PRESETS: { readonly [preset: string]: (read: Read, vowels: Readonly<Record<string, number>>) => number } = {
  aa: (_, vowels) => vowels["aa"] ?? 0,
  ih: (_, vowels) => vowels["ih"] ?? 0,
  ou: (_, vowels) => vowels["ou"] ?? 0,
  ee: (_, vowels) => vowels["ee"] ?? 0,
  oh: (_, vowels) => vowels["oh"] ?? 0,
  blinkLeft: (read) => read("eyeBlinkLeft"),
  blinkRight: (read) => read("eyeBlinkRight"),
  happy: (read) => clamp(1.6 * (both(read, "mouthSmile") - 0.2) - both(read, "mouthFrown")), // speech smiles a little
  sad: (read) => clamp(1.2 * both(read, "mouthFrown") + 0.3 * read("browInnerUp") - 0.5 * both(read, "browDown")),
  angry: (read) => clamp(0.8 * both(read, "browDown") + 0.5 * both(read, "noseSneer")),
  surprised: (read) => clamp(0.6 * both(read, "eyeWide") + 0.6 * both(read, "browOuterUp")),
};
const EYES = new Set(["blinkLeft", "blinkRight"]);

/** Binds Perfect Sync where the model has it, else the presets; never both, which would move a mouth twice. */
export function bindVrm(vrm: VrmLike, options: VrmOptions = {}): VrmBinding {
  const manager = vrm.expressionManager;
  const given = Object.keys(manager?.expressionMap ?? {});
  const perfect = matchNames(given, arkitName);
  const presets = matchNames(given, (name) => (Object.hasOwn(PRESETS, name) || name === "blink" ? name : null));
  const kind = perfect.size >= FEW ? "perfect-sync" : presets.size ? "presets" : perfect.size ? "perfect-sync" : "none";
  const matched = kind === "perfect-sync" ? perfect : kind === "presets" ? presets : new Map<string, string>();
  const wanted: readonly string[] = kind === "perfect-sync" ? ARKIT_NAMES : Object.keys(PRESETS);
  const read = weightsOf(options.names ?? ARKIT_NAMES);
  const turn = options.head === false ? () => undefined : headOf(vrm);
  return {
    kind,
    matched,
    missing: wanted.filter((name) => !matched.has(name)),
    apply(pose) {
      const weight = read(pose);
      if (kind === "perfect-sync") for (const [name, target] of matched) manager?.setValue(target, weight(name));
      if (kind === "presets" && manager) setPresets(manager, matched, pose, weight);
      turn(pose.head);
    },
    reset() {
      for (const target of matched.values()) manager?.setValue(target, 0);
      turn([0, 0, 0]);
    },
  };
}

function setPresets(
  manager: ExpressionManagerLike,
  matched: ReadonlyMap<string, string>,
  pose: PoseLike,
  read: Read,
): void {
  const vowels = vowelsOf(visemesOf(pose, read));
  const eachEye = matched.has("blinkLeft") && matched.has("blinkRight");
  for (const [preset, target] of matched) {
    if (preset === "blink") manager.setValue(target, eachEye ? 0 : both(read, "eyeBlink"));
    else if (eachEye || !EYES.has(preset)) manager.setValue(target, PRESETS[preset]?.(read, vowels) ?? 0);
  }
}

/** Turns the normalized head; models of VRM 0 look along -z. */
function headOf(vrm: VrmLike): (head: ArrayLike<number>) => void {
  const bone = vrm.humanoid?.getNormalizedBoneNode("head");
  const way = vrm.meta?.metaVersion === "0" ? -1 : 1;
  return (head) => {
    const { x, y, z, w } = headTurn(head[0] ?? 0, way * (head[1] ?? 0), way * (head[2] ?? 0));
    bone?.quaternion.set(x, y, z, w);
  };
}

function both(read: Read, name: string): number {
  return (read(`${name}Left`) + read(`${name}Right`)) / 2;
}
