/** A server of the package, as its users start it. */

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const REPOSITORY = fileURLToPath(new URL("../../..", import.meta.url));
const MADE = join(REPOSITORY, ".venv/bin/python");
const PYTHON = process.env["A2F_PYTHON"] ?? (existsSync(MADE) ? MADE : "python3");

export interface Server {
  readonly url: string;
  readonly port: number;
  /** Ends it as an operator does. */
  stop(): Promise<void>;
}

/** Starts a server; port 0 takes a free one. */
export async function startServer(port = 0, ...more: string[]): Promise<Server> {
  const child = spawn(PYTHON, ["-m", "a2f_live", "serve", "--port", String(port), ...more], { cwd: REPOSITORY });
  const chosen = Number(await announced(child));
  return {
    url: `http://localhost:${chosen}/`,
    port: chosen,
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill("SIGTERM");
      const patience = setTimeout(() => child.kill("SIGKILL"), 5000);
      await once(child, "exit");
      clearTimeout(patience);
    },
  };
}

function announced(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = "";
    const hear = (data: Buffer): void => {
      said += data.toString();
      const port = /http:\/\/[^\s:]+:(\d+)/.exec(said)?.[1];
      if (port) resolve(port);
    };
    child.stdout?.on("data", hear);
    child.stderr?.on("data", hear);
    child.on("exit", (code) => reject(new Error(`the server ended with ${code}: ${said}`)));
  });
}
