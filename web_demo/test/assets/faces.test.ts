/** The characters are valid glTF, by the validator of those who made the format. */

import { readFileSync } from "node:fs";

import { ARKIT_NAMES } from "a2f-live";
import { validateBytes } from "gltf-validator";
import { describe, expect, it } from "vitest";

import { readGlb } from "../../src/avatar/glb.ts";

const ERROR = 0;
/** What the page loads at once should come at once. */
const MOST_BYTES = 4e6;

describe.each(["maya", "theo"])("%s", (name) => {
  const bytes = new Uint8Array(readFileSync(new URL(`../../../assets/faces/${name}.glb`, import.meta.url)));

  it("has no errors", async () => {
    const { issues } = await validateBytes(bytes);
    expect(issues.messages.filter(({ severity }) => severity === ERROR)).toEqual([]);
    expect(issues.numErrors).toBe(0);
  });

  it("has exactly the shapes of ARKit, in their order, and is small", () => {
    const meshes = readGlb(bytes).json.meshes as { extras?: { targetNames?: string[] } }[];
    expect(meshes.flatMap(({ extras }) => extras?.targetNames ?? [])).toEqual([...ARKIT_NAMES]);
    expect(bytes.length).toBeLessThanOrEqual(MOST_BYTES);
  });
});
