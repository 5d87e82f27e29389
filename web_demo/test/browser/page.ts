/** The page in a real Chromium, and what went wrong in it. */

import { type BrowserContextOptions, chromium, type ConsoleMessage, type Page } from "playwright-core";

import type { Hooks } from "../../src/debug.ts";

declare global {
  interface Window {
    a2f: Hooks;
    /** How often the page asked for a microphone. */
    asked: number;
  }
}

const CHROMIUM = process.env["A2F_CHROMIUM"] ?? "/usr/bin/chromium";
const FLAGS = [
  ...["--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking"],
  ...["--disable-component-update", "--disable-sync", "--enable-unsafe-swiftshader", "--use-angle=swiftshader"],
  ...["--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream", "--mute-audio"],
];
/** For one step: a busy machine is slow, and that is no fault of the page. */
const PATIENCE_MS = 90_000;
/** A processor draws a face without shadows in a fifth of the time. */
const WITHOUT_SHADOWS = 2;
/** Said by the driver when a test takes a picture. */
const OF_THE_TEST = /GPU stall due to ReadPixels/;

export interface PageOptions extends BrowserContextOptions {
  /** A wav that the microphone hears, again and again. */
  readonly heard?: string;
  /** Messages of the browser that a test brings about itself. */
  readonly expected?: RegExp;
  /** Whether a click is needed before there is sound, as for a reader. */
  readonly url: string;
}

export interface OpenPage {
  readonly page: Page;
  /** Errors and warnings so far. */
  readonly problems: readonly string[];
  close(): Promise<void>;
}

/** Opens the page and waits for its first face and its stream. */
export async function openPage({ heard, expected, url, ...context }: PageOptions): Promise<OpenPage> {
  const sound = heard ? [`--use-file-for-fake-audio-capture=${heard}`] : [];
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: [...FLAGS, ...sound] });
  try {
    const page = await (await browser.newContext({ viewport: { width: 720, height: 560 }, ...context })).newPage();
    page.setDefaultTimeout(PATIENCE_MS);
    const problems = collectProblems(page, expected);
    await page.addInitScript(countRequests);
    await page.goto(url);
    await until(page, () => performance.getEntriesByName("first face").length > 0, "a face is drawn");
    await page.locator('#connection[data-state="live"]').waitFor();
    await page.evaluate((level) => window.a2f.stage!.fixQuality(level), WITHOUT_SHADOWS);
    return { page, problems, close: () => browser.close() };
  } catch (thrown) {
    await browser.close();
    throw thrown;
  }
}

/** Counts how often the page asks for a microphone. */
function countRequests(): void {
  const { mediaDevices } = navigator;
  const ask = mediaDevices.getUserMedia.bind(mediaDevices);
  window.asked = 0;
  mediaDevices.getUserMedia = (constraints) => {
    window.asked++;
    return ask(constraints);
  };
}

function collectProblems(page: Page, expected: RegExp | undefined): string[] {
  const problems: string[] = [];
  const note = (text: string): void => {
    if (!OF_THE_TEST.test(text) && !expected?.test(text)) problems.push(text);
  };
  page.on("console", (message: ConsoleMessage) => {
    if (["error", "warning"].includes(message.type()))
      note(`${message.type()}: ${message.text()} ${message.location().url}`);
  });
  page.on("pageerror", (error) => note(`exception: ${error.stack ?? error.message}`));
  page.on("request", (request) => {
    if (
      !request.url().startsWith("blob:") &&
      !request.url().startsWith("data:") &&
      new URL(request.url()).hostname !== "localhost"
    ) {
      note(`a request left the server: ${request.url()}`);
    }
  });
  return problems;
}

/** Waits until something holds in the page; the display need not draw meanwhile. */
export async function until(
  page: Page,
  condition: () => boolean,
  what: string,
  timeoutMs = PATIENCE_MS,
): Promise<void> {
  try {
    await page.waitForFunction(condition, undefined, { polling: 50, timeout: timeoutMs });
  } catch {
    throw new Error(
      `never: ${what}; log: ${await page
        .locator("#log")
        .innerText()
        .catch(() => "")}`,
    );
  }
}

/** Drops a file on the page. */
export async function drop(page: Page, name: string, bytes: Uint8Array): Promise<void> {
  await page.evaluate(
    ([title, base64]) => {
      const content = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
      const data = new DataTransfer();
      data.items.add(new File([content], title));
      document.dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }));
    },
    [name, Buffer.from(bytes).toString("base64")] as const,
  );
}

/** Plays a clip to its end, so that all its frames are here, and leaves it paused. */
export async function hearWhole(page: Page): Promise<void> {
  await until(page, () => window.a2f.voices.clip.current?.state.current === "playing", "the clip plays");
  await until(page, () => window.a2f.voices.clip.current?.state.current === "ended", "the clip ends", 120_000);
}

/** Goes to a second of the paused clip, and waits until its face is drawn. */
export async function goTo(page: Page, second: number): Promise<void> {
  await page.evaluate(async (to) => {
    window.a2f.voices.seek(to);
    const settled = performance.now() + 150; // a jump eases over
    const drawn = (): Promise<number> => new Promise((resolve) => requestAnimationFrame(resolve));
    while (performance.now() < settled) await drawn();
    await drawn();
  }, second);
}
