/** The client and the real server. */

import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { WebSocket } from "ws";

import { connect, type Face } from "../../src/face.ts";
import type { ConnectOptions } from "../../src/options.ts";
import type { Frames } from "../../src/wire/messages.ts";
import { BadNetwork } from "./network.ts";
import { NO_PYTHON, nodeSocket, python, pythonClient, PythonServer, readWav, SAMPLE, type Told } from "./python.ts";

if (!python) console.warn(`left out: ${NO_PYTHON}`);

const { samples, sampleRate } = readWav(SAMPLE);
const ASKED = { fps: 30, head: true, visemes: true } as const;
const MESSAGE = sampleRate / 50;

/** Everything that comes for two utterances: the sample, and the first half of it. */
async function speak(port: number, options: ConnectOptions = {}): Promise<Frames[]> {
  const url = `ws://127.0.0.1:${port}`;
  const face = await connect(url, { sampleRate, pace: "file", socket: nodeSocket, ...ASKED, ...options });
  const blocks: Frames[] = [];
  face.on("frames", (frames) => blocks.push(frames));
  for (const utterance of [samples, samples.subarray(0, samples.length / 2)]) {
    for (let at = 0; at < utterance.length; at += MESSAGE) await face.sendPcm(utterance.subarray(at, at + MESSAGE));
    await face.flush();
  }
  await face.close();
  return blocks;
}

const bytes = (rows: readonly Float32Array[]) =>
  Buffer.concat(rows.map((row) => Buffer.from(new Uint8Array(Float32Array.from(row).buffer))));
const firstOnly = (blocks: readonly Frames[]) => blocks.filter(({ utterance }) => utterance === 0);
const told = (blocks: readonly Frames[]): Told => ({
  weights: bytes(blocks.flatMap(({ weights }) => weights)),
  head: bytes(blocks.flatMap(({ head }) => head ?? [])),
  visemes: bytes(blocks.flatMap(({ visemes }) => visemes ?? [])),
});
const places = (blocks: readonly Frames[]) =>
  blocks.flatMap(({ utterance, index, count }) => Array.from({ length: count }, (_, k) => `${utterance}:${index + k}`));

describe.skipIf(!python)("the real server", () => {
  let server: PythonServer;
  let whole: Frames[];

  beforeAll(async () => {
    server = await PythonServer.start("--resume-s", "20");
    whole = await speak(server.port);
  }, 60_000);
  afterAll(() => server?.stop());

  test("tells this client what it tells the Python client, bit for bit", () => {
    const python = pythonClient(server.port, SAMPLE, ASKED);
    const here = told(firstOnly(whole));
    expect(here.weights.length).toBe(Math.ceil((samples.length / sampleRate) * 30) * 52 * 4);
    expect(here.weights.equals(python.weights)).toBe(true);
    expect(here.head.equals(python.head)).toBe(true);
    expect(here.visemes.equals(python.visemes)).toBe(true);
  });

  test.each([
    ["a2f.v1.msgpack", "f16", 1e-3],
    ["a2f.v1.msgpack", "list", 0],
    ["a2f.v1.json", "f32", 6e-6],
  ] as const)("as well over %s with %s", async (subprotocol, weights, error) => {
    const here = await speak(server.port, { subprotocol, weights });
    expect(places(here)).toEqual(places(whole));
    const [a, b] = [here, whole].map((blocks) => blocks.flatMap((block) => block.weights.flatMap((row) => [...row])));
    const worst = a!.reduce((largest, value, i) => Math.max(largest, Math.abs(value - b![i]!)), 0);
    expect(worst).toBeLessThanOrEqual(error);
  });

  test.each([1, 2, 3])("over a network that breaks, with no frame lost or doubled (%d)", async (seed) => {
    const cuts = [seed * 9_001, 40_000 * seed, 150_000 + seed];
    const network = await BadNetwork.start(server.port, cuts);
    const here = await speak(network.port);
    await network.stop();
    expect(network.connections).toBeGreaterThan(2);
    expect(places(here)).toEqual(places(whole));
    expect(told(here).weights.equals(told(whole).weights)).toBe(true);
  });

  test("live, with the added latency told", async () => {
    const face = await connect(`ws://127.0.0.1:${server.port}`, {
      sampleRate,
      fps: 60,
      socket: nodeSocket,
      stats: true,
    });
    const came: number[] = [];
    face.on("frames", ({ index, count }) => came.push(...Array.from({ length: count }, (_, k) => index + k)));
    await face.sendPcm(samples.subarray(0, sampleRate));
    const roundTripMs = await face.marker();
    const flushed = await face.flush();
    expect(flushed).toMatchObject({ utterance: 0, frames: 60, seconds: 1 });
    expect(came).toEqual([...Array(60).keys()]);
    expect(roundTripMs).toBeGreaterThan(0);
    expect(face.addedLatencyMs()).toBeGreaterThan(0);
    await face.close();
  });

  test("what it refuses is told", async () => {
    const face = await connect(`ws://127.0.0.1:${server.port}`, { socket: nodeSocket });
    await expect(face.configure({ fps: 1000 })).rejects.toMatchObject({ code: "bad_setting" });
    expect(await face.configure({ emotions: { joy: 0.5 }, fps: 25 })).toMatchObject({
      fps: [25, 1],
      emotions: { joy: 0.5 },
    });
    await face.close();
    const refused = connect(`ws://127.0.0.1:${server.port}`, { socket: nodeSocket, engine: "nonsense" });
    await expect(refused).rejects.toMatchObject({ code: "engine_unavailable" });
  });

  test("a server that was started anew is connected to again", async () => {
    const first = await PythonServer.start();
    const states: string[] = [];
    const face = await connect(`ws://127.0.0.1:${first.port}`, { sampleRate, socket: nodeSocket });
    face.on("state", (state) => states.push(state));
    await face.sendPcm(samples.subarray(0, sampleRate));
    const before = await face.flush();
    await first.stop();
    const second = await PythonServer.start("--port", String(first.port));
    await opened(face);
    await face.sendPcm(samples.subarray(0, sampleRate));
    const after = await face.flush();
    expect(after).toMatchObject({ frames: before!.frames });
    expect(after!.utterance).toBeGreaterThan(before!.utterance);
    expect(states).toEqual(["reconnecting", "open"]);
    await face.close();
    await second.stop();
  });

  test("a token is asked for, and taken", async () => {
    const guarded = await PythonServer.start("--token", "open-sesame");
    const url = `ws://127.0.0.1:${guarded.port}`;
    vi.stubGlobal("WebSocket", WebSocket);
    await expect(connect(url)).rejects.toMatchObject({ code: "bad_token" });
    await expect(connect(url, { token: "open-barley" })).rejects.toMatchObject({ code: "bad_token" });
    await expect(connect("ws://127.0.0.1:1")).rejects.toMatchObject({ code: "connection_lost" });
    const face = await connect(url, { token: "open-sesame" });
    vi.unstubAllGlobals();
    expect(face.names).toHaveLength(52);
    await face.close();
    await guarded.stop();
  });
});

function opened(face: Face): Promise<void> {
  return new Promise((resolve) => {
    const end = face.on("ready", () => (end(), resolve()));
    if (face.state === "open" && face.ready.resumed) resolve();
  });
}
