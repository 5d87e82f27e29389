/** The rendered face speaks: open in vowels, shut at P, B and M, at rest after the end, and it blinks. */

import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { CLOSURES_S, END_S, VOWELS_S } from "./hello.ts";
import { drop, goTo, hearWhole, type OpenPage, openPage, until } from "./page.ts";
import { boxOf, openness } from "./face.ts";
import { changed, takePicture } from "./picture.ts";
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

const opennessAt = async (second: number): Promise<number> => {
  await goTo(open.page, second);
  return openness(await takePicture(open.page), await boxOf(open.page, "mouth"));
};

describe("the mouth in the picture", () => {
  it("opens in vowels, and shuts at P, B and M and within 300 ms of the end", async () => {
    const vowels = [];
    for (const second of VOWELS_S) vowels.push(await opennessAt(second));
    const closures = [];
    for (const second of CLOSURES_S) closures.push(await opennessAt(second));
    const ended = await opennessAt(END_S + 0.3);
    console.log({ vowels, closures, ended });
    const typical = [...vowels].sort((a, b) => a - b)[Math.floor(vowels.length / 2)]!;
    expect(typical).toBeGreaterThan(ended + 0.02);
    const shut = closures.filter((openness) => openness - ended < 0.3 * (typical - ended));
    expect(shut.length / closures.length).toBeGreaterThanOrEqual(0.75);
  });
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
