/** The package as it would be published: complete, small, and typed for who installs it. */

import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

const CLIENT = fileURLToPath(new URL("..", import.meta.url));
const MODULES = join(CLIENT, "../node_modules");
const described = JSON.parse(readFileSync(join(CLIENT, "package.json"), "utf-8")) as {
  version: string;
  exports: { [name: string]: string | { types: string; default: string } };
  dependencies: object;
};

const USE = `
import { type A2FError, bindMorphs, bindVrm, connect, FramePlayer } from "a2f-live";
import { Mesh } from "three";
import type { VRM } from "@pixiv/three-vrm";

export async function show(mesh: Mesh, vrm: VRM): Promise<void> {
  const face = await connect("/", { fps: 60, head: true, emotions: { joy: 0.5 } });
  const player = new FramePlayer();
  player.attach(face);
  face.on("error", (error: A2FError) => error.code.toUpperCase());
  face.on("frames", ({ weights }) => weights[0]?.[17]?.toFixed(2));
  const morphs = bindMorphs(mesh, { names: face.names });
  const expressions = bindVrm(vrm, { names: face.names });
  const pose = player.sample();
  morphs.apply(pose);
  expressions.apply(pose);
  // @ts-expect-error there is no such emotion
  await face.configure({ emotions: { envy: 1 } });
  await face.sendPcm(new Float32Array(160), { sampleRate: 48_000 });
}
`;

describe("the package", () => {
  const place = mkdtempSync(join(tmpdir(), "a2f-live-package-"));
  const installed = join(place, "node_modules/a2f-live");

  beforeAll(() => {
    const packed = execFileSync("npm", ["pack", "--json", "--silent", "--pack-destination", place], { cwd: CLIENT });
    expect(packed.length).toBeGreaterThan(0);
    mkdirSync(installed, { recursive: true });
    const tarball = join(place, `a2f-live-${described.version}.tgz`);
    execFileSync("tar", ["-xzf", tarball, "-C", installed, "--strip-components=1"]);
    for (const name of ["@msgpack", "three", "@types", "@pixiv"])
      symlinkSync(join(MODULES, name), join(place, "node_modules", name));
  }, 60_000);
  afterAll(() => rmSync(place, { recursive: true }));

  test("depends on msgpack and nothing else", () =>
    expect(Object.keys(described.dependencies)).toEqual(["@msgpack/msgpack"]));

  test("has its page, and everything that it exports", () => {
    for (const page of ["README.md", "LICENSE"]) expect(existsSync(join(installed, page)), page).toBe(true);
    const exported = Object.values(described.exports).flatMap((entry) =>
      typeof entry === "string" ? [entry] : Object.values(entry),
    );
    expect(exported.filter((path) => !existsSync(join(installed, path)))).toEqual([]);
  });

  test("finds its worklet beside the microphone", () => {
    const code = readFileSync(join(installed, "dist/sound/microphone.js"), "utf-8");
    expect(code).toContain('new URL("./capture.worklet.js", import.meta.url)');
    expect(existsSync(join(installed, "dist/sound/capture.worklet.js"))).toBe(true);
  });

  test("is imported by Node, with nothing of a browser", () => {
    const script =
      'import { FramePlayer, arkitName } from "a2f-live"; console.log(arkitName("Jaw_Open"), new FramePlayer().sample().source)';
    const said = execFileSync("node", ["--input-type=module", "-e", script], { cwd: place }).toString();
    expect(said.trim()).toBe("jawOpen rest");
  });

  test.each([
    ["bundler", "ESNext"],
    ["nodenext", "NodeNext"],
  ])("is typed, with three and three-vrm (%s)", (moduleResolution, module) => {
    writeFileSync(join(place, "use.ts"), USE);
    writeFileSync(join(place, "package.json"), '{"type": "module"}');
    const options = [
      "--strict",
      "--noEmit",
      "--target",
      "ES2022",
      "--lib",
      "ES2023,DOM,DOM.Iterable",
      "--skipLibCheck",
    ];
    const types = ["--types", "", "--module", module, "--moduleResolution", moduleResolution];
    const checked = (() => {
      try {
        return execFileSync(join(MODULES, ".bin/tsc"), [...options, ...types, "use.ts"], { cwd: place }).toString();
      } catch (error) {
        return (error as { stdout: Buffer }).stdout.toString();
      }
    })();
    expect(checked).toBe("");
  });
});
