/**
 * Renders the contact sheets of the characters into docs/images: `npm run sheets [-- maya]`.
 * It needs Chromium; CHROMIUM names another one than /usr/bin/chromium.
 */

import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { chromium } from "playwright-core";
import { createServer } from "vite";

const root = fileURLToPath(new URL("..", import.meta.url));
const faces = fileURLToPath(new URL("../../assets/faces/", import.meta.url));
const images = fileURLToPath(new URL("../../docs/images/", import.meta.url));
const FLAGS = [
  "--no-sandbox",
  "--use-angle=swiftshader",
  "--enable-unsafe-swiftshader",
  "--disable-background-networking",
];

const { visemes, everyday } = JSON.parse(readFileSync(`${faces}poses.json`, "utf8"));

function sheetsOf(name, targets) {
  const face = `/faces/${name}.glb`;
  const all = targets.map((target) => ({ name: target, pose: { [target]: 1 } }));
  const named = (poses) => Object.entries(poses).map(([pose, weights]) => ({ name: pose, pose: weights }));
  const turned = [
    { name: "turned left", pose: everyday.smile, yaw: 35 },
    { name: "turned right, looking back", pose: { eyeLookOutLeft: 0.9, eyeLookInRight: 0.9 }, yaw: -35 },
    { name: "head down", pose: { eyeLookUpLeft: 0.6, eyeLookUpRight: 0.6 }, pitch: 18 },
    { name: "head up", pose: {}, pitch: -18 },
    { name: "profile", pose: {}, yaw: 80 },
  ];
  const look = { face, width: 230, height: 250, zoom: 1.6 };
  return {
    [`faces-52-${name}`]: { ...look, columns: 8, shots: [{ name: "rest", pose: {} }, ...all] },
    [`faces-visemes-${name}`]: { ...look, width: 300, height: 320, zoom: 1.75, columns: 4, shots: named(visemes) },
    [`faces-everyday-${name}`]: {
      ...look,
      width: 300,
      height: 340,
      zoom: 1.25,
      columns: 4,
      shots: [...named(everyday), ...turned],
    },
  };
}

/** The names in a file's first mesh that has any. */
function targetsOf(file) {
  const content = readFileSync(file);
  const json = JSON.parse(content.subarray(20, 20 + content.readUInt32LE(12)).toString());
  return json.meshes.find((mesh) => mesh.extras?.targetNames).extras.targetNames;
}

const wanted = process.argv.slice(2);
const names = readdirSync(faces)
  .filter((file) => file.endsWith(".glb"))
  .map((file) => file.slice(0, -4))
  .filter((name) => !wanted.length || wanted.includes(name));
const server = await createServer({
  root,
  configFile: `${root}vite.config.ts`,
  server: { port: 0, host: "127.0.0.1" },
  logLevel: "warn",
});
await server.listen();
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: FLAGS });
try {
  const page = await browser.newPage();
  const troubles = [];
  page.on("console", (message) => ["warning", "error"].includes(message.type()) && troubles.push(message.text()));
  page.on("pageerror", (error) => troubles.push(error.message));
  await page.goto(`http://127.0.0.1:${server.httpServer.address().port}/contact-sheet/sheet.html`);
  await page.waitForFunction(() => "draw" in window);
  for (const name of names)
    for (const [file, order] of Object.entries(sheetsOf(name, targetsOf(`${faces}${name}.glb`)))) {
      const triangles = await page.evaluate((what) => window.draw(what), order);
      const png = await page.locator("#sheet").screenshot();
      const webp = await page.evaluate(
        (address) => window.webp(address),
        `data:image/png;base64,${png.toString("base64")}`,
      );
      writeFileSync(`${images}${file}.webp`, Buffer.from(webp.split(",")[1], "base64"));
      console.log(`${file}: ${order.shots.length} pictures, ${triangles} triangles drawn, shadow included`);
    }
  if (troubles.length) throw new Error(`The browser said: ${[...new Set(troubles)].join("\n")}`);
} finally {
  await browser.close();
  await server.close();
}
