/** Samples to bytes in the encoding of a stream. */

import { A2FError } from "../errors.ts";
import { type AudioFormat, type Encoding, ENCODINGS } from "../wire/messages.ts";
import { Resampler } from "./resample.ts";

/** Samples, or bytes that are written in the encoding of the stream. */
export type Pcm = Int16Array | Float32Array | Uint8Array | ArrayBuffer;

/** Encodings in which samples are written here. */
export const SAMPLED: readonly Encoding[] = ["pcm_s16le", "pcm_f32le"];

/** Writes what is sent: brings it to the rate of the stream where it has another. */
export class PcmWriter {
  readonly #format: AudioFormat;
  #resampler: Resampler | null = null;

  constructor(format: AudioFormat) {
    this.#format = format;
  }

  /** The bytes of some samples, a copy; with another rate those that are certain by now. */
  write(pcm: Pcm, sampleRate = this.#format.sampleRate): Uint8Array {
    const before = this.#resampler && this.#resampler.from !== sampleRate ? this.rest() : null;
    const bytes = this.#written(pcm, sampleRate);
    return before ? joined(before, bytes) : bytes;
  }

  /** What was not certain before the end of the utterance. */
  rest(): Uint8Array {
    const samples = this.#resampler?.flush();
    this.#resampler = null;
    return samples ? encoded(samples, this.#format) : new Uint8Array(0);
  }

  /** Forgets what was not certain. */
  reset(): void {
    this.#resampler = null;
  }

  #written(pcm: Pcm, sampleRate: number): Uint8Array {
    if (sampleRate === this.#format.sampleRate) return encoded(pcm, this.#format);
    if (!(pcm instanceof Int16Array || pcm instanceof Float32Array) || this.#format.channels > 1) {
      throw new A2FError("bad_audio", `only samples of one channel can be brought to another rate: send Float32Array`);
    }
    this.#resampler ??= new Resampler(sampleRate, this.#format.sampleRate);
    return encoded(this.#resampler.push(asFloats(pcm)), this.#format);
  }
}

function encoded(pcm: Pcm, format: AudioFormat): Uint8Array {
  if (pcm instanceof ArrayBuffer) return new Uint8Array(pcm.slice(0));
  if (pcm instanceof Uint8Array) return pcm.slice();
  const bytes = new Uint8Array(pcm.length * ENCODINGS[format.encoding]);
  const view = new DataView(bytes.buffer);
  if (format.encoding === "pcm_s16le") asIntegers(pcm).forEach((sample, i) => view.setInt16(2 * i, sample, true));
  else if (format.encoding === "pcm_f32le") asFloats(pcm).forEach((sample, i) => view.setFloat32(4 * i, sample, true));
  else throw new A2FError("bad_audio", `samples cannot be written as ${format.encoding}: send bytes that are`);
  return bytes;
}

function asFloats(samples: Int16Array | Float32Array): Float32Array {
  return samples instanceof Float32Array ? samples : Float32Array.from(samples, (sample) => sample / 32768);
}

function asIntegers(samples: Int16Array | Float32Array): Int16Array {
  if (samples instanceof Int16Array) return samples;
  return Int16Array.from(samples, (sample) => Math.round(Math.max(-1, Math.min(1, sample)) * 32767));
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}
