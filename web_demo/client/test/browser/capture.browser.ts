/** The bundle of the client in a real Chromium: what the audio thread hands over is what was played, to the sample. */

import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { type Browser, chromium, type Page } from "playwright-core";
import { build } from "vite";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { Site } from "../../../examples/test/site.ts";

const CHROMIUM = process.env["A2F_CHROMIUM"] ?? "/usr/bin/chromium";
const FLAGS = [
  ...["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"],
  ...[
    "--disable-component-update",
    "--disable-sync",
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream",
  ],
];

declare global {
  var client: typeof import("a2f-live");
}
const PAGE = `<!doctype html><title>test</title>
<script type="module">import * as client from "/a2f-live.js"; globalThis.client = client;</script>`;

const there = existsSync(CHROMIUM);
if (!there) console.warn("left out: Chromium is not installed (Debian: apt install chromium)");

describe.skipIf(!there)("in a browser", () => {
  const folder = mkdtempSync(join(tmpdir(), "a2f-live-client-"));
  let site: Site;
  let browser: Browser;
  let page: Page;
  const problems: string[] = [];

  beforeAll(async () => {
    const configFile = fileURLToPath(new URL("../../vite.config.ts", import.meta.url));
    await build({ configFile, logLevel: "warn", build: { outDir: folder, emptyOutDir: true } });
    site = await Site.start(folder, {
      "/index.html": Buffer.from(PAGE),
    });
    browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
    page = await browser.newPage();
    page.on("console", (message) => ["error", "warning"].includes(message.type()) && problems.push(message.text()));
    page.on("pageerror", (error) => problems.push(String(error.stack)));
    await page.goto(`${site.origin}/index.html`);
    await page.waitForFunction(() => "client" in globalThis);
  });
  afterAll(async () => {
    await browser?.close();
    await site?.stop();
    rmSync(folder, { recursive: true });
  });

  test.each([44_100, 48_000])("the worklet gives every sample once, in its order, at %d Hz", async (rate) => {
    const { sizes, wrong } = await page.evaluate(async (sampleRate) => {
      const { loadCapture } = client;
      const context = new OfflineAudioContext(1, sampleRate, sampleRate);
      await loadCapture(context);
      await loadCapture(context); // once is enough
      const buffer = context.createBuffer(1, sampleRate, sampleRate);
      const played = buffer.getChannelData(0);
      for (let i = 0; i < played.length; i++) played[i] = Math.sin(i * i * 1e-5);
      const node = new AudioWorkletNode(context, "a2f-live-capture", {
        numberOfOutputs: 0,
        channelCount: 1,
        channelCountMode: "explicit",
      });
      const blocks: Float32Array[] = [];
      node.port.onmessage = ({ data }: MessageEvent<Float32Array>) => blocks.push(data);
      const source = new AudioBufferSourceNode(context, { buffer });
      source.connect(node);
      source.start();
      await context.startRendering();
      const whole = Math.floor(sampleRate / Math.round(sampleRate / 50)) * Math.round(sampleRate / 50);
      while (blocks.length * blocks[0]!.length < whole) await new Promise((resolve) => setTimeout(resolve));
      const heard = blocks.flatMap((block) => [...block]);
      return {
        sizes: [...new Set(blocks.map(({ length }) => length))],
        wrong: heard.findIndex((sample, i) => sample !== played[i]),
      };
    }, rate);
    expect(sizes).toEqual([Math.round(rate / 50)]);
    expect(wrong).toBe(-1);
  });

  test("a microphone is heard at its own rate, has a level, and is released", async () => {
    const told = await page.evaluate(async () => {
      const { attachMicrophone } = client;
      const heard: number[] = [];
      const hearer = {
        sendPcm: (_: unknown, { sampleRate }: { sampleRate: number }) => (heard.push(sampleRate), Promise.resolve()),
      };
      const microphone = await attachMicrophone(hearer as never, { echoCancellation: false, noiseSuppression: false });
      let level = 0;
      while (heard.length < 60 || level === 0) {
        level = Math.max(level, microphone.level); // the fake device beeps
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      microphone.stop();
      microphone.stop();
      const { stream, context } = microphone;
      while (context.state !== "closed") await new Promise((resolve) => setTimeout(resolve, 5));
      return {
        rates: [...new Set(heard)],
        own: context.sampleRate,
        ended: stream.getTracks().every((track) => track.readyState === "ended"),
        level,
      };
    });
    expect(told.rates).toEqual([told.own]);
    expect(told.level).toBeGreaterThan(0.01);
    expect(told.ended).toBe(true);
  });

  test("a device that is not there is told", async () => {
    const code = await page.evaluate(async () => {
      const { attachMicrophone } = client;
      return attachMicrophone({ sendPcm: () => Promise.resolve() }, { deviceId: "none" }).then(
        String,
        (error: { code: string }) => error.code,
      );
    });
    expect(code).toBe("no_device");
  });

  test("nothing complains", () => expect(problems).toEqual([]));
});
