/** The tests of the built page in a real Chromium, against a real server: `A2F_PYTHON` names the Python that has it. */

import { fileURLToPath } from "node:url";

import { defineConfig } from "vitest/config";

const root = fileURLToPath(new URL(".", import.meta.url));

export default defineConfig({
  root,
  test: {
    root,
    include: ["test/browser/**/*.browser.ts", "examples/test/**/*.browser.ts", "client/test/**/*.browser.ts"],
    environment: "node",
    // A busy machine draws some pictures a second: nothing here depends on how many.
    testTimeout: 300_000,
    hookTimeout: 240_000,
    fileParallelism: false,
    maxWorkers: 1,
  },
});
