/** A sound that is known from beginning to end. */

import { PageError } from "../errors.ts";

/** Longest clip, in seconds: its samples and its frames are held in memory. */
export const LIMIT_S = 15 * 60;
const LIMIT_BYTES = 200 * 1024 * 1024;
const METADATA_TIMEOUT_MS = 2000;
const PEAKS = 1200;

export interface Clip {
  readonly title: string;
  /** What is heard, in all its channels. */
  readonly buffer: AudioBuffer;
  /** What is sent: one channel, 16 bit. */
  readonly pcm: Int16Array;
  /** Of what is sent, in hertz. */
  readonly sampleRate: number;
  /** Loudness in equal parts of the clip, 0 to 1, for its picture. */
  readonly peaks: Float32Array;
  readonly durationS: number;
}

/** Decodes a sound file, to be played and to be sent at a rate each. Throws a `PageError` where the browser cannot. */
export async function decodeClip(title: string, bytes: ArrayBuffer, playRate: number, sendRate: number): Promise<Clip> {
  checkSize(title, bytes.byteLength);
  checkDuration(title, await toldDurationS(bytes)); // samples take up to a hundred times the room of a file
  const buffer = await decode(title, bytes.slice(0), playRate);
  checkDuration(title, buffer.duration);
  const mono = mixDown(channelsOf(await decode(title, bytes, sendRate)));
  return {
    title,
    buffer,
    pcm: toInt16(mono),
    sampleRate: sendRate,
    peaks: peaksOf(mono, PEAKS),
    durationS: buffer.duration,
  };
}

/** The bytes of a file that was chosen. Throws a `PageError` for one that is too large, before it is read. */
export async function bytesOf(title: string, file: Blob): Promise<ArrayBuffer> {
  checkSize(title, file.size);
  return file.arrayBuffer();
}

function checkSize(title: string, bytes: number): void {
  if (bytes > LIMIT_BYTES) throw new PageError(`“${title}” is too large: choose one below 200 MiB.`);
}

function checkDuration(title: string, seconds: number): void {
  if (seconds > LIMIT_S) throw new PageError(`“${title}” is longer than 15 minutes: cut it.`);
}

/** What a file says of its own duration, without decoding it; 0 where the browser finds nothing of the kind. */
async function toldDurationS(bytes: ArrayBuffer): Promise<number> {
  const sound = new Audio();
  const address = URL.createObjectURL(new Blob([bytes]));
  try {
    return await new Promise((resolve) => {
      sound.onloadedmetadata = () => resolve(Number.isFinite(sound.duration) ? sound.duration : 0);
      sound.onerror = () => resolve(0);
      setTimeout(() => resolve(0), METADATA_TIMEOUT_MS); // some browsers put metadata off
      sound.preload = "metadata";
      sound.src = address;
    });
  } finally {
    sound.removeAttribute("src");
    URL.revokeObjectURL(address);
  }
}

function channelsOf(buffer: AudioBuffer): Float32Array[] {
  return Array.from({ length: buffer.numberOfChannels }, (_, i) => buffer.getChannelData(i));
}

async function decode(title: string, bytes: ArrayBuffer, sampleRate: number): Promise<AudioBuffer> {
  // An offline context decodes at the rate that is wanted, and needs nobody's permission.
  const context = new OfflineAudioContext(1, 1, sampleRate);
  try {
    return await context.decodeAudioData(bytes);
  } catch {
    throw new PageError(`This browser cannot read “${title}” as sound: try WAV, MP3, OGG, FLAC or M4A.`);
  }
}

export function mixDown(channels: readonly Float32Array[]): Float32Array {
  const [first = new Float32Array(), ...others] = channels;
  if (!others.length) return first;
  return first.map((sample, i) => others.reduce((sum, channel) => sum + (channel[i] ?? 0), sample) / channels.length);
}

export function toInt16(samples: Float32Array): Int16Array {
  return Int16Array.from(samples, (sample) => Math.round(Math.max(-1, Math.min(1, sample)) * 32767));
}

/** The largest sample of every part, the largest of all being 1. */
export function peaksOf(samples: Float32Array, parts: number): Float32Array {
  const peaks = new Float32Array(parts);
  samples.forEach((sample, i) => {
    const part = Math.floor((i / samples.length) * parts);
    peaks[part] = Math.max(peaks[part]!, Math.abs(sample));
  });
  const largest = peaks.reduce((most, peak) => Math.max(most, peak), 0);
  return largest > 0 ? peaks.map((peak) => peak / largest) : peaks;
}
