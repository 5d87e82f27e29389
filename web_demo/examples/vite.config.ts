/** Serves or builds the examples: `npx vite --config examples/vite.config.ts`. */

import { fileURLToPath } from "node:url";

import { defineConfig } from "vite";

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  root: at("."),
  publicDir: false,
  base: "./",
  resolve: { alias: { "a2f-live": at("../client/src/index.ts") } },
  build: {
    target: "es2022",
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 2000,
    rollupOptions: { input: ["page.html", "three-vrm.html", "talkinghead.html"].map(at) },
  },
});
