/** Builds the page into dist/, with the faces and the sample beside it, and runs the tests of page and client. */

import { cpSync, createReadStream, existsSync, statSync } from "node:fs";
import { join, normalize } from "node:path";
import { fileURLToPath } from "node:url";

import { type Plugin } from "vite";
import { defineConfig } from "vitest/config";

const root = fileURLToPath(new URL(".", import.meta.url));
const dist = join(root, "dist");
const faces = join(root, "../assets/faces");
const sample = join(root, "sample");
const server = process.env["A2F_LIVE_URL"] ?? "http://localhost:8000";

/** Folders that are served as they are, under names of their own. */
const FOLDERS: Readonly<Record<string, { from: string; kinds: RegExp }>> = {
  faces: { from: faces, kinds: /\.(glb|json)$/ },
  sample: { from: sample, kinds: /\.(wav|mp3|ogg|flac|json)$/ },
};

/** Copies the folders into the build, and serves them while developing. */
function folders(): Plugin {
  return {
    name: "a2f-live-folders",
    configureServer(development) {
      for (const [name, { from, kinds }] of Object.entries(FOLDERS)) {
        development.middlewares.use(`/${name}`, (request, response, next) => {
          const file = join(from, normalize(`/${(request.url ?? "").split("?")[0]}`));
          if (!kinds.test(file) || !existsSync(file)) return next();
          createReadStream(file).pipe(response);
        });
      }
    },
    closeBundle() {
      for (const [name, { from, kinds }] of Object.entries(FOLDERS)) {
        if (!existsSync(from)) continue;
        cpSync(from, join(dist, name), {
          recursive: true,
          filter: (path) => statSync(path).isDirectory() || kinds.test(path),
        });
      }
    },
  };
}

export default defineConfig({
  root,
  base: "./",
  plugins: [folders()],
  resolve: { alias: { "a2f-live": join(root, "client/src/index.ts") } },
  build: {
    outDir: dist,
    emptyOutDir: true,
    target: "es2022",
    assetsInlineLimit: 0, // a data: address is against the content security policy of the page
    modulePreload: { polyfill: false },
  },
  server: { proxy: { "/v1": { target: server, ws: true }, "/process-audio": { target: server } } },
  test: {
    root,
    include: ["client/test/**/*.test.ts", "test/**/*.test.ts"],
    environment: "node",
    testTimeout: 20_000,
    maxWorkers: 2,
  },
});
