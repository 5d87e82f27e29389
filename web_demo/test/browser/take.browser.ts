/** What is exported is what the server sent: the raw frames and the files are left in the folder `A2F_OUT`. */

import { appendFileSync, mkdirSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { decode } from "@msgpack/msgpack";
import { validateBytes } from "gltf-validator";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";

import { readGlb } from "../../src/avatar/glb.ts";
import { drop, hearWhole, type OpenPage, openPage } from "./page.ts";
import { type Server, startServer } from "./server.ts";

const OUT = process.env["A2F_OUT"] ?? "/tmp/a2f-live-takes";
const RECEIVED = join(OUT, "received.bin");

let server: Server;
let open: OpenPage;

beforeAll(async () => {
  mkdirSync(OUT, { recursive: true });
  writeFileSync(RECEIVED, "");
  server = await startServer();
  open = await openPage({ url: server.url });
  await keepMessages(open.page);
  await open.page.reload();
  await open.page.locator('#connection[data-state="live"]').waitFor();
  await drop(open.page, "hello.wav", await readFile(fileURLToPath(new URL("../../sample/hello.wav", import.meta.url))));
  await hearWhole(open.page);
  await open.page.getByRole("tab", { name: "Take" }).click();
});
afterAll(async () => {
  await open?.close();
  await server?.stop();
});

/** Every message of every socket as it came: four bytes of length, then the payload. */
async function keepMessages(page: Page): Promise<void> {
  page.on("websocket", (socket) => {
    socket.on("framereceived", ({ payload }) => {
      const bytes = Buffer.from(payload);
      const length = Buffer.alloc(4);
      length.writeUInt32LE(bytes.length);
      appendFileSync(RECEIVED, Buffer.concat([length, bytes]));
    });
  });
}

async function exported(format: string): Promise<Buffer> {
  const waiting = open.page.waitForEvent("download");
  await open.page.locator(`#export-${format}`).click();
  const download = await waiting;
  const path = join(OUT, download.suggestedFilename());
  await download.saveAs(path);
  return readFile(path);
}

/** Frames of speech as the server sent them. */
async function sent(): Promise<{ count: number; weights: Uint8Array }[]> {
  const bytes = await readFile(RECEIVED);
  const messages = [];
  for (let at = 0; at < bytes.length;) {
    const length = bytes.readUInt32LE(at);
    messages.push(decode(bytes.subarray(at + 4, at + 4 + length)) as Record<string, unknown>);
    at += 4 + length;
  }
  return messages.filter(({ type, idle, final }) => type === "frames" && !idle && !final) as never;
}

it("writes the weights that the server sent to CSV and JSON, frame by frame", async () => {
  const blocks = await sent();
  const rows = blocks.flatMap(({ count, weights }) => {
    const values = new Float32Array(Uint8Array.from(weights).buffer);
    return Array.from({ length: count }, (_, i) => [...values.subarray(52 * i, 52 * (i + 1))]);
  });
  const lines = (await exported("csv")).toString().trimEnd().split("\n").slice(1);
  expect(lines.length).toBe(rows.length);
  lines.forEach((line, i) => {
    const cells = line.split(",").slice(2, 54).map(Number);
    cells.forEach((cell, k) => expect(Math.abs(cell - rows[i]![k]!)).toBeLessThan(1e-6));
  });
  const document = JSON.parse((await exported("json")).toString()) as {
    count: number;
    frames: { weights: number[] }[];
  };
  expect(document.count).toBe(rows.length);
  expect(document.frames[20]!.weights[17]).toBeCloseTo(rows[20]![17]!, 5);
});

it("writes the character with a morph animation of the same length", async () => {
  const bytes = new Uint8Array(await exported("glb"));
  expect((await validateBytes(bytes)).issues.numErrors).toBe(0);
  const { json } = readGlb(bytes);
  const [animation] = json.animations as { channels: { target: { path: string } }[]; samplers: { input: number }[] }[];
  expect(animation!.channels.map(({ target }) => target.path)).toContain("weights");
  const input = (json.accessors as { count: number; max: number[] }[])[animation!.samplers[0]!.input]!;
  expect(input.count).toBeGreaterThan(600);
  expect(input.max[0]).toBeGreaterThan(10.8);
});

it("records on request, what is said and what is not", async () => {
  const { page } = open;
  await page.locator("#record").click();
  await page.waitForTimeout(1500);
  await page.locator("#record").click();
  expect(await page.locator("#take option").first().innerText()).toMatch(/^Recording .* \(\d+\.\d s\)$/);
  const lines = (await exported("csv")).toString().trimEnd().split("\n");
  expect(lines.length).toBeGreaterThan(30);
});

it("said nothing in the console", () => expect(open.problems).toEqual([]));
