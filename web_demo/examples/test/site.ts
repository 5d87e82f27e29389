/** Serves files of a folder, and some made ones, to the browser of a test. */

import { createServer, type Server } from "node:http";
import { existsSync, readFileSync } from "node:fs";
import { extname, join, normalize } from "node:path";

const KINDS: { readonly [suffix: string]: string } = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".css": "text/css",
  ".glb": "model/gltf-binary",
};

export class Site {
  readonly #server: Server;

  private constructor(folder: string, made: { readonly [path: string]: Uint8Array }) {
    this.#server = createServer((request, response) => {
      const path = normalize(new URL(request.url ?? "/", "http://localhost").pathname);
      const file = join(folder, path);
      const body = made[path] ?? (existsSync(file) ? readFileSync(file) : null);
      const found = body ? 200 : path === "/favicon.ico" ? 204 : 404;
      response.writeHead(found, { "Content-Type": KINDS[extname(path)] ?? "application/octet-stream" });
      response.end(body ?? "");
    });
  }

  static async start(folder: string, made: { readonly [path: string]: Uint8Array }): Promise<Site> {
    const site = new Site(folder, made);
    await new Promise<void>((resolve) => site.#server.listen(0, "127.0.0.1", resolve));
    return site;
  }

  get origin(): string {
    return `http://localhost:${(this.#server.address() as { port: number }).port}`;
  }

  stop(): Promise<void> {
    this.#server.closeAllConnections();
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }
}
