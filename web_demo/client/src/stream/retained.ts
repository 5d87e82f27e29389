/** What has been said and not surely been heard: the log from which a lost connection is made good. */

import { A2FError } from "../errors.ts";
import {
  type Audio,
  type AudioFormat,
  type Changes,
  type Clear,
  type Configure,
  ENCODINGS,
  type Flush,
  type Marker,
} from "../wire/messages.ts";

export type Said = Audio | Flush | Clear | Marker | Configure;
export type Question = Flush | Clear | Marker;

/** Audio kept although frames came for it: an engine may give a frame before it has heard all the audio of its time. */
const MARGIN_S = 1;
/** Longer audio goes out in pieces of this size and duration, so that a message never nears the limits of a server. */
const PIECE_S = 0.5;
const PIECE_BYTES = 64 * 1024;

/** An utterance, and bytes of its audio. */
type Place = readonly [utterance: number, bytes: number];

interface Sent {
  readonly place: Place;
  readonly message: Said;
}

/**
 * Keeps every message until the server has surely got it, in the order in which they must be heard.
 *
 * Messages wait (`append`), are sent (`take`), and leave when an answer shows that they arrived (`heard`, `settle`).
 * After a lost connection `resume` puts back what the server has not got. An utterance counts from where a server
 * counts it: it exists from its first byte of audio on, and ends with a flush or a clear.
 */
export class Unanswered {
  readonly #format: AudioFormat;
  readonly #frameBytes: number;
  readonly #bytesPerS: number;
  readonly #pieceBytes: number;
  #sent: Sent[] = [];
  #waiting: Said[] = [];
  #sentBytes = 0;
  #waitingBytes = 0;
  #keptFrom: Place = [0, 0];
  #here: Place = [0, 0];

  constructor(format: AudioFormat) {
    this.#format = format;
    this.#frameBytes = ENCODINGS[format.encoding] * format.channels;
    this.#bytesPerS = this.#frameBytes * format.sampleRate;
    const piece = Math.min(PIECE_BYTES, PIECE_S * this.#bytesPerS);
    this.#pieceBytes = Math.max(1, Math.floor(piece / this.#frameBytes)) * this.#frameBytes;
  }

  /** Utterance that takes the next audio that is sent. */
  get utterance(): number {
    return this.#here[0];
  }

  /** Utterance that takes the next audio that is appended: it stands behind what waits. */
  get utteranceToCome(): number {
    let [utterance, bytes] = this.#here;
    for (const message of this.#waiting) {
      bytes += size(message);
      if (!bytes || (message.type !== "flush" && message.type !== "clear")) continue;
      [utterance, bytes] = [utterance + 1, 0];
    }
    return utterance;
  }

  /** Seconds of that utterance's audio that were sent. */
  get utteranceS(): number {
    return this.#here[1] / this.#bytesPerS;
  }

  /** Seconds of audio sent and not surely heard. */
  get sentS(): number {
    return this.#sentBytes / this.#bytesPerS;
  }

  /** Seconds of audio not sent yet. */
  get waitingS(): number {
    return this.#waitingBytes / this.#bytesPerS;
  }

  /** Whether the server has surely got everything. */
  get empty(): boolean {
    return !this.#sent.length && !this.#waiting.length;
  }

  /** The message to be sent next. */
  get next(): Said | null {
    return this.#waiting[0] ?? null;
  }

  /** Duration of the audio in a message. */
  seconds(message: Said): number {
    return size(message) / this.#bytesPerS;
  }

  /** Lets a message wait to be sent; audio that still waits before a clear is withdrawn. */
  append(message: Said): void {
    if (message.type === "audio") {
      this.#waitingBytes += size(message);
      this.#waiting.push(...this.#pieces(message.pcm));
    } else {
      this.#waiting.push(message);
    }
    if (message.type === "clear") this.withdraw();
  }

  /** The next message, which counts as sent from now on. */
  take(): Said {
    const message = this.#waiting.shift();
    if (!message) throw new A2FError("protocol", "nothing waits to be sent");
    const bytes = size(message);
    this.#sent.push({ place: this.#here, message });
    this.#waitingBytes -= bytes;
    this.#sentBytes += bytes;
    const [utterance, before] = this.#here;
    const ends = (message.type === "flush" || message.type === "clear") && before > 0;
    this.#here = ends ? [utterance + 1, 0] : [utterance, before + bytes];
    return message;
  }

  /** Frames came up to a time of an utterance, so its audio before arrived. */
  heard(utterance: number, timeS: number): void {
    const samples = Math.floor((timeS - MARGIN_S) * this.#format.sampleRate);
    const place: Place = [utterance, samples * this.#frameBytes];
    let surely = 0;
    for (const entry of this.#sent) {
      if (entry.message.type !== "audio" || compare(end(entry), place) > 0) break;
      this.#forget(entry);
      surely++;
    }
    this.#sent.splice(0, surely);
  }

  /** A question was answered, so all before it arrived; a marker or change stays until it is answered itself. */
  settle(type: Question["type"], id: number | null): void {
    const at = this.#sent.findIndex(({ message }) => message.type === type && "id" in message && message.id === id);
    if (at < 0) return;
    const before = this.#sent.slice(0, at);
    for (const entry of this.#sent.slice(0, at + 1)) this.#forget(entry);
    this.#sent = [...before.filter(({ message }) => asks(message)), ...this.#sent.slice(at + 1)];
  }

  /** The oldest change of the configuration was answered; tells which, null if none was asked for. */
  settleChange(): Changes | null {
    const at = this.#sent.findIndex(({ message }) => message.type === "configure");
    const [entry] = at < 0 ? [] : this.#sent.splice(at, 1);
    return entry?.message.type === "configure" ? entry.message.changes : null;
  }

  /** Everything that asks for an answer and has none, in its order. */
  questions(): Exclude<Said, Audio>[] {
    const all = [...this.#sent.map(({ message }) => message), ...this.#waiting];
    return all.filter((message) => message.type !== "audio");
  }

  /**
   * Puts back what a server that stands there has not got, to be sent again.
   *
   * Throws `session_expired` where it asks for what is no longer kept, or has more than was sent.
   */
  resume(utterance: number, audioBytes: number): void {
    const place: Place = [utterance, audioBytes];
    if (compare(this.#keptFrom, place) > 0 || compare(place, this.#here) > 0) {
      const where = `byte ${audioBytes} of utterance ${utterance}`;
      throw new A2FError("session_expired", `the server resumed at ${where}, which cannot be sent again: connect anew`);
    }
    this.#waiting = [...unansweredBefore(this.#sent, place), ...notBefore(this.#sent, place), ...this.#waiting];
    this.#sent = [];
    this.#sentBytes = 0;
    this.#waitingBytes = total(this.#waiting);
    this.#here = this.#keptFrom = place;
    const lastClear = this.#waiting.findLastIndex(({ type }) => type === "clear");
    this.withdraw(Math.max(0, lastClear));
  }

  /** Gives up audio that was not sent yet: all of it, or the part before so many messages, which a clear would drop. */
  withdraw(until = this.#waiting.length): void {
    const kept = this.#waiting.slice(0, until).filter(({ type }) => type !== "audio");
    this.#waiting = [...kept, ...this.#waiting.slice(until)];
    this.#waitingBytes = total(this.#waiting);
  }

  #forget(entry: Sent): void {
    this.#sentBytes -= size(entry.message);
    if (compare(end(entry), this.#keptFrom) > 0) this.#keptFrom = end(entry);
  }

  #pieces(pcm: Uint8Array): Audio[] {
    const pieces: Audio[] = [];
    for (let at = 0; at < pcm.byteLength; at += this.#pieceBytes) {
      pieces.push({ type: "audio", pcm: pcm.subarray(at, at + this.#pieceBytes) });
    }
    return pieces;
  }
}

/** Questions that the server got but whose answer may be lost; asked again, they do no harm. */
function unansweredBefore(sent: readonly Sent[], place: Place): Said[] {
  return sent.filter((entry) => compare(entry.place, place) < 0 && asks(entry.message)).map(({ message }) => message);
}

/** Messages, and the rest of one, that begin at the place or later. */
function notBefore(sent: readonly Sent[], place: Place): Said[] {
  return sent.flatMap((entry): Said[] => {
    if (compare(entry.place, place) >= 0) return [entry.message];
    const cut = entry.message.type === "audio" && entry.place[0] === place[0] && compare(end(entry), place) > 0;
    return cut ? [{ type: "audio", pcm: (entry.message as Audio).pcm.subarray(place[1] - entry.place[1]) }] : [];
  });
}

function asks(message: Said): boolean {
  return message.type === "marker" || message.type === "configure";
}

function end({ place, message }: Sent): Place {
  return [place[0], place[1] + size(message)];
}

function size(message: Said): number {
  return message.type === "audio" ? message.pcm.byteLength : 0;
}

function total(messages: readonly Said[]): number {
  return messages.reduce((bytes, message) => bytes + size(message), 0);
}

function compare(a: Place, b: Place): number {
  return a[0] - b[0] || a[1] - b[1];
}
