/** Sound and face of a clip on one clock: the sound leads, and each frame is shown when its sound is heard. */

import { dueS, type FramePlayer, type Frames } from "a2f-live";

import type { Clip } from "../sources/clip.ts";
import { ClipSound, type SoundOutput } from "../sources/clip_sound.ts";
import { Feeder } from "../sources/feeder.ts";
import { Value } from "../value.ts";
import { Rounds } from "./rounds.ts";

/** So far ahead of what is heard samples are sent: what a change of the mood waits for, and what a slow network may take. */
const LEAD_S = 0.5;
/** In a hidden tab timers run once a second. */
const HIDDEN_LEAD_S = 2.5;
/** The sound waits until the face has so much. */
const READY_S = 0.2;
/** But no longer than this: a voice without a face is better than none. */
const PATIENCE_S = 1.5;

export type ClipState = "waiting" | "playing" | "paused" | "ended";

/** What the player asks of the stream. */
export interface ClipStream {
  /** The utterance that takes audio now. */
  readonly utterance: number;
  send(pcm: Int16Array): void;
  flush(): void;
  clear(): void;
}

/** Where the sound goes, and what is heard of it at a moment: the second of the audio context. */
export interface ClipOutput extends SoundOutput {
  /** Even, as the face is to move. */
  heardS(nowS: number): number;
  /** As the context tells it. */
  readS(nowS: number): number;
}

export class ClipPlayer {
  readonly clip: Clip;
  readonly state = new Value<ClipState>("paused");
  /** jawOpen in equal parts of the clip, NaN where it was not heard yet. */
  readonly jaw = new Float32Array(600).fill(NaN);
  readonly #sound: ClipSound;
  readonly #feeder: Feeder;
  readonly #rounds: Rounds;
  readonly #stream: ClipStream;
  readonly #output: ClipOutput;
  #loop = false;
  /** Whether samples were sent that no flush or clear has ended. */
  #open = false;
  #waitingSinceS = 0;
  #outdated = false;

  constructor(clip: Clip, output: ClipOutput, stream: ClipStream, frames: Pick<FramePlayer, "follow" | "clear">) {
    this.clip = clip;
    this.#sound = new ClipSound(output, clip.buffer);
    this.#stream = stream;
    this.#output = output;
    this.#rounds = new Rounds(frames, () => this.placeS(performance.now() / 1000));
    this.#feeder = new Feeder(clip.pcm, clip.sampleRate, {
      send: (pcm, atS) => this.#send(pcm, atS),
      end: () => {
        this.#open = false;
        stream.flush();
      },
    });
  }

  /** The player's time; over the rounds of a loop it goes on. */
  placeS(nowS: number): number {
    return this.#sound.placeS(this.#output.heardS(nowS));
  }

  /** The second of the clip that is heard. */
  secondS(nowS: number): number {
    const place = this.placeS(nowS);
    return place < this.clip.durationS || this.state.current === "ended"
      ? Math.min(place, this.clip.durationS)
      : place % this.clip.durationS;
  }

  /** The same by the bare readings of the audio clock, for measuring. */
  readPlaceS(nowS: number): number {
    return this.#sound.placeS(this.#output.readS(nowS));
  }

  /** When the frame was due that is shown, on the player's time: that of a second of an utterance. */
  dueS(utterance: number, second: number): number | undefined {
    return this.#rounds.dueS(utterance, second);
  }

  get moving(): boolean {
    return this.state.current === "playing" || this.state.current === "waiting";
  }

  play(nowS: number): void {
    if (this.state.current === "ended") this.#restart(0, nowS);
    if (this.moving) return;
    this.state.set("waiting");
    this.#waitingSinceS = nowS;
    this.tick(nowS, false);
  }

  pause(nowS: number): void {
    this.#sound.stop(this.#output.heardS(nowS));
    if (this.state.current !== "ended") this.state.set("paused");
  }

  /** Goes to a second of the clip, and plays on if it played. */
  seek(second: number, nowS: number): void {
    const moving = this.moving;
    if (!this.#outdated && this.#rounds.covers(second)) return this.#goBack(second, nowS);
    this.#restart(second, nowS);
    this.state.set("paused");
    if (moving) this.play(nowS);
    else this.#feeder.pump(second + LEAD_S, this.#loop); // a pause shows the face of its place
  }

  setLoop(loop: boolean, nowS: number): void {
    this.#loop = loop;
    this.#sound.setLoop(loop, this.#output.heardS(nowS));
  }

  /** Falls silent at once and forgets what was not shown. */
  interrupt(nowS: number): void {
    this.#restart(0, nowS);
    this.state.set("ended");
  }

  /** There is another stream, which knows nothing of what was sent; `renew` follows. */
  forget(): void {
    this.#rounds.forget();
    this.#open = false;
    this.#outdated = true;
  }

  /** There is another connection: goes on from where the sound is, since what was missed is over. */
  renew(nowS: number): void {
    this.#outdated = true;
    if (this.state.current !== "ended") this.seek(this.secondS(nowS), nowS);
  }

  /** The face is to be another one: the frames that are here show it as it was. */
  outdate(): void {
    this.#outdated = true;
  }

  /** Sends what is due, begins when the face is there, and ends; to be called often. */
  tick(nowS: number, hidden: boolean): void {
    if (!this.moving) return;
    const place = this.placeS(nowS);
    this.#feeder.pump(place + (hidden ? HIDDEN_LEAD_S : LEAD_S), this.#loop);
    if (this.state.current === "waiting" && this.#prepared(place, nowS)) {
      this.#sound.start();
      this.state.set("playing");
    }
    if (place >= this.#sound.endS) this.#finish(nowS);
  }

  /** Hears of frames that came; the jaw is that weight of theirs. */
  take(frames: Frames, jaw: number): void {
    const baseS = this.#rounds.came(frames);
    if (baseS === undefined) return;
    frames.weights.forEach((weights, i) => this.#drawJaw(baseS + dueS(frames, i), weights[jaw] ?? 0));
  }

  #send(pcm: Int16Array, atS: number): void {
    if (!this.#open) this.#rounds.begin(this.#stream.utterance, atS);
    this.#open = true;
    this.#stream.send(pcm);
  }

  #prepared(place: number, nowS: number): boolean {
    const needed = Math.min(place + READY_S, this.clip.durationS - 0.05);
    return this.#rounds.endS >= needed || nowS - this.#waitingSinceS > PATIENCE_S;
  }

  #finish(nowS: number): void {
    if (this.#open) this.#stream.clear(); // sent ahead for a round that is not heard any more
    this.#open = false;
    this.#sound.stop(this.#output.heardS(nowS));
    this.state.set("ended");
  }

  /** The frames are there already: only the sound moves. */
  #goBack(second: number, nowS: number): void {
    if (this.state.current === "ended") this.state.set("paused");
    this.#sound.stop(this.#output.heardS(nowS));
    this.#sound.seek(second);
    if (this.state.current === "playing") this.#sound.start();
  }

  #restart(second: number, nowS: number): void {
    if (this.#open) this.#stream.clear(); // else the next sample begins an utterance of its own anyway
    this.#open = this.#outdated = false;
    this.#begin(second, nowS);
  }

  #begin(second: number, nowS: number): void {
    this.#rounds.end();
    this.#sound.stop(this.#output.heardS(nowS));
    this.#sound.seek(second);
    this.#feeder.seek(second);
    if (this.state.current !== "ended") this.state.set("paused");
  }

  #drawJaw(placeS: number, value: number): void {
    const share = (placeS % this.clip.durationS) / this.clip.durationS;
    this.jaw[Math.min(this.jaw.length - 1, Math.floor(share * this.jaw.length))] = value;
  }
}
