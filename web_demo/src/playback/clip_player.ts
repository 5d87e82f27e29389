/** Sound and face of a clip on one clock: the sound leads, and each frame is shown when its sound is heard. */

import type { Frames } from "a2f-live";

import { poseOf, type Pose } from "../pose.ts";
import type { Clip } from "../sources/clip.ts";
import { ClipSound, type SoundOutput } from "../sources/clip_sound.ts";
import { Feeder } from "../sources/feeder.ts";
import { Segments } from "../stream/segments.ts";
import { Value } from "../value.ts";
import { Track } from "./track.ts";

/** So far ahead of what is heard samples are sent: what a change of the mood waits for, and what a slow network may take. */
const LEAD_S = 0.5;
/** In a hidden tab timers run once a second. */
const HIDDEN_LEAD_S = 2.5;
/** The sound waits until the face has so much. */
const READY_S = 0.2;
/** But no longer than this: a voice without a face is better than none. */
const PATIENCE_S = 1.5;
/** A pause, a seek or an end is one; a face that is this stale is not shown any more. */
const STALE_S = 0.4;

/** Frames older than this are not asked for any more. */
const KEPT_S = 60;

export type ClipState = "waiting" | "playing" | "paused" | "ended";

/** What the player asks of the stream. Ids are those that the answers bear. */
export interface ClipStream {
  send(pcm: Int16Array): void;
  flush(): number;
  clear(): number;
}

export class ClipPlayer {
  readonly clip: Clip;
  readonly state = new Value<ClipState>("paused");
  readonly track = new Track();
  /** jawOpen in equal parts of the clip, NaN where it was not heard yet. */
  readonly jaw = new Float32Array(600).fill(NaN);
  readonly #sound: ClipSound;
  readonly #feeder: Feeder;
  readonly #segments = new Segments();
  readonly #stream: ClipStream;
  readonly #heardS: (nowS: number) => number;
  #loop = false;
  #open = false;
  #waitingSinceS = 0;
  #jawPlace: number;

  /** `heardS` tells the second of the audio context that is heard at a moment of the system's time. */
  constructor(clip: Clip, output: SoundOutput, stream: ClipStream, heardS: (nowS: number) => number, jawPlace: number) {
    this.clip = clip;
    this.#sound = new ClipSound(output, clip.buffer);
    this.#stream = stream;
    this.#heardS = heardS;
    this.#jawPlace = jawPlace;
    this.#feeder = new Feeder(clip.pcm, clip.buffer.sampleRate, {
      send: (pcm) => {
        this.#open = true;
        stream.send(pcm);
      },
      end: (nextS) => {
        this.#open = false;
        this.#segments.flushed(stream.flush(), nextS);
      },
    });
  }

  /** The player's time; over the rounds of a loop it goes on. */
  placeS(nowS: number): number {
    return this.#sound.placeS(this.#heardS(nowS));
  }

  /** The second of the clip that is heard. */
  secondS(nowS: number): number {
    const place = this.placeS(nowS);
    return this.#loop && this.clip.durationS > 0 ? place % this.clip.durationS : Math.min(place, this.clip.durationS);
  }

  play(nowS: number): void {
    if (this.state.current === "ended") this.#restart(0, nowS);
    if (this.state.current === "playing" || this.state.current === "waiting") return;
    this.state.set("waiting");
    this.#waitingSinceS = nowS;
    this.tick(nowS, false);
  }

  pause(nowS: number): void {
    this.#sound.stop(this.#heardS(nowS));
    if (this.state.current !== "ended") this.state.set("paused");
  }

  /** Goes to a second of the clip, and plays on if it played. */
  seek(second: number, nowS: number): void {
    const playing = this.state.current === "playing" || this.state.current === "waiting";
    this.#restart(second, nowS);
    if (playing) this.play(nowS);
    else if (this.state.current === "ended") this.state.set("paused");
  }

  setLoop(loop: boolean, nowS: number): void {
    this.#loop = loop;
    this.#sound.setLoop(loop, this.#heardS(nowS));
  }

  /** Falls silent at once and forgets what was not shown. */
  interrupt(nowS: number): void {
    this.#restart(0, nowS);
    this.state.set("ended");
  }

  /** The stream lost its session: what comes next is of a new one. */
  renew(nowS: number): void {
    const second = this.secondS(nowS);
    const playing = this.state.current === "playing" || this.state.current === "waiting";
    this.#open = false;
    this.#begin(second, nowS);
    this.#segments.reset(second);
    if (playing) this.play(nowS);
  }

  /** Sends what is due, begins when the face is there, and ends; to be called often. */
  tick(nowS: number, hidden: boolean): void {
    if (this.state.current !== "playing" && this.state.current !== "waiting") return;
    const place = this.placeS(nowS);
    this.#feeder.pump(place + (hidden ? HIDDEN_LEAD_S : LEAD_S), this.#loop);
    if (this.state.current === "waiting" && this.#prepared(place, nowS)) {
      this.#sound.start();
      this.state.set("playing");
    }
    if (place >= this.#sound.endS) this.#finish(nowS);
  }

  /** Takes frames of the stream that are not idle. */
  take(frames: Frames): void {
    if (frames.final || this.#segments.stale) return;
    const baseS = this.#segments.baseS;
    frames.weights.forEach((weights, i) => {
      const dueS = baseS + frames.time + (i * frames.fps[1]) / frames.fps[0];
      this.track.add(dueS, poseOf(weights, frames.head?.[i], frames.visemes?.[i]));
      this.#drawJaw(dueS, weights[this.#jawPlace] ?? 0);
    });
    this.track.forget(baseS + frames.time - KEPT_S);
  }

  /** `flushed` or `cleared` came. */
  answered(id: number | null): void {
    this.#segments.answered(id ?? undefined);
  }

  /** What to show; undefined if this clip has nothing to show now. */
  pose(nowS: number): Pose | undefined {
    if (this.state.current === "ended" || this.#segments.stale) return undefined;
    return this.track.at(this.placeS(nowS), this.state.current === "paused" ? Infinity : STALE_S);
  }

  #prepared(place: number, nowS: number): boolean {
    const needed = Math.min(place + READY_S, this.clip.durationS - 0.05);
    return this.track.endS >= needed || nowS - this.#waitingSinceS > PATIENCE_S;
  }

  #finish(nowS: number): void {
    if (this.#open) this.#segments.cleared(this.#stream.clear(), 0); // sent ahead for a round that is not heard any more
    this.#open = false;
    this.#sound.stop(this.#heardS(nowS));
    this.state.set("ended");
  }

  #restart(second: number, nowS: number): void {
    if (this.#open || this.#segments.waiting) this.#segments.cleared(this.#stream.clear(), second);
    else this.#segments.reset(second);
    this.#open = false;
    this.#begin(second, nowS);
  }

  #begin(second: number, nowS: number): void {
    this.track.clear();
    this.#sound.stop(this.#heardS(nowS));
    this.#sound.seek(second);
    this.#feeder.seek(second);
    if (this.state.current !== "ended") this.state.set("paused");
  }

  #drawJaw(dueS: number, value: number): void {
    const share = (dueS % this.clip.durationS) / this.clip.durationS;
    this.jaw[Math.min(this.jaw.length - 1, Math.floor(share * this.jaw.length))] = value;
  }
}
