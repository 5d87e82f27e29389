import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { ARKIT_NAMES, arkitName, matchNames, VISEME_NAMES, visemeName } from "../../src/avatar/names.ts";
import { type Vector, vectors } from "../wire/vectors.ts";

const name = fc.constantFrom(...ARKIT_NAMES);
const prefix = fc.constantFrom(
  "",
  "Head.",
  "blendShape1.",
  "Face.M_F00_",
  "CC_Base_Body|",
  "head_mesh:",
  "BS_",
  "Wolf3D-",
);
const words = (text: string) =>
  text
    .replace(/([A-Z])/g, " $1")
    .trim()
    .split(" ");

const spellings: { [style: string]: (name: string) => string } = {
  plain: (text) => text,
  pascal: (text) => text.charAt(0).toUpperCase() + text.slice(1),
  snake: (text) => words(text).join("_").toLowerCase(),
  kebab: (text) => words(text).join("-"),
  spaced: (text) => words(text).join(" "),
  loud: (text) => words(text).join("_").toUpperCase(),
};

test("names are those of the server, in its order", () => {
  const ready = vectors<Vector>("server.json").find(({ name }) => name === "ready, with visemes")!.meaning!;
  expect(ready["names"]).toEqual(ARKIT_NAMES);
  expect(ready["viseme_names"]).toEqual(VISEME_NAMES);
});

test("every spelling means the shape, whatever stands before it", () => {
  const style = fc.constantFrom(...Object.values(spellings));
  fc.assert(fc.property(name, style, prefix, (shape, spell, before) => arkitName(before + spell(shape)) === shape));
});

test("sides may be letters, before or behind", () => {
  for (const shape of ARKIT_NAMES) {
    const [, stem, side] = /^(.*)(Left|Right)$/.exec(shape) ?? [];
    if (!stem || !side || ["jaw", "mouth"].includes(stem)) continue;
    const letter = side.charAt(0);
    for (const spelled of [`${stem}_${letter}`, `${stem}.${letter}`, `${stem}${letter}`, `${side}_${stem}`]) {
      expect(arkitName(spelled), spelled).toBe(shape);
    }
  }
});

test.each(["jaw_L", "mouth_R", "mouthL", "smile", "", "Left", "viseme_aa", "Basis", "eyesClosed", "brow", "mouthOpen"])(
  "%s is none of the 52",
  (given) => expect(arkitName(given)).toBeNull(),
);

describe("visemes", () => {
  test.each(
    VISEME_NAMES.flatMap((viseme) => [[`viseme_${viseme}`, viseme] as const, [`Viseme.${viseme}`, viseme] as const]),
  )("%s", (given, viseme) => expect(visemeName(given)).toBe(viseme));
  test.each([
    ["vrc.v_oh", "O"],
    ["vrc.v_ou", "U"],
    ["vrc.v_sil", "sil"],
    ["V_kk", "kk"],
    ["head.viseme_PP", "PP"],
  ])("%s", (given, viseme) => expect(visemeName(given)).toBe(viseme));
  test.each(["aa", "mouthO", "leave_a", "jawOpen", "viseme_xyz", "Move_E"])("%s is none", (given) =>
    expect(visemeName(given)).toBeNull(),
  );
});

test("of two names for the same, the plainer one is taken", () => {
  const matched = matchNames(["old_mesh.jawOpen", "jawOpen", "Jaw_Open_extra"], arkitName);
  expect([...matched]).toEqual([["jawOpen", "jawOpen"]]);
});
