/** Runs on the audio thread: turns what it hears into int16 and hands over 20 ms at a time, no more. */

class Capture extends AudioWorkletProcessor {
  constructor() {
    super();
    // @ts-ignore sampleRate is a global of the worklet
    this.size = Math.round(sampleRate / 50);
    this.block = new Int16Array(this.size);
    this.filled = 0;
  }

  /** @param {Float32Array[][]} inputs */
  process(inputs) {
    const samples = inputs[0]?.[0];
    if (samples) for (const sample of samples) this.#take(sample);
    return true;
  }

  /** @param {number} sample */
  #take(sample) {
    this.block[this.filled++] = Math.max(-1, Math.min(1, sample)) * 32767;
    if (this.filled < this.size) return;
    this.port.postMessage(this.block.buffer, [this.block.buffer]);
    this.block = new Int16Array(this.size);
    this.filled = 0;
  }
}

// @ts-ignore registerProcessor is a global of the worklet
registerProcessor("capture", Capture);
