/** Avatars of the reader's own: `A2F_AVATARS` is a folder of GLB files that the caller made. */

import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { drop, type OpenPage, openPage, until } from "./page.ts";
import { boxOf } from "./face.ts";
import { dark, takePicture } from "./picture.ts";
import { type Server, startServer } from "./server.ts";

const FOLDER = process.env["A2F_AVATARS"] ?? "";
/** Darker than this are the mouths of the avatars of quads. */
const DARK = 60;

let server: Server;
let open: OpenPage;

beforeAll(async () => {
  server = await startServer();
  open = await openPage({ url: server.url, colorScheme: "light" });
});
afterAll(async () => {
  await open?.close();
  await server?.stop();
});

async function wear(name: string): Promise<void> {
  await drop(open.page, name, await readFile(join(FOLDER, name)));
}

describe.each([
  ["prefixed.glb", 52, "ARKit shapes", "jawOpen", 0.15],
  ["sided.glb", 52, "ARKit shapes", "jawOpen", 0.15],
  ["perfect_sync.vrm", 52, "Perfect Sync", "jawOpen", 0.15],
  ["presets.vrm", 7, "VRM presets", "aa", 0.4],
  ["visemes.glb", 17, "visemes", "aa", 0.4],
])("%s", (name, matched, kind, opens, least) => {
  it("is matched, and its mouth opens in the picture", async () => {
    const { page } = open;
    await wear(name);
    await page.locator(`#match[class]:has(h2:text-is("${name}"))`).waitFor();
    const told = page.locator("#match p[data-match]");
    expect(Number(await told.getAttribute("data-match"))).toBe(matched);
    expect(await told.innerText()).toContain(kind);
    expect(await told.innerText()).toContain("mixamorig:Head");

    await page.evaluate(() => window.a2f.holdWhen("jawOpen", 0, 0.002));
    await until(page, () => window.a2f.held(), "the mouth is shut");
    const shut = dark(await takePicture(page), await boxOf(page, "mouthOfQuads"), DARK);
    await page.evaluate(() => window.a2f.release());
    await page.getByRole("button", { name: "Busy lips" }).click();
    await page.evaluate(([shape, amount]) => window.a2f.holdWhen(shape, amount), [opens, least] as const);
    await until(page, () => window.a2f.held(), "the mouth is open");
    const wide = dark(await takePicture(page), await boxOf(page, "mouthOfQuads"), DARK);
    await page.keyboard.press("Escape");
    await page.evaluate(() => window.a2f.release());
    expect(wide).toBeGreaterThan(shut + 0.05);
  });
});

describe("what is refused", () => {
  it.each([
    ["outside.glb", /files from elsewhere/],
    ["broken.glb", /no GLB or VRM/],
  ])("%s leaves the face that is there", async (name, message) => {
    const { page } = open;
    const before = await page.locator("#match h2").innerText();
    await wear(name);
    await page.locator("#notices .notice.bad", { hasText: message }).waitFor();
    expect(await page.locator("#match h2").innerText()).toBe(before);
  });

  it("tells the gaps of an avatar that knows a few shapes", async () => {
    const { page } = open;
    await wear("few.glb");
    await page.locator('#match:has(h2:text-is("few.glb"))').waitFor();
    expect(await page.locator("#match").innerText()).toMatch(/50 weights move nothing here/);
    expect(await page.locator("#match .gap").count()).toBe(50);
  });
});

it("said nothing in the console, and asked nobody else for anything", () => expect(open.problems).toEqual([]));
