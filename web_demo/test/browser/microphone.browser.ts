/** The microphone: asked for only when it is wanted, and heard live. The browser's fake one plays `sample/hello.wav`. */

import { fileURLToPath } from "node:url";

import { afterAll, beforeAll, expect, it } from "vitest";

import { type OpenPage, openPage, until } from "./page.ts";
import { type Server, startServer } from "./server.ts";

const HELLO = fileURLToPath(new URL("../../sample/hello.wav", import.meta.url));

let server: Server;
let open: OpenPage;

beforeAll(async () => {
  server = await startServer();
  open = await openPage({ url: server.url, heard: HELLO });
});
afterAll(async () => {
  await open?.close();
  await server?.stop();
});

it("is not asked for before it is wanted", async () => {
  expect(await open.page.evaluate(() => window.asked)).toBe(0);
});

it("moves the mouth, shows its level, and names its devices", async () => {
  const { page } = open;
  await page.getByRole("button", { name: "Use my microphone" }).click();
  await until(page, () => (window.a2f.voices.live.current?.level ?? 0) > 0.05, "something is heard");
  await until(page, () => window.a2f.weights()["jawOpen"]! > 0.1, "the mouth opens");
  expect(await page.evaluate(() => window.asked)).toBe(1);
  await page.getByRole("button", { name: "Microphone settings" }).click();
  expect(await page.locator("#device option").count()).toBeGreaterThan(1);
});

it("tells latency and frames", async () => {
  const { page } = open;
  await page.getByRole("tab", { name: "Stream" }).click();
  await until(
    page,
    () => /\d ms/.test(document.querySelector('[data-figure="Added latency"]')!.textContent!),
    "a latency",
  );
  await until(
    page,
    () => /[1-9]\d*\/s/.test(document.querySelector('[data-figure="Frames received"]')!.textContent!),
    "frames",
  );
});

it("can be interrupted and goes on hearing", async () => {
  const { page } = open;
  await page.keyboard.press("Escape");
  await until(page, () => window.a2f.weights()["jawOpen"]! > 0.1, "the mouth opens with the next words");
  expect(await page.evaluate(() => window.a2f.voices.live.current !== undefined)).toBe(true);
});

it("is let go, and the mouth shuts", async () => {
  const { page } = open;
  await page.getByRole("button", { name: "Stop listening" }).click();
  await until(page, () => window.a2f.voices.live.current === undefined, "the microphone is let go");
  await until(page, () => window.a2f.weights()["jawOpen"]! < 0.02, "the mouth is shut");
});

it("said nothing in the console", () => expect(open.problems).toEqual([]));
