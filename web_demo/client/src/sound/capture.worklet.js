/** Runs on the audio thread: hands over what it hears, one channel of floats at the rate of the device, 20 ms at a time. */

class Capture extends AudioWorkletProcessor {
  constructor() {
    super();
    this.size = Math.round(sampleRate / 50);
    this.block = new Float32Array(this.size);
    this.filled = 0;
    this.ended = false;
    this.port.onmessage = () => {
      this.ended = true;
    };
  }

  process([input]) {
    const samples = input[0];
    if (samples) this.take(samples);
    return !this.ended;
  }

  take(samples) {
    for (let at = 0; at < samples.length;) {
      const part = samples.subarray(at, at + this.size - this.filled);
      this.block.set(part, this.filled);
      this.filled += part.length;
      at += part.length;
      if (this.filled === this.size) this.give();
    }
  }

  give() {
    this.port.postMessage(this.block, [this.block.buffer]);
    this.block = new Float32Array(this.size);
    this.filled = 0;
  }
}

registerProcessor("a2f-live-capture", Capture);
