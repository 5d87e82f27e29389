/** Every example in a real Chromium: its microphone hears the sample, a real server answers, and the avatar moves. */

import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { type Browser, chromium, type Page } from "playwright-core";
import { build } from "vite";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { NO_PYTHON, python, PythonServer, SAMPLE } from "../../client/test/real/python.ts";
import { mixamo, spelledMask, vrm } from "./glb.ts";
import { Site } from "./site.ts";

const CHROMIUM = process.env["A2F_CHROMIUM"] ?? "/usr/bin/chromium";
const FLAGS = [
  ...["--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking"],
  ...["--disable-component-update", "--disable-sync", "--enable-unsafe-swiftshader", "--use-angle=swiftshader"],
  ...["--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream", "--mute-audio"],
  `--use-file-for-fake-audio-capture=${SAMPLE}`,
];
/** Said by the driver of a machine without a graphics card, and of TalkingHead, which makes its sound before a click. */
const OF_OTHERS = /GPU stall due to ReadPixels|GroupMarkerNotSet|AudioContext was not allowed to start/;

/** How wide the jaw opens while the sample is heard; its widest is 0.26. */
const WIDE = 0.2;

const missing = !python
  ? NO_PYTHON
  : !existsSync(CHROMIUM)
    ? "Chromium is not installed (Debian: apt install chromium)"
    : null;
if (missing) console.warn(`left out: ${missing}`);

/** What each example leaves for the console, as far as a test looks at it. */
interface Shown {
  face: { names: string[] };
  player: { sample(): { source: string; weights: Float32Array } };
  model?: {
    getObjectByName(name: string): { morphTargetDictionary: Record<string, number>; morphTargetInfluences: number[] };
  };
  morphs?: { kind: string; missing: string[] };
  expressions?: { kind: string; missing: string[] };
  vrm?: { expressionManager: { getValue(name: string): number } };
  head?: { mtAvatar: Record<string, { applied: number; realtime: number | null }> };
}
declare global {
  var shown: Shown;
}

describe.skipIf(missing)("an example", () => {
  const folder = mkdtempSync(join(tmpdir(), "a2f-live-examples-"));
  let site: Site;
  let server: PythonServer;
  let browser: Browser;

  beforeAll(async () => {
    const configFile = fileURLToPath(new URL("../vite.config.ts", import.meta.url));
    await build({ configFile, logLevel: "warn", build: { outDir: folder, emptyOutDir: true } });
    site = await Site.start(folder, {
      "/spelled.glb": spelledMask(),
      "/perfect.vrm": vrm("perfect-sync"),
      "/presets.vrm": vrm("presets"),
      "/mixamo.glb": mixamo(),
    });
    server = await PythonServer.start("--origin", site.origin);
    browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
  });
  afterAll(async () => {
    await browser?.close();
    await server?.stop();
    await site?.stop();
    rmSync(folder, { recursive: true });
  });

  /** Opens an example with a model; every problem of the page fails the test in the end. */
  async function open(example: string, model: string): Promise<{ page: Page; problems: string[] }> {
    const page = await (await browser.newContext({ viewport: { width: 400, height: 400 } })).newPage();
    const problems: string[] = [];
    page.on("console", (message) => {
      if (["error", "warning"].includes(message.type()) && !OF_OTHERS.test(message.text()))
        problems.push(message.text());
    });
    page.on("pageerror", (error) => problems.push(String(error.stack)));
    await page.goto(`${site.origin}/${example}?server=ws://127.0.0.1:${server.port}&model=${model}`);
    await page
      .waitForFunction(() => "player" in globalThis, undefined, { timeout: 60_000 })
      .catch((error: Error) => {
        throw new Error(`${error.message}: ${problems.join("; ")}`);
      });
    await page.evaluate(() => void (globalThis.shown = globalThis as unknown as Shown));
    return { page, problems };
  }

  /** Speaks, and gives the largest value that was read within some seconds. */
  async function largestWhileSpeaking(page: Page, read: () => number, enough: number): Promise<number> {
    const before = await page.evaluate(read);
    expect(before).toBeLessThan(0.1);
    await page.click("button");
    const look = `(() => { const read = ${read.toString()}; globalThis.most = Math.max(globalThis.most ?? 0, read()); return globalThis.most >= ${enough}; })()`;
    await page.waitForFunction(look, undefined, { polling: 20, timeout: 60_000 }).catch(() => undefined);
    return page.evaluate<number>("globalThis.most");
  }

  test("of thirty lines moves a model whose shapes are spelled in another way", async () => {
    const { page, problems } = await open("page.html", "spelled.glb");
    expect(await page.evaluate(() => shown.morphs)).toMatchObject({ kind: "arkit", missing: [] });
    const still = await page.screenshot();
    const read = () => {
      const mask = shown.model!.getObjectByName("Mask");
      return mask.morphTargetInfluences[mask.morphTargetDictionary["Head.blendShape1.jawOpen"]!]!;
    };
    expect(await largestWhileSpeaking(page, read, WIDE)).toBeGreaterThanOrEqual(WIDE);
    expect((await page.screenshot()).equals(still)).toBe(false);
    expect(await page.evaluate(() => shown.player.sample().source)).toBe("speech");
    expect(problems).toEqual([]);
    await page.close();
  });

  test("of three-vrm moves Perfect Sync", async () => {
    const { page, problems } = await open("three-vrm.html", "perfect.vrm");
    expect(await page.evaluate(() => shown.expressions)).toMatchObject({ kind: "perfect-sync", missing: [] });
    expect(
      await largestWhileSpeaking(page, () => shown.vrm!.expressionManager.getValue("JawOpen"), WIDE),
    ).toBeGreaterThanOrEqual(WIDE);
    expect(problems).toEqual([]);
    await page.close();
  });

  test("of three-vrm moves the presets of a model without it", async () => {
    const { page, problems } = await open("three-vrm.html", "presets.vrm");
    expect(await page.evaluate(() => shown.expressions?.kind)).toBe("presets");
    const read = () =>
      Math.max(...["aa", "ih", "ou", "ee", "oh"].map((name) => shown.vrm!.expressionManager.getValue(name)));
    expect(await largestWhileSpeaking(page, read, 0.5)).toBeGreaterThanOrEqual(0.5);
    expect(problems).toEqual([]);
    await page.close();
  });

  test("of TalkingHead moves its avatar, and lets it live by itself at rest", async () => {
    const { page, problems } = await open("talkinghead.html", "mixamo.glb");
    expect(await page.evaluate(() => shown.head!.mtAvatar["jawOpen"]!.realtime)).toBeNull();
    expect(
      await largestWhileSpeaking(page, () => shown.head!.mtAvatar["jawOpen"]!.applied, WIDE),
    ).toBeGreaterThanOrEqual(WIDE);
    expect(problems).toEqual([]);
    await page.close();
  });

  test("has its page: what is there is tested here", () => {
    const pages = readdirSync(fileURLToPath(new URL("..", import.meta.url))).filter((name) => name.endsWith(".html"));
    expect(pages.sort()).toEqual(["page.html", "talkinghead.html", "three-vrm.html"]);
  });
});
