import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";

import { A2FError } from "../../src/errors.ts";
import { connect, type Face } from "../../src/face.ts";
import type { ConnectOptions } from "../../src/options.ts";
import { Backoff } from "../../src/stream/allowance.ts";
import type { Frames } from "../../src/wire/messages.ts";
import { settled, TestClock } from "../clock.ts";
import { FPS, FRAME_BYTES, Server } from "./server.ts";

const pcm = (frames: number) => new Uint8Array(frames * FRAME_BYTES);
const failure = async (promise: Promise<unknown>): Promise<A2FError> => {
  try {
    await promise;
  } catch (error) {
    return error as A2FError;
  }
  throw new Error("it did not fail");
};

interface Scene {
  server: Server;
  clock: TestClock;
  face: Face;
  /** Utterance and index of every frame that came. */
  came: [number, number][];
  states: string[];
}

async function scene(
  options: ConnectOptions = {},
  prepare: (server: Server) => void = () => undefined,
): Promise<Scene> {
  const [server, clock] = [new Server(), new TestClock()];
  prepare(server);
  const face = await connect("ws://test", { socket: server.make, clock, ...options });
  const [came, states]: [[number, number][], string[]] = [[], []];
  face.on("frames", ({ utterance, index, count }: Frames) => {
    for (let k = 0; k < count; k++) came.push([utterance, index + k]);
  });
  face.on("state", (state) => states.push(state));
  return { server, clock, face, came, states };
}

const upTo = (count: number, utterance = 0) => Array.from({ length: count }, (_, index) => [utterance, index]);

describe("connecting", () => {
  test("says hello with what was asked for, and knows what the server said", async () => {
    const { server, face } = await scene({
      fps: 29.97,
      head: true,
      emotions: { joy: 0.5 },
      sampleRate: 48_000,
      token: "tökén",
    });
    expect(server.socket.url).toBe("ws://test/v1/stream");
    expect(server.socket.protocols).toEqual(["a2f.v1.msgpack", "a2f.token.dMO2a8Opbg"]);
    expect(server.socket.heard[0]).toEqual({
      type: "hello",
      audio: { encoding: "pcm_s16le", sample_rate: 48_000, channels: 1 },
      fps: [30_000, 1001],
      emotions: { joy: 0.5 },
      head: true,
    });
    expect(face.names).toHaveLength(52);
    expect(face.names[17]).toBe("jawOpen");
    expect(face.state).toBe("open");
    expect(face.ready).toMatchObject({ engine: "test", lookaheadMs: 40, resumed: null });
  });

  test.each([
    ["a server that is not there", (server: Server) => (server.down = true), "connection_lost"],
    ["another protocol", (server: Server) => (server.onHear = () => true), "connection_lost"],
    [
      "a refusal",
      (server: Server) => {
        server.onHear = (socket) => {
          socket.say({ type: "error", code: "bad_setting", message: "fps", fatal: true });
          socket.end(1008);
          return true;
        };
      },
      "bad_setting",
    ],
    ["no room", (server: Server) => (server.onHear = (socket) => (socket.end(1013), true)), "server_full"],
    [
      "a server that begins with something else",
      (server: Server) => (server.onHear = (socket) => (socket.say({ type: "go_away", time_left_ms: 1 }), true)),
      "protocol",
    ],
    [
      "nonsense",
      (server: Server) => (server.onHear = (socket) => (socket.onmessage?.({ data: "text" }), true)),
      "wrong_frame",
    ],
  ])("%s is told", async (_, prepare, code) => {
    const [server, clock] = [new Server(), new TestClock()];
    prepare(server);
    const failed = failure(connect("ws://test", { socket: server.make, clock }));
    await clock.pass(11);
    expect(await failed).toMatchObject({ code });
    expect(clock.waiting).toBe(0);
    expect(server.sockets).toHaveLength(1);
  });

  test("a server that speaks no subprotocol of ours is told", async () => {
    const server = new Server();
    const make = (url: string, protocols: string[]) => Object.assign(server.make(url, protocols), { protocol: "" });
    expect(await failure(connect("ws://test", { socket: make, clock: new TestClock() }))).toMatchObject({
      code: "protocol",
    });
  });

  test.each(["ftp://x", "", "ws://", "a b"])("%j is no address", async (url) => {
    expect(await failure(connect(url, { socket: new Server().make }))).toMatchObject({ code: "bad_setting" });
  });

  test("a socket that cannot be made is told at once, and nothing waits for it", async () => {
    const clock = new TestClock();
    const make = () => {
      throw new SyntaxError("no such scheme here");
    };
    const failed = await failure(connect("ws://test", { socket: make, clock }));
    expect(failed).toMatchObject({ code: "bad_setting", message: expect.stringContaining("no such scheme") as string });
    expect(clock.waiting).toBe(0);
  });

  test("an attempt that is aborted says so, and asks nobody why", async () => {
    const abort = new AbortController();
    const [asked, platform] = [vi.fn(), new Server()];
    vi.stubGlobal("fetch", asked);
    vi.stubGlobal("WebSocket", function (url: string, protocols: string[]) {
      return Object.assign(platform.make(url, protocols), { send: () => undefined });
    });
    const failed = failure(connect("ws://test", { clock: new TestClock(), signal: abort.signal }));
    abort.abort();
    expect(await failed).toMatchObject({ message: "the stream was aborted" });
    expect(asked).not.toHaveBeenCalled();
    vi.unstubAllGlobals();
  });

  test.each([{ channels: 2 }, { encoding: "mulaw" as never }])(
    "a microphone is not attached where its samples would be read as others: %j",
    async (options) => {
      const { face } = await scene(options);
      expect(await failure(face.attachMicrophone())).toMatchObject({ code: "bad_setting" });
    },
  );

  test("a session to which nothing is said is kept", async () => {
    const { server, clock, face } = await scene({}, (prepared) => (prepared.limits = { idle_s: 12 }));
    const { socket } = server;
    const kept = () => socket.heard.filter(({ type }) => type === "keepalive").length;
    for (let second = 0; second < 12; second++) {
      socket.say({ type: "stats" }); // the server is heard, so it is not asked
      await clock.pass(1);
    }
    expect(kept()).toBe(3);
    expect(socket.heard.map(({ type }) => type)).toEqual(["hello", "keepalive", "keepalive", "keepalive"]);
    for (let second = 0; second < 12; second++) {
      await face.sendPcm(pcm(1));
      await clock.pass(1);
    }
    expect(kept()).toBe(3);
  });

  test("a signal ends it", async () => {
    const abort = new AbortController();
    const { face, server, clock } = await scene({ signal: abort.signal });
    const flushed = failure(face.flush());
    server.mute = true;
    abort.abort();
    expect(await flushed).toMatchObject({ code: "connection_lost" });
    expect(face.state).toBe("closed");
    expect(clock.waiting).toBe(0);
    expect(server.socket.closed).toBe(true);
    expect(() => AbortSignal.abort().throwIfAborted()).toThrow();
    await expect(connect("ws://test", { signal: AbortSignal.abort() })).rejects.toThrow();
  });
});

describe("a conversation", () => {
  test("frames, flushed, cleared, marker, configured", async () => {
    const { face, came, server } = await scene();
    await face.sendPcm(pcm(3));
    expect(await face.flush()).toEqual({ type: "flushed", id: 1, utterance: 0, frames: 3, seconds: 0.06 });
    await face.sendPcm(pcm(1));
    expect(await face.clear()).toMatchObject({ utterance: 1 });
    expect(await face.marker()).toBe(0);
    expect((await face.configure({ emotions: { anger: 1 }, fps: "30000/1001", profile: null })).emotions).toEqual({
      anger: 1,
    });
    expect(server.session.heard.at(-1)).toEqual({
      type: "configure",
      emotions: { anger: 1 },
      fps: [30_000, 1001],
      profile: null,
    });
    expect(came).toEqual([...upTo(3), [1, 0]]);
    expect(face.config.emotions).toEqual({ anger: 1 });
  });

  test("a clear ends the wait for every flush before it, which gets no answer", async () => {
    const { face, server } = await scene();
    server.onHear = (_, message) => message["type"] === "flush";
    await face.sendPcm(pcm(3));
    const flushed = face.flush();
    expect(await face.clear()).toMatchObject({ id: 2, utterance: 0 });
    expect(await flushed).toBeNull();
  });

  test("a refusal belongs to who asked, or to everybody", async () => {
    const { face, server } = await scene();
    const told: A2FError[] = [];
    face.on("error", (error) => told.push(error));
    server.onHear = (socket, message) => {
      socket.say({ type: "error", code: "bad_setting", message: "no", ref: message["type"] });
      return true;
    };
    expect(await failure(face.configure({ idle: "off" }))).toMatchObject({ code: "bad_setting", ref: "configure" });
    expect(await failure(face.marker())).toMatchObject({ code: "bad_setting" });
    await face.sendPcm(pcm(1));
    expect(told).toEqual([expect.objectContaining({ code: "bad_setting", fatal: false, ref: "audio" })]);
    expect(face.state).toBe("open");
  });

  test("what cannot be read is a warning, and the stream goes on", async () => {
    const { face, server } = await scene();
    const codes: string[] = [];
    face.on("warning", ({ code }) => codes.push(code));
    server.socket.say({ type: "stats", received_s: "much" });
    server.socket.say({ type: "a new one" });
    expect(codes).toEqual(["bad_field"]);
    expect(face.state).toBe("open");
  });

  test("a listener that throws does not stop the stream", async () => {
    const { face, came } = await scene();
    const reported: unknown[] = [];
    globalThis.reportError = (error) => reported.push(error);
    face.on("frames", () => {
      throw new Error("mine");
    });
    await face.sendPcm(pcm(2));
    await face.flush();
    expect(came).toEqual(upTo(2));
    expect(reported).toHaveLength(2);
  });

  test("samples of another rate are brought to that of the stream", async () => {
    const { face, came } = await scene();
    for (let i = 0; i < 10; i++) await face.sendPcm(new Float32Array(960), { sampleRate: 48_000 });
    await face.flush();
    expect(came).toEqual(upTo(10));
  });

  test("the added latency is that from the last sample needed to the frame", async () => {
    const { face, clock, server } = await scene();
    expect(face.addedLatencyMs()).toBeNull();
    server.mute = true;
    for (let i = 0; i < 10; i++) await face.sendPcm(pcm(1));
    server.mute = false;
    await clock.pass(0.015);
    server.socket.say({ type: "frames", utterance: 0, index: 0, count: 1, time: 0, weights: new Uint8Array(208) });
    expect(face.addedLatencyMs()).toBeCloseTo(15, 6);
  });

  test("close lets everything be answered", async () => {
    const { face, server, came, clock, states } = await scene();
    const sent = face.sendPcm(pcm(5));
    const closed = face.close();
    await Promise.all([sent, closed]);
    expect(server.socket.heard.at(-1)).toEqual({ type: "bye" });
    expect(came).toEqual(upTo(5));
    expect(states).toEqual(["closed"]);
    expect(clock.waiting).toBe(0);
    expect(await failure(face.sendPcm(pcm(1)))).toBeInstanceOf(A2FError);
    await face.close();
  });

  test("close does not wait for ever", async () => {
    const { face, server, clock } = await scene();
    server.onHear = () => true;
    const closed = face.close();
    await clock.pass(31);
    await closed;
    expect(clock.waiting).toBe(0);
  });
});

describe("how fast audio goes out", () => {
  test("live: a burst, then within the rate", async () => {
    const { face, server, clock } = await scene({}, (server) => (server.limits = { burst_s: 1, rate: 2 }));
    void face.sendPcm(pcm(FPS * 10));
    await settled();
    const sentS = () => server.session.heard.reduce((sum, { pcm }) => sum + (pcm as Uint8Array).length / 32_000, 0);
    expect(sentS()).toBeLessThanOrEqual(1);
    const begun = sentS();
    await clock.pass(2);
    expect(sentS() - begun).toBeLessThanOrEqual(4);
    expect(sentS() - begun).toBeGreaterThan(2.5);
  });

  test("file: no more than a server can repeat is under way", async () => {
    const { face, server } = await scene({ pace: "file" });
    server.mute = true;
    let roomy = false;
    void face.sendPcm(pcm(FPS * 60)).then(() => (roomy = true));
    await settled();
    expect(server.session.bytes / 32_000).toBeLessThanOrEqual(8.5);
    expect(roomy).toBe(false);
  });

  test("a socket that is full is waited for", async () => {
    const { face, server, clock } = await scene();
    server.socket.bufferedAmount = 1_000_000;
    await face.sendPcm(pcm(1));
    expect(server.session.bytes).toBe(0);
    server.socket.bufferedAmount = 0;
    await clock.pass(0.1);
    expect(server.session.bytes).toBe(FRAME_BYTES);
  });

  test("live audio that nothing takes is left out in the end, and that is told once", async () => {
    const { face, server } = await scene();
    const codes: string[] = [];
    face.on("warning", ({ code }) => codes.push(code));
    server.socket.bufferedAmount = 1_000_000;
    for (let second = 0; second < 70; second++) void face.sendPcm(pcm(FPS));
    expect(face.backlogS).toBeLessThanOrEqual(62);
    expect(codes).toEqual(["audio_lost"]);
  });
});

describe("a lost connection", () => {
  test("goes on with no frame lost or doubled, wherever it is cut", async () => {
    const steps = fc.array(
      fc.record({
        frames: fc.integer({ min: 1, max: 30 }),
        then: fc.constantFrom("speak", "flush", "cut", "cut unheard", "cut and stay down"),
      }),
      { minLength: 1, maxLength: 12 },
    );
    await fc.assert(
      fc.asyncProperty(steps, async (story) => {
        const { face, server, clock, came, states } = await scene();
        const expected: [number, number][] = [];
        let [utterance, spoken] = [0, 0];
        for (const { frames, then } of story) {
          server.mute = then === "cut unheard";
          void face.sendPcm(pcm(frames));
          for (let k = 0; k < frames; k++) expected.push([utterance, spoken + k]);
          spoken += frames;
          if (then === "flush") {
            void face.flush();
            [utterance, spoken] = [utterance + 1, 0];
          } else if (then !== "speak") {
            await settled();
            server.down = then === "cut and stay down";
            server.socket.end();
            await clock.pass(server.down ? 5 : 0);
            [server.down, server.mute] = [false, false];
            await clock.pass(Backoff.LONGEST_S);
          }
          await clock.pass(0.1);
        }
        await clock.pass(10);
        await face.flush();
        expect(came).toEqual(expected);
        expect(server.sessions).toHaveLength(1);
        expect(states.at(-1) ?? "open").toBe("open");
      }),
      { numRuns: 60 },
    );
  });

  test("a flush that was not answered is asked again", async () => {
    const { face, server, clock } = await scene();
    await face.sendPcm(pcm(2));
    server.mute = true;
    const flushed = face.flush();
    await settled();
    server.mute = false;
    server.onHear = (_, message) => message["type"] === "flush";
    server.socket.end();
    server.onHear = () => false;
    await clock.pass(1);
    server.socket.say({ type: "flushed", id: 1, utterance: 0, frames: 2, seconds: 0.04 });
    expect(await flushed).toMatchObject({ id: 1, frames: 2 });
  });

  test("is told, and tried again ever more slowly", async () => {
    const { face, server, clock, states } = await scene();
    server.down = true;
    await clock.pass(2);
    server.socket.end();
    await clock.pass(3);
    expect(face.state).toBe("reconnecting");
    const early = server.sockets.length;
    expect(early).toBeGreaterThan(3);
    await clock.pass(12);
    expect(server.sockets.length - early).toBeLessThan(8);
    server.down = false;
    await clock.pass(5);
    expect(states).toEqual(["reconnecting", "open"]);
    expect(server.sessions).toHaveLength(1);
  });

  test("a server that is silent is asked, and left if it does not answer", async () => {
    const { server, clock, states } = await scene();
    await clock.pass(60);
    expect(states).toEqual([]);
    expect(server.socket.heard.filter(({ type }) => type === "marker").length).toBeGreaterThan(5);
    server.onHear = (_, message) => message["type"] !== "hello";
    await clock.pass(21);
    expect(states).toEqual(["reconnecting", "open"]);
  });

  test("a session that is gone is begun anew; nobody waits for ever, and utterances ascend", async () => {
    const { face, server, clock, came } = await scene();
    await face.configure({ emotions: { joy: 1 } });
    await face.sendPcm(pcm(2));
    await face.flush();
    await face.sendPcm(pcm(2));
    server.mute = true;
    const [flushed, cleared, marker] = [face.flush(), face.clear(), face.marker()];
    await settled();
    server.mute = false;
    server.forget();
    server.socket.end();
    await clock.pass(2);
    expect(await flushed).toBeNull();
    expect(await cleared).toMatchObject({ type: "cleared", droppedMs: 0 });
    expect(await marker).toBeGreaterThan(0);
    expect(face.ready.resumed).toBeNull();
    expect(server.socket.heard[0]).toMatchObject({ type: "hello", emotions: { joy: 1 } });
    came.length = 0;
    await face.sendPcm(pcm(2));
    const again = await face.flush();
    expect(again!.utterance).toBeGreaterThan(2);
    expect(came.map(([utterance]) => utterance)).toEqual([again!.utterance, again!.utterance]);
  });

  test.each([
    ["resume", "session_expired"],
    ["never", "connection_lost"],
  ] as const)("with %s it ends where it cannot be made good", async (reconnect, code) => {
    const { face, server, clock, states } = await scene({ reconnect });
    const told: A2FError[] = [];
    face.on("error", (error) => told.push(error));
    server.forget();
    server.mute = true;
    const flushed = failure(face.flush());
    server.socket.end();
    await clock.pass(5);
    expect(await flushed).toMatchObject({ code });
    expect(told).toEqual([expect.objectContaining({ code })]);
    expect(states.at(-1)).toBe("closed");
    expect(clock.waiting).toBe(0);
    expect(await failure(face.marker())).toMatchObject({ code });
  });

  test("what would be refused again is not tried again", async () => {
    const { face, server, clock } = await scene();
    server.socket.say({ type: "error", code: "too_fast", message: "slow down", fatal: true });
    server.socket.end(4429);
    await clock.pass(60);
    expect(server.sockets).toHaveLength(1);
    expect(face.end).toMatchObject({ code: "too_fast", fatal: true });
  });

  test("a server that drains is left once everything is answered", async () => {
    const { face, server, clock, came } = await scene();
    await face.sendPcm(pcm(2));
    server.socket.say({ type: "go_away", time_left_ms: 5000 });
    expect(server.sockets).toHaveLength(1);
    await face.flush();
    await clock.pass(1);
    expect(server.sockets).toHaveLength(2);
    await face.sendPcm(pcm(1));
    await face.flush();
    expect(came).toEqual([...upTo(2), [1, 0]]);
  });

  test("close while it is away ends it without another try", async () => {
    const { face, server, clock } = await scene();
    server.down = true;
    await clock.pass(2);
    server.socket.end();
    await face.close({ discard: true });
    const tries = server.sockets.length;
    await clock.pass(60);
    expect(server.sockets).toHaveLength(tries);
    expect(clock.waiting).toBe(0);
  });
});
