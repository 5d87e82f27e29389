/** The real server and the real Python client, where Python and the package are there. */

import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { WebSocket } from "ws";

import type { MakeSocket } from "../../src/stream/link.ts";

export const ROOT = fileURLToPath(new URL("../../../../", import.meta.url));
export const SAMPLE = `${ROOT}web_demo/sample/hello.wav`;
export const NO_PYTHON = "a2f_live is not installed for Python: run make test, or name a Python in A2F_PYTHON";

const STARTED = /http:\/\/localhost:(\d+)/;

/** The Python that has a2f_live; null if there is none. */
export const python = [process.env["A2F_PYTHON"], `${ROOT}.venv/bin/python`, "python3"].find(hasPackage) ?? null;

function hasPackage(program: string | undefined): boolean {
  if (!program || (program.includes("/") && !existsSync(program))) return false;
  try {
    execFileSync(program, ["-c", "import a2f_live.cli.main"], { cwd: ROOT, stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

/** A server on a free port, until `stop`. */
export class PythonServer {
  readonly #process: ChildProcess;
  readonly port: number;

  private constructor(process: ChildProcess, port: number) {
    this.#process = process;
    this.port = port;
  }

  /** Starts `a2f-live serve` with these arguments; rejects with what it said if it ends at once. */
  static start(...options: string[]): Promise<PythonServer> {
    const args = ["-m", "a2f_live", "serve", "--port", "0", "--log-level", "warning", ...options];
    const process = spawn(python ?? "python3", args, { cwd: ROOT });
    return new Promise((resolve, reject) => {
      let said = "";
      const hear = (text: Buffer) => {
        said += text.toString();
        const [, port] = STARTED.exec(said) ?? [];
        if (port) resolve(new PythonServer(process, Number(port)));
      };
      process.stdout.on("data", hear);
      process.stderr.on("data", hear);
      process.once("exit", (code) => reject(new Error(`the server ended with ${code}: ${said}`)));
    });
  }

  stop(): Promise<void> {
    return new Promise((resolve) => {
      this.#process.removeAllListeners("exit");
      this.#process.once("exit", () => resolve());
      this.#process.kill("SIGKILL");
    });
  }
}

const CLIENT = `
import base64, json, sys, wave
from a2f_live.client import connect_sync
url, path, options = sys.argv[1], sys.argv[2], json.loads(sys.argv[3])
with wave.open(path) as wav: pcm, rate = wav.readframes(wav.getnframes()), wav.getframerate()
with connect_sync(url, sample_rate=rate, pace="file", **options) as face: blocks = list(face.stream(pcm))
told = {name: b"".join(getattr(block, name).tobytes() for block in blocks) for name in ("weights", "head", "visemes")}
print(json.dumps({name: base64.b64encode(data).decode() for name, data in told.items()}))
`;

/** Rows of floats, one after the other. */
export interface Told {
  readonly weights: Buffer;
  readonly head: Buffer;
  readonly visemes: Buffer;
}

/** What the Python client is told of a file. */
export function pythonClient(port: number, file: string, options: object): Told {
  const args = ["-c", CLIENT, `ws://127.0.0.1:${port}`, file, JSON.stringify(options)];
  const printed = execFileSync(python ?? "python3", args, { cwd: ROOT, maxBuffer: 2 ** 28 }).toString();
  const told = JSON.parse(printed) as Record<keyof Told, string>;
  const bytes = (name: keyof Told) => Buffer.from(told[name], "base64");
  return { weights: bytes("weights"), head: bytes("head"), visemes: bytes("visemes") };
}

/** Samples of a wav of 16-bit integers. */
export function readWav(file: string): { samples: Int16Array; sampleRate: number } {
  const bytes = readFileSync(file);
  const at = bytes.indexOf("data") + 8;
  const data = bytes.subarray(at, at + bytes.readUInt32LE(at - 4));
  return { samples: new Int16Array(new Uint8Array(data).buffer), sampleRate: bytes.readUInt32LE(24) };
}

/** A socket of Node, which has none of its own before version 22. */
export const nodeSocket: MakeSocket = (url, protocols) =>
  new WebSocket(url, protocols) as unknown as ReturnType<MakeSocket>;
