/** Draws the face with every refresh of the display, and the panels less often. */

import type { FramePlayer } from "a2f-live";

import { mirrored, mirrorOrder } from "./playback/mirror.ts";
import { SyncMeter } from "./playback/sync_meter.ts";
import { copied, type Pose } from "./pose.ts";
import type { Voices } from "./voices/voices.ts";

/** The panels follow at most so often. */
const PANELS_S = 1 / 30;
const SLOW_S = 0.5;

export interface Picture {
  draw(pose: Pose): void;
}

export interface LoopListener {
  /** Some thirty times a second. */
  panels(pose: Pose, nowS: number): void;
  /** Twice a second. */
  slow(nowS: number): void;
}

/** What is shown at this moment, and how well it keeps up. */
export class Loop {
  readonly sync = new SyncMeter();
  mirror = false;
  picture: Picture | undefined;
  /** The pose that is shown. */
  shown: Pose | undefined;
  readonly #frames: FramePlayer;
  readonly #voices: Voices;
  readonly #listener: LoopListener;
  #order: readonly number[] = [];
  #drawn: number[] = [];
  #panelsS = 0;
  #slowS = 0;
  #holdWhen: ((pose: Pose) => boolean) | undefined;
  #held: Pose | undefined;

  constructor(frames: FramePlayer, voices: Voices, listener: LoopListener) {
    this.#frames = frames;
    this.#voices = voices;
    this.#listener = listener;
  }

  /** Holds the picture, with the head straight, from the first pose on for which that is so; lets it go without. */
  holdWhen(condition: ((pose: Pose) => boolean) | undefined): void {
    this.#holdWhen = condition;
    this.#held = undefined;
  }

  /** Whether the picture is held. */
  get held(): boolean {
    return this.#held !== undefined;
  }

  setNames(names: readonly string[]): void {
    this.#order = mirrorOrder(names);
  }

  start(): void {
    const turn = (): void => {
      requestAnimationFrame(turn); // first: what fails in one picture is told, and does not end the face
      this.#turn(performance.now() / 1000);
    };
    requestAnimationFrame(turn);
  }

  /** Pictures drawn in the last second. */
  drawnPerSecond(nowS: number): number {
    this.#drawn = this.#drawn.filter((atS) => atS > nowS - 1);
    return this.#drawn.length;
  }

  #turn(nowS: number): void {
    const pose = this.#pose(nowS);
    this.picture?.draw(pose);
    this.#drawn.push(nowS);
    if (nowS - this.#panelsS >= PANELS_S) {
      this.#panelsS = nowS;
      this.#listener.panels(pose, nowS);
    }
    if (nowS - this.#slowS >= SLOW_S) {
      this.#slowS = nowS;
      this.#listener.slow(nowS);
    }
  }

  #pose(nowS: number): Pose {
    const sampled = this.#frames.sample(nowS);
    this.#measure(sampled, nowS);
    const pose = this.mirror ? mirrored(sampled, this.#order) : copied(sampled);
    if (!this.#held && this.#holdWhen?.(pose)) this.#held = { ...pose, head: new Float32Array(3) };
    this.shown = this.#held ?? pose;
    return this.shown;
  }

  /** While a clip plays: where the sound is, against what is shown. */
  #measure({ utterance, timeS }: { utterance: number | null; timeS: number | null }, nowS: number): void {
    const clip = this.#voices.clip.current;
    if (clip?.state.current !== "playing") return;
    this.sync.add({
      soundS: clip.readPlaceS(nowS),
      shownS: utterance === null || timeS === null ? undefined : clip.dueS(utterance, timeS),
    });
  }
}
