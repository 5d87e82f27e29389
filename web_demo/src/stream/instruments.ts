/** The numbers of the stream: how far away, how late, how full. */

import type { Face, FramePlayer, Ready } from "a2f-live";

import { byId } from "../dom.ts";
import type { Loop } from "../loop.ts";
import { Figures } from "../panels/figures.ts";

const ECHOES = 8;

export class Instruments {
  readonly #figures = new Figures(byId("figures"));
  readonly #strip = new Figures(byId("strip"));
  readonly #frames: FramePlayer;
  readonly #loop: Loop;
  #echoes: number[] = [];
  #asking = false;
  #received: { atS: number; count: number }[] = [];

  constructor(frames: FramePlayer, loop: Loop) {
    this.#frames = frames;
    this.#loop = loop;
  }

  greet(ready: Ready): void {
    this.#echoes = [];
    this.#figures.show({
      Engine: ready.engine,
      "Look-ahead": `${ready.lookaheadMs} ms`,
      Session: ready.session.slice(0, 8),
    });
  }

  received(count: number, nowS: number): void {
    this.#forgetBefore(nowS - 1); // here too: a hidden page refreshes nothing
    this.#received.push({ atS: nowS, count });
  }

  /** Brings everything up to date; asks for an echo. */
  refresh(face: Face | undefined, nowS: number, speaking: boolean): void {
    this.#forgetBefore(nowS - 1);
    const perSecond = this.#received.reduce((sum, { count }) => sum + count, 0);
    const [drawn, added] = [this.#loop.drawnPerSecond(nowS), face?.addedLatencyMs(0.5) ?? undefined];
    const sync = this.#loop.sync.report();
    this.#figures.show({
      "Round trip": milliseconds(this.#roundTripMs),
      "Added latency": milliseconds(added),
      "Added latency, p95": milliseconds(face?.addedLatencyMs(0.95) ?? undefined),
      "Server's share, p95": milliseconds(face?.stats?.latencyMs[1]),
      "Frames received": `${perSecond}/s`,
      "Pictures drawn": `${drawn}/s`,
      Buffer: milliseconds(this.#frames.bufferedS * 1000),
      "Frames late": String(this.#frames.late),
      "Frames dropped": String(face?.stats?.framesDropped ?? 0),
      "Sound against face": sync.showings ? `${sync.meanMs.toFixed(1)} ms` : undefined,
      "Real-time factor": face?.stats?.realTimeFactor.toFixed(3),
    });
    this.#strip.show({
      latency: added === undefined ? undefined : `+${added.toFixed(0)} ms`,
      "round trip": milliseconds(this.#roundTripMs),
      frames: `${perSecond}/s`,
    });
    if (!speaking) void this.#ask(face);
  }

  #forgetBefore(momentS: number): void {
    this.#received = this.#received.filter(({ atS }) => atS > momentS);
  }

  get #roundTripMs(): number | undefined {
    return this.#echoes.length ? Math.min(...this.#echoes) : undefined;
  }

  /** Where nobody speaks, a marker comes back at once: its way is the round trip. */
  async #ask(face: Face | undefined): Promise<void> {
    if (this.#asking || face?.state !== "open") return;
    this.#asking = true;
    try {
      this.#echoes = [await face.marker(), ...this.#echoes].slice(0, ECHOES);
    } catch {
      this.#echoes = []; // the stream has ended
    } finally {
      this.#asking = false;
    }
  }
}

function milliseconds(value: number | undefined): string | undefined {
  return value === undefined ? undefined : `${value < 10 ? value.toFixed(1) : value.toFixed(0)} ms`;
}
