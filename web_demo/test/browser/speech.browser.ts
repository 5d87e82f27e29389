/** The rendered face speaks: open in vowels, shut at P, B and M, at rest after the end, and it blinks. */

import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

import { afterAll, beforeAll, expect, it } from "vitest";

import { CLOSURES_S, END_S, SILENT_S, VOWELS_S } from "./hello.ts";
import { drop, goTo, hearWhole, type OpenPage, openPage, until } from "./page.ts";
import { boxOf } from "./face.ts";
import { changed, type Picture, takePicture } from "./picture.ts";
import { type Server, startServer } from "./server.ts";

let server: Server;
let open: OpenPage;

beforeAll(async () => {
  server = await startServer();
  open = await openPage({ url: server.url, colorScheme: "light", viewport: { width: 480, height: 720 } });
  await drop(open.page, "hello.wav", await readFile(fileURLToPath(new URL("../../sample/hello.wav", import.meta.url))));
  await hearWhole(open.page);
});
afterAll(async () => {
  await open?.close();
  await server?.stop();
});

/** The face at a second of the clip, looking straight ahead. */
async function pictureAt(second: number): Promise<Picture> {
  const { page } = open;
  await page.evaluate(() => window.a2f.release());
  await goTo(page, second);
  await page.evaluate(() => window.a2f.hold());
  await until(page, () => window.a2f.held(), "the picture is held");
  return takePicture(page);
}

it("opens its mouth in vowels, and shuts it at P, B and M and within 300 ms of the end", async () => {
  const { page } = open;
  const shut = await pictureAt(SILENT_S);
  const mouth = await boxOf(page, "mouth");
  const opened = async (second: number): Promise<number> => changed(shut, await pictureAt(second), mouth, 24);
  const vowels = [];
  for (const second of VOWELS_S) vowels.push(await opened(second));
  const closures = [];
  for (const second of CLOSURES_S) closures.push(await opened(second));
  const ended = await opened(END_S + 0.3);
  await page.evaluate(() => window.a2f.release());
  console.log({ vowels, closures, ended });
  expect(Math.min(...vowels)).toBeGreaterThan(0.1);
  expect(ended).toBeLessThan(0.03);
  const typical = vowels.sort((a, b) => a - b)[Math.floor(vowels.length / 2)]!;
  for (const closure of closures) expect(closure).toBeLessThan(0.4 * typical);
});

it("blinks while nobody speaks", async () => {
  const { page } = open;
  await page.keyboard.press("Escape");
  await page.evaluate(() => window.a2f.holdWhen("eyeBlinkLeft", 0, 0.15));
  await until(page, () => window.a2f.held(), "the eyes are open");
  const awake = await takePicture(page);
  await page.evaluate(() => window.a2f.release());
  await page.evaluate(() => window.a2f.holdWhen("eyeBlinkLeft", 0.85));
  await until(page, () => window.a2f.held(), "the eyes are shut");
  const blinking = await takePicture(page);
  await page.evaluate(() => window.a2f.release());
  const [eyes, mouth] = [await boxOf(page, "eyes"), await boxOf(page, "mouth")];
  expect(changed(awake, blinking, eyes)).toBeGreaterThan(0.15);
  expect(changed(awake, blinking, mouth)).toBeLessThan(0.05);
});

it("said nothing in the console", () => expect(open.problems).toEqual([]));
