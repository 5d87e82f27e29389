/** Bundles the client into one file beside the page, for pages without a bundler: dist/client/a2f-live.js. */

import { fileURLToPath } from "node:url";

import { defineConfig } from "vite";

const folder = fileURLToPath(new URL(".", import.meta.url));

export default defineConfig({
  root: folder,
  base: "./",
  publicDir: false,
  build: {
    outDir: fileURLToPath(new URL("../dist/client", import.meta.url)),
    emptyOutDir: true,
    target: "es2022",
    assetsInlineLimit: 0,
    modulePreload: false,
    rollupOptions: {
      input: fileURLToPath(new URL("src/index.ts", import.meta.url)),
      preserveEntrySignatures: "strict",
      output: {
        entryFileNames: "a2f-live.js",
        assetFileNames: "[name][extname]",
        codeSplitting: false,
      },
    },
  },
});
