/** The characters are valid glTF, by the validator of those who made the format. */

import { readFileSync } from "node:fs";

import { validateBytes } from "gltf-validator";
import { describe, expect, it } from "vitest";

const ERROR = 0;

describe.each(["maya", "theo"])("%s", (name) => {
  const bytes = new Uint8Array(readFileSync(new URL(`../../../assets/faces/${name}.glb`, import.meta.url)));

  it("has no errors", async () => {
    const { issues } = await validateBytes(bytes);
    expect(issues.messages.filter(({ severity }) => severity === ERROR)).toEqual([]);
    expect(issues.numErrors).toBe(0);
  });
});
