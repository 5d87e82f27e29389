/** Who speaks: one voice at a time, a clip or something live. */

import {
  attachMicrophone,
  type FramePlayer,
  type Frames,
  type Microphone,
  type MicrophoneOptions,
  type Pcm,
} from "a2f-live";

import { ClipPlayer } from "../playback/clip_player.ts";
import { AudioOutput } from "../sources/audio_output.ts";
import { decodeClip } from "../sources/clip.ts";
import { type Conversation, SAMPLE_RATE } from "../stream/conversation.ts";
import { Value } from "../value.ts";

/** How the microphone is to be heard. */
export interface Hearing {
  readonly deviceId?: string;
  readonly echoCancellation: boolean;
  readonly noiseSuppression: boolean;
  readonly autoGainControl: boolean;
  /** Something live that is heard instead of a microphone; it is let go where it is heard no more. */
  readonly shared?: MediaStream;
}

const TICK_MS = 40;

const seconds = (): number => performance.now() / 1000;

export class Voices {
  readonly clip = new Value<ClipPlayer | undefined>(undefined);
  readonly live = new Value<Microphone | undefined>(undefined);
  readonly #conversation: Conversation;
  readonly #frames: FramePlayer;
  #output: AudioOutput | undefined;
  #loop = false;
  #turn = 0;
  #jaw = -1;
  #letGo: () => void = () => undefined;

  constructor(conversation: Conversation, frames: FramePlayer) {
    this.#conversation = conversation;
    this.#frames = frames;
    setInterval(() => this.clip.current?.tick(seconds(), document.hidden), TICK_MS);
  }

  /**
   * Plays a sound; to be called from a click or a key. Gives whether it plays now: something else may have been chosen
   * meanwhile. Throws a `PageError` if it cannot be read.
   */
  async play(title: string, bytes: () => Promise<ArrayBuffer>): Promise<boolean> {
    const turn = ++this.#turn;
    const output = await this.#wake();
    const clip = await decodeClip(title, await bytes(), output.context.sampleRate, SAMPLE_RATE);
    if (turn !== this.#turn) return false;
    this.#silence();
    const player = new ClipPlayer(clip, output, this.#conversation, this.#frames);
    player.setLoop(this.#loop, seconds());
    this.clip.set(player);
    player.play(seconds());
    return true;
  }

  /**
   * Hears something live until it is stopped, over one connection and the next; `ended` is called where it ends by
   * itself. Gives whether it is heard now. Throws an `A2FError` or `PageError` if there is nothing to hear.
   */
  async hear({ shared, ...how }: Hearing, ended: () => void): Promise<boolean> {
    const turn = ++this.#turn;
    const letGo = (): void => shared?.getTracks().forEach((track) => track.stop());
    let over = false;
    let heard = false;
    const onEnd = (): void => {
      over = true;
      if (heard) this.stopHearing(); // else another one is heard still
      ended();
    };
    const microphone = await this.#attach({ ...how, ...(shared ? { stream: shared } : {}), onEnd }).catch((thrown) => {
      letGo();
      throw thrown;
    });
    if (over || turn !== this.#turn) {
      microphone.stop();
      letGo();
      return false;
    }
    this.#silence();
    this.clip.set(undefined);
    this.#letGo = letGo;
    this.live.set(microphone);
    heard = true;
    return true;
  }

  /** Ends what is heard live; what was said is shown to its end. */
  stopHearing(): void {
    if (!this.live.current) return;
    this.live.current.stop();
    this.#letGo();
    this.live.set(undefined);
    this.#conversation.flush();
  }

  async toggle(): Promise<void> {
    const clip = this.clip.current;
    if (!clip) return;
    await this.#wake();
    if (clip.moving) clip.pause(seconds());
    else clip.play(seconds());
  }

  seek(second: number): void {
    this.clip.current?.seek(second, seconds());
  }

  setLoop(loop: boolean): void {
    this.#loop = loop;
    this.clip.current?.setLoop(loop, seconds());
  }

  /** Barge-in: whatever is being said is forgotten at once. A microphone goes on hearing. */
  interrupt(): void {
    ++this.#turn;
    if (this.clip.current) this.clip.current.interrupt(seconds());
    if (!this.live.current) return;
    this.#conversation.clear();
    this.#frames.clear(); // the face need not wait for the server
  }

  setNames(names: readonly string[]): void {
    this.#jaw = names.indexOf("jawOpen");
  }

  /** There is another stream, which counts its utterances anew; `renew` follows. */
  forget(): void {
    this.clip.current?.forget();
  }

  /** There is another connection, or another session: what speaks goes on in it. */
  renew(): void {
    this.clip.current?.renew(seconds());
  }

  /** The face is to be another one from now on. */
  outdate(): void {
    this.clip.current?.outdate();
  }

  /** Whether something is being said or heard. */
  get speaking(): boolean {
    return this.live.current !== undefined || this.clip.current?.moving === true;
  }

  take(frames: Frames): void {
    this.clip.current?.take(frames, this.#jaw);
  }

  #silence(): void {
    this.stopHearing();
    this.clip.current?.interrupt(seconds());
  }

  async #attach(options: MicrophoneOptions): Promise<Microphone> {
    const { context } = await this.#wake();
    const hearer = {
      sendPcm: async (pcm: Pcm, { sampleRate }: { sampleRate: number }) => this.#conversation.send(pcm, sampleRate),
    };
    return attachMicrophone(hearer, { ...options, context });
  }

  async #wake(): Promise<AudioOutput> {
    this.#output ??= new AudioOutput();
    await this.#output.wake();
    return this.#output;
  }
}
