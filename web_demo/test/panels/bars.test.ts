import { ARKIT_NAMES } from "a2f-live";
import { expect, it } from "vitest";

import { byPart } from "../../src/panels/bars.ts";
import { isAvatar } from "../../src/panels/drop.ts";

it("lists every shape once, whatever it is called", () => {
  const parts = byPart([...ARKIT_NAMES, "somethingNew"]);
  expect(parts.flatMap(([, names]) => names).sort()).toEqual([...ARKIT_NAMES, "somethingNew"].sort());
  expect(parts.map(([title]) => title)).toEqual([
    "Jaw",
    "Lips",
    "Tongue",
    "Eyes",
    "Brows",
    "Cheeks and nose",
    "Others",
  ]);
});

it.each([
  ["face.GLB", true],
  ["me.vrm", true],
  ["voice.wav", false],
])("%s is an avatar: %s", (name, is) => expect(isAvatar(name)).toBe(is));
