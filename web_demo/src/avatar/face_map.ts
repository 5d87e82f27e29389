/** Decides what drives an avatar: the 52 weights where it knows them, visemes where it does not. */

import { matchName } from "./names.ts";
import type { Gltf } from "./glb.ts";
import { list } from "./glb.ts";
import type { Match, Pair } from "./match.ts";
import type { Drive, MorphNode } from "./morphs.ts";
import type { Vrm } from "./vrm.ts";

/** The order of the numbers in a pose. */
export interface Channels {
  readonly weights: readonly string[];
  readonly visemes: readonly string[];
}

/** An avatar that knows fewer of the mouth's shapes than this speaks by visemes if it has some. */
const ENOUGH_LIPS = 6;
const MOUTH = /^(jaw|mouth|tongue)/;

/** The vowels of a VRM and the visemes that open them, with how far. */
const VOWELS: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  aa: { aa: 1, DD: 0.2, kk: 0.3, nn: 0.15, TH: 0.25 },
  ih: { I: 1, SS: 0.5, CH: 0.2, DD: 0.2 },
  ou: { U: 1, CH: 0.4, RR: 0.3 },
  ee: { E: 1, kk: 0.2, RR: 0.2, nn: 0.2 },
  oh: { O: 1 },
};
const LIDS: Readonly<Record<string, readonly string[]>> = { blinkLeft: ["eyeBlinkLeft"], blinkRight: ["eyeBlinkRight"], blink: ["eyeBlinkLeft", "eyeBlinkRight"] };

/** A shape of the avatar: a morph target or an expression, and the targets that it moves. */
interface Shape {
  readonly name: string;
  add(drive: Omit<Drive, "target">): void;
}

/** Fills in the drives of every node, and tells what was found. */
export function mapFace(json: Gltf, vrm: Vrm | undefined, nodes: readonly MorphNode[], channels: Channels): Omit<Match, "head"> {
  const morphs = morphShapes(nodes);
  const expressions = vrm ? expressionShapes(vrm, nodes) : [];
  const choices: [string, Shape[]][] = [
    ["expressions of a VRM (Perfect Sync)", expressions],
    ["52 shapes", morphs],
  ];
  for (const [kind, shapes] of choices) {
    const pairs = driveByWeights(shapes, channels.weights);
    if (lipsOf(pairs) >= ENOUGH_LIPS) return report(kind, pairs, shapes, channels);
    undo(nodes);
  }
  const visemes = driveByVisemes(morphs, channels);
  if (visemes.length) return report("visemes", [...visemes, ...driveByWeights(morphs, channels.weights, (name) => !MOUTH.test(name))], morphs, channels);
  const vowels = driveByVowels(expressions, channels);
  if (vowels.length) return report("vowels of a VRM", vowels, expressions, channels);
  const some = driveByWeights(morphs, channels.weights);
  return report(some.length ? "a few shapes" : list(json.meshes).length ? "nothing that moves" : "nothing to see", some, morphs, channels);
}

function morphShapes(nodes: readonly MorphNode[]): Shape[] {
  return nodes.flatMap((node) =>
    node.names.map((name, target) => ({ name, add: (drive) => void node.drives.push({ ...drive, target }) }) satisfies Shape),
  );
}

function expressionShapes(vrm: Vrm, nodes: readonly MorphNode[]): Shape[] {
  return vrm.expressions
    .filter(({ binds }) => binds.length > 0)
    .map(({ name, binds }) => ({
      name,
      add: (drive) => {
        for (const bind of binds) {
          for (const node of nodes) {
            const bound = bind.node === node.node || (bind.mesh !== undefined && bind.mesh === node.mesh);
            if (bound && bind.target < node.names.length) {
              node.drives.push({ ...drive, gain: drive.gain * bind.gain, target: bind.target });
            }
          }
        }
      },
    }));
}

function driveByWeights(shapes: readonly Shape[], weights: readonly string[], wanted: (name: string) => boolean = () => true): Pair[] {
  const pairs: Pair[] = [];
  for (const shape of shapes) {
    const follows = matchName(shape.name, weights);
    if (follows === undefined || !wanted(follows)) continue;
    shape.add({ gain: 1, from: "weights", place: weights.indexOf(follows) });
    pairs.push({ shape: shape.name, follows });
  }
  return pairs;
}

function driveByVisemes(shapes: readonly Shape[], { visemes }: Channels): Pair[] {
  const places = new Map(visemes.map((name, place) => [name.toLowerCase(), place]));
  const pairs: Pair[] = [];
  for (const shape of shapes) {
    const named = /(?:^|[._\s:])viseme[_.\s]?(\w+)$/i.exec(shape.name)?.[1]?.toLowerCase();
    const place = named === undefined ? undefined : places.get(named);
    if (place === undefined || visemes[place] === "sil") continue;
    shape.add({ gain: 1, from: "visemes", place });
    pairs.push({ shape: shape.name, follows: `viseme ${visemes[place]}` });
  }
  return pairs;
}

function driveByVowels(expressions: readonly Shape[], { weights, visemes }: Channels): Pair[] {
  const pairs: Pair[] = [];
  const both = expressions.some(({ name }) => name === "blinkLeft");
  for (const shape of expressions) {
    const vowel = VOWELS[shape.name];
    for (const [viseme, gain] of Object.entries(vowel ?? {})) shape.add({ gain, from: "visemes", place: visemes.indexOf(viseme) });
    if (vowel) pairs.push({ shape: shape.name, follows: `visemes ${Object.keys(vowel).join(", ")}` });
    const lids = shape.name === "blink" && both ? undefined : LIDS[shape.name];
    for (const lid of lids ?? []) shape.add({ gain: 1 / lids!.length, from: "weights", place: weights.indexOf(lid) });
    if (lids) pairs.push({ shape: shape.name, follows: lids.join(", ") });
  }
  return pairs;
}

function lipsOf(pairs: readonly Pair[]): number {
  return new Set(pairs.map(({ follows }) => follows).filter((name) => MOUTH.test(name))).size;
}

function undo(nodes: readonly MorphNode[]): void {
  for (const { drives } of nodes) drives.length = 0;
}

function report(kind: string, pairs: readonly Pair[], shapes: readonly Shape[], channels: Channels): Omit<Match, "head"> {
  const [used, follows] = [new Set(pairs.map(({ shape }) => shape)), new Set(pairs.map((pair) => pair.follows))];
  return {
    kind,
    pairs: pairs.filter(({ shape }, i) => pairs.findIndex((pair) => pair.shape === shape) === i),
    gaps: kind.startsWith("v") ? [] : channels.weights.filter((name) => !follows.has(name)),
    unused: [...new Set(shapes.map(({ name }) => name))].filter((name) => !used.has(name)),
  };
}
