/** The one audio context of the page, made when the reader first asks for sound. */

import { heardNow, SmoothClock } from "../playback/smooth_clock.ts";

export class AudioOutput {
  readonly context: AudioContext;
  /** Everything that is to be heard goes here. */
  readonly node: GainNode;
  readonly #clock = new SmoothClock();

  constructor() {
    this.context = new AudioContext({ latencyHint: "interactive" });
    this.node = new GainNode(this.context);
    this.node.connect(this.context.destination);
    this.context.addEventListener("statechange", () => this.#clock.reset());
  }

  /** Wakes the context; to be called from a click or a key. */
  async wake(): Promise<void> {
    if (this.context.state !== "running") await this.context.resume();
  }

  /** The second of the context that is heard at a moment, `nowS` of `performance.now()` in seconds. */
  heardS(nowS: number): number {
    const { systemS, audioS } = heardNow(this.context, nowS);
    if (this.context.state !== "running") return audioS;
    this.#clock.observe(systemS, audioS);
    return this.#clock.at(nowS);
  }

  /** The same, as the context tells it, with its steps. */
  readS(nowS: number): number {
    const { systemS, audioS } = heardNow(this.context, nowS);
    return this.context.state === "running" ? audioS + nowS - systemS : audioS;
  }
}
