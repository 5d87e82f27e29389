/**
 * Makes the pictures of the page, from the built page and a server of its own: `npm run pictures`, or one kind of them:
 * `npm run pictures -- posters`, `states`, `film`; `states page-blink` makes that one. The posters go to public/poster, all else to docs/images.
 * It needs Chromium (CHROMIUM names another one than /usr/bin/chromium), and a Python (A2F_PYTHON) with a2f-live and Pillow.
 */

import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { chromium } from "playwright-core";

const here = fileURLToPath(new URL(".", import.meta.url));
const root = join(here, "../..");
const images = join(root, "docs/images");
const posters = join(here, "../public/poster");
const made = join(root, ".venv/bin/python");
const python = process.env.A2F_PYTHON ?? (existsSync(made) ? made : "python3");
const FLAGS = [
  ...["--no-sandbox", "--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--disable-background-networking"],
  ...["--mute-audio", "--autoplay-policy=no-user-gesture-required", "--use-fake-ui-for-media-stream"],
  ...["--use-fake-device-for-media-stream", `--use-file-for-fake-audio-capture=${join(here, "../sample/hello.wav")}`],
];
const DESKTOP = { width: 1280, height: 800 };
const PHONE = { width: 390, height: 844 };
/** Twice the size of most stages, and wide enough for the shoulders. */
const POSTER = { width: 1200, height: 800 };
/** Of the film: which seconds of the greeting, and pictures a second. */
const FILM = { from: 0.2, to: 5.2, fps: 12.5, width: 960, height: 600 };

async function serve() {
  const server = spawn(python, ["-m", "a2f_live", "serve", "--port", "0"], { cwd: root });
  const url = await new Promise((resolve, reject) => {
    let said = "";
    for (const stream of [server.stdout, server.stderr])
      stream.on("data", (data) => {
        said += data;
        const found = /http:\/\/[^\s:]+:\d+/.exec(said);
        if (found) resolve(found[0]);
      });
    server.on("exit", () => reject(new Error(said)));
  });
  return { url, stop: () => server.kill("SIGTERM") };
}

async function open(browser, url, size, colorScheme = "dark") {
  const context = await browser.newContext({ viewport: size, colorScheme });
  const page = await context.newPage();
  page.setDefaultTimeout(120_000);
  await page.goto(url);
  await page.waitForFunction(() => performance.getEntriesByName("first face").length > 0);
  await page.locator('#connection[data-state="live"]').waitFor();
  await page.evaluate(() => window.a2f.stage.fixQuality(0));
  return page;
}

/** Plays a sample to its end, so that every face of it can be gone to. */
async function hear(page, title) {
  await page.getByRole("button", { name: title }).click();
  await page.waitForFunction(() => window.a2f.voices.clip.current?.state.current === "ended", null, { polling: 200 });
}

async function goTo(page, second) {
  await page.evaluate(async (to) => {
    window.a2f.voices.seek(to);
    const settled = performance.now() + 200;
    while (performance.now() < settled) await new Promise(requestAnimationFrame);
    await new Promise(requestAnimationFrame);
  }, second);
}

async function makePosters(browser, url) {
  mkdirSync(posters, { recursive: true });
  const page = await open(browser, url, { width: 1300, height: 1000 });
  for (const name of ["maya", "theo"]) {
    await page.getByRole("tab", { name: "Avatar" }).click();
    await page.getByRole("button", { name: new RegExp(name, "i") }).click();
    await page.locator(`#match h2:text-is("${name}")`.replace(name, name[0].toUpperCase() + name.slice(1))).waitFor();
    const webp = await page.evaluate(({ width, height }) => {
      const face = document.querySelector("#face");
      Object.assign(face.style, { position: "fixed", width: `${width}px`, height: `${height}px` });
      const still = {
        weights: new Float32Array(52),
        head: new Float32Array(3),
        visemes: new Float32Array(15),
        hasVisemes: false,
      };
      window.a2f.stage.draw(still);
      const address = face.toDataURL("image/webp", 0.86);
      for (const property of ["position", "width", "height"]) face.style.removeProperty(property);
      return address;
    }, POSTER);
    writeFileSync(join(posters, `${name}.webp`), Buffer.from(webp.split(",")[1], "base64"));
  }
  await page.context().close();
}

/** What the page looks like: file, size, colours, what is done before, and with which face; by default one that speaks. */
const STATES = [
  ["page-speaking", DESKTOP, "dark", async (page) => pin(page)],
  ["page-light", DESKTOP, "light", async (page) => pin(page)],
  [
    "page-mood",
    DESKTOP,
    "dark",
    async (page) => {
      await page.getByRole("tab", { name: "Mood" }).click();
      await page.locator("#emotion-joy").fill("0.8");
      await page.waitForFunction(() => window.a2f.weights().mouthSmileLeft > 0.25);
      await page.waitForTimeout(600);
    },
    async () => undefined,
  ],
  ["page-closed", DESKTOP, "dark", pin, close],
  ["page-blink", DESKTOP, "dark", async () => undefined, blink],
  ["page-interrupted", DESKTOP, "dark", pin, interrupt],
  ["page-microphone", DESKTOP, "dark", pin, listen],
  ["page-avatar", DESKTOP, "dark", async (page) => page.getByRole("tab", { name: "Avatar" }).click()],
  ["page-take", DESKTOP, "dark", async (page) => page.getByRole("tab", { name: "Take" }).click()],
  ["page-stream", DESKTOP, "dark", async (page) => page.getByRole("tab", { name: "Stream" }).click()],
  ["page-phone", PHONE, "dark", async () => undefined],
  ["page-phone-light", PHONE, "light", async () => undefined],
  ["page-lost", DESKTOP, "dark", async () => undefined, lose], // the last: it costs the server
];

/** The greeting where the mouth is widest open. */
async function speak(page) {
  await hear(page, "A greeting");
  await playTo(page, await widest(page));
}

/** The lips at a P, B or M. */
async function close(page) {
  await page.evaluate(() => {
    const { face } = window.a2f.conversation;
    const [place, best] = [face.visemeNames.indexOf("PP"), { share: 0, second: 0 }];
    face.on("frames", ({ idle, time, fps, visemes }) =>
      (idle ? [] : visemes).forEach((row, i) => {
        if (row[place] > best.share) Object.assign(best, { share: row[place], second: time + (i * fps[1]) / fps[0] });
      }),
    );
    window.closure = best;
  });
  await hear(page, "Busy lips");
  await playTo(page, await page.evaluate(() => window.closure.second));
}

async function blink(page) {
  await page.evaluate(() => window.a2f.holdWhen("eyeBlinkLeft", 0.9));
  await page.waitForFunction(() => window.a2f.held());
}

/** Half a second after Esc, in the middle of a word. */
async function interrupt(page) {
  await undrawn(page, async () => {
    await page.getByRole("button", { name: "Busy lips" }).click();
    await holds(page, () => window.a2f.weights().jawOpen > 0.15);
    await page.keyboard.press("Escape");
    await page.waitForTimeout(500);
    await page.evaluate(() => window.a2f.holdWhen("eyeBlinkLeft", 0, 0.1));
    await holds(page, () => window.a2f.held());
  });
}

async function listen(page) {
  await undrawn(page, async () => {
    await page.getByRole("button", { name: "Use my microphone" }).click();
    await page.waitForTimeout(6000);
    await page.evaluate(() => window.a2f.holdWhen("jawOpen", 0.25));
    await holds(page, () => window.a2f.held());
  });
}

async function lose(page) {
  await speak(page);
  await server.stop();
  await page.locator('#connection[data-state="lost"]').waitFor();
  await page.waitForTimeout(600);
}

async function pin(page) {
  for (const shape of ["jawOpen", "mouthFunnel", "mouthSmileLeft"]) await page.locator(`[data-shape=${shape}]`).click();
}

async function makeStates(browser, url) {
  const named = STATES.filter(([name]) => wanted.includes(name));
  for (const [name, size, colours, prepare, show = speak] of named.length ? named : STATES) {
    const page = await open(browser, url, size, colours);
    await prepare(page);
    await show(page);
    await page.screenshot({ path: join(images, `${name}.png`) });
    await page.context().close();
  }
}

/** Plays again up to a second, so that the curves are whole; then draws it. */
async function playTo(page, second) {
  await undrawn(page, () =>
    page.evaluate(async (to) => {
      const { voices } = window.a2f;
      await voices.toggle();
      while (voices.clip.current.secondS(performance.now() / 1000) < to)
        await new Promise((resolve) => setTimeout(resolve, 5));
      await voices.toggle();
    }, second),
  );
  await goTo(page, second);
}

/** Does something without the face, which takes a processor a second to draw; draws it at the end. */
async function undrawn(page, act) {
  const picture = await page.evaluateHandle(() => window.a2f.loop.picture);
  await page.evaluate(() => (window.a2f.loop.picture = undefined));
  await act();
  await page.evaluate(async (face) => {
    window.a2f.loop.picture = face;
    for (let drawn = 0; drawn < 3; drawn++) await new Promise(requestAnimationFrame);
  }, picture);
}

const holds = (page, condition) => page.waitForFunction(condition, null, { polling: 30 });

/** The second of the clip at which the mouth is widest open in its middle. */
function widest(page) {
  return page.evaluate(() => {
    const { jaw, clip } = window.a2f.voices.clip.current;
    const half = [...jaw].map((value, i) => (i > jaw.length / 4 && i < jaw.length * 0.7 ? value : 0));
    return ((half.indexOf(Math.max(...half.filter((value) => value > 0))) + 0.5) / jaw.length) * clip.durationS;
  });
}

async function makeFilm(browser, url) {
  const folder = mkdtempSync(join(tmpdir(), "film-"));
  const page = await open(browser, url, { width: FILM.width, height: FILM.height });
  await hear(page, "A greeting");
  const count = Math.round((FILM.to - FILM.from) * FILM.fps);
  for (let i = 0; i < count; i++) {
    await goTo(page, FILM.from + i / FILM.fps);
    await page.screenshot({ path: join(folder, `${String(i).padStart(3, "0")}.png`) });
  }
  await page.context().close();
  const step = ["animate.py", folder, join(images, "page.webp"), String(FILM.fps)];
  const done = spawnSync(python, [join(here, step[0]), ...step.slice(1)], { stdio: "inherit" });
  rmSync(folder, { recursive: true });
  if (done.status !== 0) throw new Error("the film could not be written: pip install pillow");
}

const kinds = { posters: makePosters, film: makeFilm, states: makeStates };
const wanted = process.argv.slice(2);
const server = await serve();
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: FLAGS });
try {
  for (const [kind, make] of Object.entries(kinds))
    if (!wanted.length || wanted.includes(kind)) await make(browser, server.url);
} finally {
  await browser.close();
  server.stop();
}
const small = spawnSync(python, [join(here, "shrink.py"), images], { stdio: "inherit" });
process.exitCode = small.status ?? 1;
