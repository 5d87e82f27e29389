/** Names of shapes, in any spelling that models use. */

/** The 52 of ARKit, in the order of its documentation. */
export const ARKIT_NAMES = [
  ...["eyeBlinkLeft", "eyeLookDownLeft", "eyeLookInLeft", "eyeLookOutLeft", "eyeLookUpLeft", "eyeSquintLeft"],
  ...["eyeWideLeft", "eyeBlinkRight", "eyeLookDownRight", "eyeLookInRight", "eyeLookOutRight", "eyeLookUpRight"],
  ...["eyeSquintRight", "eyeWideRight", "jawForward", "jawLeft", "jawRight", "jawOpen", "mouthClose", "mouthFunnel"],
  ...["mouthPucker", "mouthLeft", "mouthRight", "mouthSmileLeft", "mouthSmileRight", "mouthFrownLeft"],
  ...["mouthFrownRight", "mouthDimpleLeft", "mouthDimpleRight", "mouthStretchLeft", "mouthStretchRight"],
  ...["mouthRollLower", "mouthRollUpper", "mouthShrugLower", "mouthShrugUpper", "mouthPressLeft", "mouthPressRight"],
  ...["mouthLowerDownLeft", "mouthLowerDownRight", "mouthUpperUpLeft", "mouthUpperUpRight", "browDownLeft"],
  ...["browDownRight", "browInnerUp", "browOuterUpLeft", "browOuterUpRight", "cheekPuff", "cheekSquintLeft"],
  ...["cheekSquintRight", "noseSneerLeft", "noseSneerRight", "tongueOut"],
] as const;

/** The 15 of Oculus. */
export const VISEME_NAMES = [
  ...["sil", "PP", "FF", "TH", "DD", "kk", "CH", "SS", "nn", "RR", "aa", "E", "I", "O", "U"],
] as const;
export type Viseme = (typeof VISEME_NAMES)[number];

/** Shapes that mean a direction, not a side of the face: `jaw_L` is none of their spellings. */
const DIRECTIONS = new Set(["jawLeft", "jawRight", "mouthLeft", "mouthRight"]);
/** Other names of visemes, as VRChat and others write them. */
const VISEME_SPELLINGS: { readonly [spelling: string]: Viseme } = {
  ...{ silence: "sil", ee: "E", eh: "E", ih: "I", iy: "I", oh: "O", ou: "U", uw: "U", oo: "U" },
  ...{ p: "PP", f: "FF", th: "TH", d: "DD", k: "kk", ch: "CH", s: "SS", n: "nn", r: "RR", a: "aa", ah: "aa" },
};

/** A name without its spelling: `Head.blendShape.Jaw_Open` is `headblendshapejawopen`. */
function bare(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, "");
}

/** Every bare spelling of the 52. */
const SPELLINGS = new Map(
  ARKIT_NAMES.flatMap((name) => spellings(name).map((spelling): [string, string] => [spelling, name])),
);
const LONGEST = Math.max(...[...SPELLINGS.keys()].map((spelling) => spelling.length));
const SHORTEST = Math.min(...[...SPELLINGS.keys()].map((spelling) => spelling.length));

function spellings(name: string): string[] {
  const [, stem, side] = /^(.*)(Left|Right)$/.exec(name) ?? [];
  if (!stem || !side || DIRECTIONS.has(name)) return [bare(name)];
  const base = bare(stem);
  const long = side.toLowerCase();
  return [base + long, base + long.charAt(0), long + base];
}

/**
 * The ARKit shape that a name of a model means, null for none: `jawOpen`, `JawOpen`, `jaw_open`, `eyeBlink_L`,
 * `Head.blendShape1.eyeBlinkLeft`. The longest spelling at its end counts, whatever stands before it.
 */
export function arkitName(name: string): string | null {
  const text = bare(name);
  for (let length = Math.min(LONGEST, text.length); length >= SHORTEST; length--) {
    const found = SPELLINGS.get(text.slice(-length));
    if (found) return found;
  }
  return null;
}

/** The Oculus viseme that a name of a model means, null for none: `viseme_PP`, `vrc.v_aa`, `Viseme.O`. */
export function visemeName(name: string): Viseme | null {
  const [, ending] = /(?:viseme|vrc\.v|(?:^|[^a-z])v)[\s._:-]?([a-z]{1,7})$/i.exec(name) ?? [];
  if (!ending) return null;
  const known = VISEME_NAMES.find((viseme) => viseme.toLowerCase() === ending.toLowerCase());
  return known ?? VISEME_SPELLINGS[ending.toLowerCase()] ?? null;
}

/** Which of a model's names means what; where two mean the same, the one that is spelled more plainly. */
export function matchNames<T extends string>(
  given: Iterable<string>,
  meaning: (name: string) => T | null,
): Map<T, string> {
  const matched = new Map<T, string>();
  for (const name of given) {
    const meant = meaning(name);
    if (meant && name.length < (matched.get(meant)?.length ?? Infinity)) matched.set(meant, name);
  }
  return matched;
}
