/** Shows each frame when it is due: on a clock that starts with the first frame of an utterance. */

/** Frames wait so long before they are shown, so that a late message does not stop the face. */
const BUFFER_S = 0.04;

export class Player {
  /** @param {(weights: number[], head: number[] | undefined) => void} show */
  constructor(show) {
    this.show = show;
    /** @type {{due: number, weights: number[], head: number[] | undefined}[]} */
    this.queue = [];
    this.key = "";
    this.start = 0;
    this.fps = 60;
  }

  /** @param {import("./stream.js").Frames} frames @param {number} now seconds */
  take(frames, now) {
    const fps = frames.fps ? frames.fps[0] / frames.fps[1] : this.fps;
    const key = `${frames.utterance} ${frames.idle ?? false}`;
    if (key !== this.key || now > this.start + frames.time + 1) this.start = now + BUFFER_S - frames.time;
    this.key = key;
    frames.weights.forEach((weights, i) => {
      this.queue.push({ due: this.start + frames.time + i / fps, weights, head: frames.head?.[i] });
    });
  }

  /** @param {number} now seconds */
  tick(now) {
    let last;
    while (this.queue.length && this.queue[0].due <= now) last = this.queue.shift();
    if (last) this.show(last.weights, last.head);
  }

  /** Forgets what is not shown yet. */
  clear() { this.queue.length = 0; }
}
