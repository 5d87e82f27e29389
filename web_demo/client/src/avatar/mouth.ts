/**
 * A mouth in few shapes, for avatars that have no ARKit ones: of visemes where frames carry them, else of the weights.
 * The sums are heuristics: they were chosen by eye, so that vowels are told apart and lips that touch stay shut.
 */

import type { Pose } from "../player/pose.ts";
import { VISEME_NAMES, type Viseme } from "./names.ts";

/** Reads a weight or a viseme of a pose by its name. */
export type Read = (name: string) => number;

/** The part of a pose that shapes read. */
export type PoseLike = Pick<Pose, "weights" | "visemes" | "hasVisemes" | "head">;

/** Gives readers of weights, with the names of a face. */
export function weightsOf(names: readonly string[]): (pose: PoseLike) => Read {
  const index = new Map(names.map((name, i) => [name, i]));
  return (pose) => (name) => pose.weights[index.get(name) ?? -1] ?? 0;
}

/** Strength of each viseme, 0 to 1: those of the pose, or what its weights look like. */
export function visemesOf(pose: PoseLike, read: Read): Record<Viseme, number> {
  if (pose.hasVisemes) {
    return Object.fromEntries(VISEME_NAMES.map((name, i) => [name, pose.visemes[i] ?? 0])) as Record<Viseme, number>;
  }
  const none = Object.fromEntries(VISEME_NAMES.map((name) => [name, 0])) as Record<Viseme, number>;
  return { ...none, ...visemesLike(read) };
}

function visemesLike(read: Read): Partial<Record<Viseme, number>> {
  const both = (name: string) => (read(`${name}Left`) + read(`${name}Right`)) / 2;
  const open = clamp(2 * (read("jawOpen") - read("mouthClose")));
  const round = clamp(read("mouthPucker") + 0.7 * read("mouthFunnel"));
  const wide = clamp(both("mouthStretch") + 0.8 * both("mouthSmile") + both("mouthDimple"));
  const pressed = clamp(both("mouthPress") + 0.5 * (read("mouthRollLower") + read("mouthRollUpper")));
  const closed = 1 - open;
  const spread = open * (1 - round);
  return {
    PP: clamp(pressed * closed),
    FF: clamp((read("mouthRollLower") - read("mouthRollUpper")) * closed),
    aa: spread * (1 - wide),
    E: spread * wide * 0.6,
    I: clamp(wide * (0.4 + 0.2 * open) * (1 - round)),
    O: clamp(1.2 * open * round),
    U: clamp(round * closed),
  };
}

/** Of the visemes, what each of the five vowels of VRM shows of them. */
const VOWELS: { readonly [vowel: string]: { readonly [name in Viseme]?: number } } = {
  aa: { aa: 1, RR: 0.15, DD: 0.15, kk: 0.25, nn: 0.1, TH: 0.15 },
  ih: { I: 1, SS: 0.4, DD: 0.2, nn: 0.2, TH: 0.2, kk: 0.15 },
  ou: { U: 1, CH: 0.4, RR: 0.3 },
  ee: { E: 1, SS: 0.2, FF: 0.15 },
  oh: { O: 1 },
};

/** Strength of `aa`, `ih`, `ou`, `ee` and `oh`. */
export function vowelsOf(visemes: Readonly<Record<Viseme, number>>): Record<string, number> {
  const amount = (parts: { readonly [name in Viseme]?: number }) =>
    Object.entries(parts).reduce((sum, [name, share]) => sum + share * visemes[name as Viseme], 0);
  return Object.fromEntries(Object.entries(VOWELS).map(([vowel, parts]) => [vowel, clamp(amount(parts))]));
}

export function clamp(value: number): number {
  return Math.max(0, Math.min(1, value));
}
