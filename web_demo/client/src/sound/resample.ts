/**
 * Brings a stream of samples to another rate, at once and without a seam between blocks: a sinc with a Kaiser window
 * (J. O. Smith, "Digital Audio Resampling"), whose passband ends at 0.9 of the lower Nyquist frequency.
 */

const CROSSINGS = 16;
/** Of the Kaiser window: 80 dB of the stopband. */
const BETA = 7.86;
const ROLLOFF = 0.92;

/** One channel from one rate to another. Sample `n` that comes out stands where `n / to` seconds of what went in stand. */
export class Resampler {
  readonly from: number;
  readonly to: number;
  readonly #scale: number;
  readonly #half: number;
  readonly #filters = new Map<number, Float64Array>();
  readonly #step: number;
  readonly #divisor: number;
  #held: Float32Array;
  /** Position of the first sample held, and of the next one that comes out, in samples that went in. */
  #first: number;
  #produced = 0;
  #consumed = 0;

  constructor(from: number, to: number) {
    const common = greatestDivisor(from, to);
    this.from = from;
    this.to = to;
    this.#step = from / common;
    this.#divisor = to / common;
    this.#scale = Math.min(1, to / from) * ROLLOFF;
    this.#half = Math.ceil(CROSSINGS / this.#scale);
    this.#held = new Float32Array(this.#half); // silence before the first sample
    this.#first = -this.#half;
  }

  /** The samples that are certain once these have come. */
  push(samples: Float32Array): Float32Array {
    const held = new Float32Array(this.#held.length + samples.length);
    held.set(this.#held);
    held.set(samples, this.#held.length);
    this.#held = held;
    this.#consumed += samples.length;
    return this.#produce(this.#consumed - this.#half);
  }

  /** The samples that were not certain before the end; as many in all as last as long as what went in. */
  flush(): Float32Array {
    const last = this.#consumed;
    const held = new Float32Array(this.#held.length + 2 * this.#half);
    held.set(this.#held);
    this.#held = held;
    return this.#produce(last);
  }

  /** Everything that stands before a position of what went in. */
  #produce(before: number): Float32Array {
    const until = Math.max(this.#produced, Math.ceil((before * this.#divisor) / this.#step));
    const out = new Float32Array(until - this.#produced);
    for (let i = 0; i < out.length; i++) out[i] = this.#at(this.#produced + i);
    this.#produced = until;
    this.#drop();
    return out;
  }

  #at(n: number): number {
    const numerator = n * this.#step;
    const whole = Math.floor(numerator / this.#divisor);
    const filter = this.#filter(numerator % this.#divisor);
    const start = whole - this.#half + 1 - this.#first;
    let sum = 0;
    for (let tap = 0; tap < filter.length; tap++) sum += (filter[tap] ?? 0) * (this.#held[start + tap] ?? 0);
    return sum;
  }

  /** Taps for a position so far, in parts of the divisor, behind a sample that went in. */
  #filter(phase: number): Float64Array {
    const known = this.#filters.get(phase);
    if (known) return known;
    const taps = new Float64Array(2 * this.#half);
    for (let tap = 0; tap < taps.length; tap++) {
      const distance = tap - this.#half + 1 - phase / this.#divisor;
      taps[tap] = this.#scale * sinc(this.#scale * distance) * kaiser(distance / this.#half);
    }
    const sum = taps.reduce((total, tap) => total + tap, 0);
    const filter = taps.map((tap) => tap / sum);
    this.#filters.set(phase, filter);
    return filter;
  }

  #drop(): void {
    const next = Math.floor((this.#produced * this.#step) / this.#divisor) - this.#half;
    const old = Math.min(this.#held.length, Math.max(0, next - this.#first));
    this.#held = this.#held.slice(old);
    this.#first += old;
  }
}

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
}

function kaiser(x: number): number {
  return Math.abs(x) >= 1 ? 0 : bessel(BETA * Math.sqrt(1 - x * x)) / bessel(BETA);
}

/** Modified Bessel function of the first kind and order zero, by its series. */
function bessel(x: number): number {
  let sum = 1;
  for (let term = 1, k = 1; term > 1e-12 * sum; k++) sum += term *= (x / 2 / k) ** 2;
  return sum;
}

function greatestDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestDivisor(b, a % b);
}
