/** Shows each frame when it is due, and a face at rest where there is none: never a frozen last shape. */

import { systemClock } from "../clock.ts";
import type { FaceEvents } from "../stream/events.ts";
import type { Frames } from "../wire/messages.ts";
import { Anchor } from "./anchor.ts";
import { Pose } from "./pose.ts";
import { Track } from "./track.ts";

export interface PlayerOptions {
  /** Seconds that only go forward; those of the machine by default. For sound of your own see `follow`. */
  now?: () => number;
  /** Live frames wait so long, so that a late message does not stop the face; grows by itself where it must. */
  bufferMs?: number;
  /** Duration of the ease to rest. */
  fadeMs?: number;
  /** A face whose next frame is missing holds so long before it eases to rest. */
  holdMs?: number;
  /** Duration of the passage between two sources, such as idle life and speech. */
  blendMs?: number;
  /** Seconds of frames kept of an utterance that is followed, to seek in. */
  keepS?: number;
}

/** What tells frames and their ends: a `Face`. */
export interface FrameSource {
  on<K extends "frames" | "flushed" | "cleared">(kind: K, listener: (event: FaceEvents[K]) => void): () => void;
}

interface Live {
  readonly track: Track;
  readonly anchor: Anchor;
  readonly utterance: number;
  readonly idle: boolean;
  ended: boolean;
}

interface Followed {
  readonly live: Live;
  readonly position: () => number | null;
}

interface Shown {
  readonly from: Live;
  readonly positionS: number;
}

/** Idle frames that begin so long before the end of those that came are of another pause. */
const AGAIN_S = 0.5;
/** A jump of the position that is no jitter of the clock. */
const JUMP_S = 0.1;
/** Of frames that come ahead of their time. */
const LIVE_KEPT_S = 600;
const MOST_TRACKS = 4;

/**
 * Plays the frames of a face. Give it frames (`attach`, or `take`), and call `sample` for every picture.
 *
 * Live, frames are shown as they come, behind a small buffer. Where there is sound of an utterance, `follow` shows the
 * frames by the clock of the sound. Where nothing is due, idle frames are shown, and where there are none, the face at
 * rest. What follows another source comes out of it softly.
 */
export class FramePlayer {
  readonly #now: () => number;
  readonly #bufferS: number;
  readonly #fadeS: number;
  readonly #holdS: number;
  readonly #blendS: number;
  readonly #keepS: number;
  readonly #pose = new Pose();
  readonly #before = new Pose();
  #queue: Live[] = [];
  #followed = new Map<number, Followed>();
  #clearedBefore = 0;
  /** Newest utterance of which something came. */
  #newest = -1;
  #attached: FrameSource | null = null;
  #detach: () => void = () => undefined;
  #source: Live | null = null;
  #easesToRest = false;
  #blendFromS = -Infinity;
  #blendForS = 0;
  #last: { nowS: number; positionS: number } | null = null;
  #sampledS: number | null = null;
  #late = 0;
  #shown = 0;

  constructor(options: PlayerOptions = {}) {
    this.#now = options.now ?? (() => systemClock.now());
    this.#bufferS = (options.bufferMs ?? 40) / 1000;
    this.#fadeS = (options.fadeMs ?? 200) / 1000;
    this.#holdS = (options.holdMs ?? 120) / 1000;
    this.#blendS = (options.blendMs ?? 80) / 1000;
    this.#keepS = options.keepS ?? 600;
  }

  /**
   * Takes the frames of a face from now on; gives what ends it. Another face than before counts its utterances anew:
   * what is there of the one before is forgotten, and what is shown eases to rest.
   */
  attach(source: FrameSource): () => void {
    this.#detach();
    if (this.#attached && this.#attached !== source) this.#forget();
    this.#attached = source;
    const ends = [
      source.on("frames", (frames) => this.take(frames)),
      source.on("flushed", ({ utterance }) => this.end(utterance)),
      source.on("cleared", () => this.clear()), // its number may be that of the next, where nothing was being said
    ];
    this.#detach = () => ends.forEach((end) => end());
    return this.#detach;
  }

  /** Takes frames. Those of an utterance that was cleared are left out, its ease to rest too: the player has its own. */
  take(frames: Frames): void {
    const nowS = this.#now();
    if (!frames.idle) this.#newest = Math.max(this.#newest, frames.utterance); // idle life may bear that of the next
    if (frames.final && frames.utterance >= this.#clearedBefore) this.clear(frames.utterance);
    if (!frames.idle && frames.utterance < this.#clearedBefore) return;
    const followed = frames.idle ? undefined : this.#followed.get(frames.utterance);
    const live = followed?.live ?? this.#liveFor(frames);
    live.track.add(frames);
    if (followed) {
      live.track.forget(live.track.endS - this.#keepS);
      return;
    }
    live.anchor.came(frames.time, nowS);
    this.#afterTheOneBefore(live);
    const positionS = live.anchor.positionS(nowS) ?? 0;
    if (positionS > live.track.endS) this.#late += frames.count;
    live.track.forget(Math.max(positionS, live.track.endS - LIVE_KEPT_S));
    if (this.#queue.length > MOST_TRACKS) this.#choose(nowS); // nobody looks: what was due is left out here
  }

  /** All frames of an utterance have come: behind its last one the face need not wait for more. */
  end(utterance: number): void {
    for (const live of this.#all()) if (!live.idle && live.utterance === utterance) live.ended = true;
  }

  /** Forgets everything up to an utterance, by default to the newest that came, and eases the face to rest. */
  clear(utterance = this.#newest): void {
    this.#clearedBefore = Math.max(this.#clearedBefore, utterance + 1);
    this.#easesToRest = true;
    this.#queue = this.#queue.filter((live) => live.idle || live.utterance > utterance);
    for (const number of this.#followed.keys()) if (number <= utterance) this.#followed.delete(number);
  }

  /**
   * Shows an utterance by its sound: `position` gives the second of it that is heard now, or null where it is not heard
   * (paused, or at its end). Its frames are kept, so that the sound may go back. Gives what ends it and forgets them.
   */
  follow(utterance: number, position: () => number | null): () => void {
    const waiting = this.#queue.find((live) => !live.idle && live.utterance === utterance);
    this.#queue = this.#queue.filter((live) => live !== waiting);
    const followed = { live: waiting ?? newLive(utterance, false, this.#bufferS), position };
    this.#followed.delete(utterance);
    this.#followed.set(utterance, followed);
    this.#clearedBefore = Math.min(this.#clearedBefore, utterance);
    return () => {
      if (this.#followed.get(utterance) === followed) this.#followed.delete(utterance);
    };
  }

  /** The face now. The same object each time. */
  sample(nowS = this.#now()): Pose {
    const shown = this.#choose(nowS);
    this.#passOver(shown, nowS);
    const pose = this.#pose;
    const between = shown?.from.track.at(shown.positionS);
    if (shown && between) {
      pose.take(between);
      pose.source = shown.from.idle ? "idle" : "speech";
      pose.utterance = shown.from.utterance;
      pose.timeS = shown.positionS;
    } else {
      pose.rest();
      pose.source = "rest";
      pose.utterance = pose.timeS = null;
    }
    const share = (nowS - this.#blendFromS) / this.#blendForS;
    if (share < 1) pose.comeFrom(this.#before, smooth(share));
    this.#note(shown, nowS);
    this.#sampledS = nowS;
    return pose;
  }

  /** Seconds of frames that wait to be shown. */
  get bufferedS(): number {
    const shown = this.#choose(this.#now());
    return shown ? Math.max(0, shown.from.track.endS - shown.positionS) : 0;
  }

  /** Frames that came too late to be shown. */
  get late(): number {
    return this.#late;
  }

  /** Frames that have been due while the player was sampled. */
  get shown(): number {
    return this.#shown;
  }

  /** What is due: an utterance that is heard, else what came live; null where the face rests. */
  #choose(nowS: number): Shown | null {
    for (const { live, position } of [...this.#followed.values()].reverse()) {
      const positionS = position();
      if (positionS !== null && this.#covers(live, positionS)) return { from: live, positionS };
    }
    for (let i = this.#queue.length - 1; i >= 0; i--) {
      const live = this.#queue[i] as Live;
      const positionS = live.anchor.positionS(nowS);
      if (positionS === null || positionS < live.track.startS - 1e-6) continue;
      this.#queue.splice(0, i); // what stands before it has been shown
      return this.#covers(live, positionS) ? { from: live, positionS } : null;
    }
    return null;
  }

  /** Whether the track has a frame for that second, or had one just before. */
  #covers(live: Live, positionS: number): boolean {
    const between = live.track.at(positionS);
    return between !== null && between.pastEndS <= (live.ended ? 0 : this.#holdS);
  }

  /**
   * Begins a passage where another source is shown than before, or the same one from another place. It begins with the
   * picture before this one, which was the last of the old source: however seldom is drawn, the face is at rest in time.
   */
  #passOver(shown: Shown | null, nowS: number): void {
    const source = shown?.from ?? null;
    const last = this.#last;
    const movedS = shown && last ? shown.positionS - last.positionS : 0;
    const jumped = movedS !== 0 && last && Math.abs(movedS - (nowS - last.nowS)) > JUMP_S; // what stands still is paused
    if (source === this.#source && !jumped) return;
    this.#source = source;
    const fromS = Math.min(this.#sampledS ?? nowS, nowS);
    this.#blendForS = this.#passageS(source, fromS);
    this.#blendFromS = fromS;
    this.#before.copy(this.#pose);
  }

  /** Duration of the passage to a source; an ease to rest that is under way is not hurried by idle life. */
  #passageS(source: Live | null, nowS: number): number {
    const eases = !source || (source.idle && this.#easesToRest);
    this.#easesToRest = false;
    if (eases) return this.#fadeS;
    const leftS = this.#blendFromS + this.#blendForS - nowS;
    return source.idle ? Math.max(this.#blendS, leftS) : this.#blendS;
  }

  #note(shown: Shown | null, nowS: number): void {
    const sameTrack = shown && this.#last && shown.positionS > this.#last.positionS;
    if (sameTrack && this.#last) this.#shown += shown.from.track.countWithin(this.#last.positionS, shown.positionS);
    this.#last = shown && { nowS, positionS: shown.positionS };
  }

  #liveFor(frames: Frames): Live {
    const isSame = (live: Live) => live.utterance === frames.utterance && live.idle === frames.idle;
    const known = this.#queue.findLast(isSame);
    const goesOn = known && (!frames.idle || frames.time > known.track.endS - AGAIN_S); // idle life counts anew each time
    if (goesOn) return known;
    const live = newLive(frames.utterance, frames.idle, this.#bufferS);
    this.#queue.push(live);
    return live;
  }

  /** What came faster than it is spoken is shown one after the other. */
  #afterTheOneBefore(live: Live): void {
    const before = this.#queue[this.#queue.indexOf(live) - 1];
    if (!before || before.idle || live.anchor.fixed) return;
    const nowS = this.#now();
    const endsInS = before.track.endS - (before.anchor.positionS(nowS) ?? 0);
    const beginsInS = live.track.startS - (live.anchor.positionS(nowS) ?? 0);
    if (endsInS > beginsInS) live.anchor.delay(endsInS - beginsInS);
    live.anchor.fixed = true;
  }

  #forget(): void {
    this.clear();
    this.#queue = [];
    this.#followed.clear();
    this.#clearedBefore = 0;
    this.#newest = -1;
  }

  *#all(): Iterable<Live> {
    yield* this.#queue;
    for (const { live } of this.#followed.values()) yield live;
  }
}

function newLive(utterance: number, idle: boolean, bufferS: number): Live {
  return { track: new Track(), anchor: new Anchor(bufferS), utterance, idle, ended: false };
}

function smooth(share: number): number {
  const x = Math.max(0, Math.min(1, share));
  return x * x * (3 - 2 * x);
}
