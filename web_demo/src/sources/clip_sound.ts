/** The sound of a clip, and where it is. */

/** Between the command and the first sample: enough for the audio thread to be in time. */
const START_S = 0.03;

export interface SoundOutput {
  readonly context: BaseAudioContext;
  readonly node: AudioNode;
}

/**
 * Plays a buffer. Its time is the player's: it stands in a pause, and goes on over the rounds of a loop. What is asked for
 * by `heardS` is the second of the audio context that is heard at that moment.
 */
export class ClipSound {
  readonly #output: SoundOutput;
  readonly #buffer: AudioBuffer;
  #source: AudioBufferSourceNode | undefined;
  #originS = 0;
  #startS = 0;
  #loop = false;
  /** Where the sound ends if it does not loop. */
  #endS: number;

  constructor(output: SoundOutput, buffer: AudioBuffer) {
    this.#output = output;
    this.#buffer = buffer;
    this.#endS = buffer.duration;
  }

  get sounding(): boolean {
    return this.#source !== undefined;
  }

  get endS(): number {
    return this.#loop ? Infinity : this.#endS;
  }

  /** The player's time in seconds. */
  placeS(heardS: number): number {
    if (!this.#source) return this.#originS;
    return Math.min(this.endS, this.#originS + Math.max(0, heardS - this.#startS));
  }

  start(): void {
    if (this.#source) return;
    const { context, node } = this.#output;
    this.#source = new AudioBufferSourceNode(context, { buffer: this.#buffer, loop: this.#loop });
    this.#source.connect(node);
    this.#startS = context.currentTime + START_S;
    this.#source.start(this.#startS, this.#originS % this.#buffer.duration);
  }

  /** Holds the sound where it is heard. */
  stop(heardS: number): void {
    this.#originS = this.placeS(heardS);
    this.#source?.stop();
    this.#source?.disconnect();
    this.#source = undefined;
  }

  /** Goes to a second of the clip; plays on from there if it played. */
  seek(second: number): void {
    const sounding = this.sounding;
    this.stop(0);
    this.#originS = Math.max(0, Math.min(this.#buffer.duration, second));
    this.#endS = this.#buffer.duration;
    if (sounding) this.start();
  }

  setLoop(loop: boolean, heardS: number): void {
    const rounds = Math.floor(this.placeS(heardS) / this.#buffer.duration) + 1;
    this.#loop = loop;
    this.#endS = rounds * this.#buffer.duration;
    if (this.#source) this.#source.loop = loop;
  }
}
