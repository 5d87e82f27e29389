/** What the page of the package names exists, and its programs are programs. */

import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { describe, expect, test } from "vitest";

import * as client from "../src/index.ts";

const read = (path: string) => readFileSync(new URL(path, import.meta.url), "utf-8");
const README = read("../README.md");
const snippets = [...README.matchAll(/^```js\n(.*?)^```/gms)].map(([, code]) => code!);

test("its snippets are modules that import what there is", () => {
  const folder = mkdtempSync(join(tmpdir(), "a2f-live-readme-"));
  expect(snippets.length).toBeGreaterThan(1);
  snippets.forEach((code, i) => {
    const file = join(folder, `snippet${i}.mjs`);
    writeFileSync(file, code);
    execFileSync("node", ["--check", file]);
    for (const [, names] of code.matchAll(/import \{([^}]+)\} from "a2f-live"/g)) {
      expect(Object.keys(client)).toEqual(expect.arrayContaining(names!.split(",").map((name) => name.trim())));
    }
  });
  rmSync(folder, { recursive: true });
});

test("its options are those of connect, all of them but the clock", () => {
  const [, table] = /^\| option(.*?)\n\n/ms.exec(README)!;
  const named = [...table!.matchAll(/^\| (`[^|]*`) +\|/gm)].flatMap(([, cell]) =>
    [...cell!.matchAll(/`(\w+)`/g)].map(([, name]) => name),
  );
  const declared = [
    ...read("../src/options.ts")
      .split("interface ConnectOptions")[1]!
      .split("\n}")[0]!
      .matchAll(/^ {2}(\w+)\?:/gm),
  ];
  expect(named.sort()).toEqual(
    declared
      .map(([, name]) => name)
      .filter((name) => name !== "clock")
      .sort(),
  );
});

describe("its methods and events exist", () => {
  const members = new Set([...Object.getOwnPropertyNames(client.Face.prototype)]);
  test.each(["sendPcm", "attachMicrophone", "flush", "clear", "configure", "marker", "close", "on", "off"])(
    "%s",
    (name) => expect(members).toContain(name),
  );
  const [, events] = /Events: (.*?)\.\n/s.exec(README)!;
  const declared = read("../src/stream/events.ts").split("interface FaceEvents")[1]!;
  test.each(
    [...events!.matchAll(/`(\w+)`/g)]
      .map(([, name]) => name!)
      .filter((name) => !["resumed", "connecting", "open", "reconnecting", "closed"].includes(name)),
  )("event %s", (name) => expect(declared).toMatch(new RegExp(`^ {2}${name}:`, "m")));
  const [, properties] = /^[*-] (`names`.*?)\n\n/ms.exec(README)!;
  test.each([...properties!.matchAll(/`(\w+)/g)].map(([, name]) => name!))("property %s", (name) =>
    expect(members).toContain(name),
  );
});
