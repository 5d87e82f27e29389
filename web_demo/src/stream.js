/** One stream to the server that served this page, over the subprotocol `a2f.v1.json`. */

/**
 * @typedef {{names: string[], fps: [number, number], engine: string, lookahead_ms: number, sample_rate: number}} Ready
 * @typedef {{utterance: number, index: number, count: number, time: number, weights: number[][], head?: number[][],
 *   fps?: [number, number], idle?: boolean, final?: boolean}} Frames
 * @typedef {{ready(message: Ready): void, frames(message: Frames): void, told(message: {type: string, code?: string,
 *   message?: string}): void, lost(reason: string): void}} Listener
 */

const SUBPROTOCOL = "a2f.v1.json";
const TOKEN = new URLSearchParams(location.search).get("token");
/** More than this unsent means that the network cannot follow: live audio is then left out. */
const UNSENT_LIMIT_BYTES = 256 * 1024;

export class Stream {
  /**
   * @param {number} sampleRate Hertz of the audio that will be sent
   * @param {Listener} listener
   */
  constructor(sampleRate, listener) {
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    const protocols = TOKEN ? [SUBPROTOCOL, `a2f.token.${base64url(TOKEN)}`] : [SUBPROTOCOL];
    this.ids = 0;
    this.socket = new WebSocket(`${scheme}://${location.host}/v1/stream`, protocols);
    this.socket.binaryType = "arraybuffer";
    this.socket.onopen = () => this.say({
      type: "hello", idle: "always", head: true, fps: 60,
      audio: { encoding: "pcm_s16le", sample_rate: sampleRate, channels: 1 },
    });
    this.socket.onmessage = (event) => this.#hear(JSON.parse(event.data), listener);
    this.socket.onclose = (event) => listener.lost(event.reason || `closed (${event.code})`);
  }

  /** @param {ArrayBuffer} pcm little-endian int16, mono */
  audio(pcm) {
    if (this.open && this.socket.bufferedAmount < UNSENT_LIMIT_BYTES) this.socket.send(pcm);
  }

  flush() { this.say({ type: "flush", id: ++this.ids }); }

  clear() { this.say({ type: "clear", id: ++this.ids }); }

  close() { this.socket.onclose = null; this.say({ type: "bye" }); this.socket.close(1000); }

  get open() { return this.socket.readyState === WebSocket.OPEN; }

  /** @param {object} message */
  say(message) { if (this.open) this.socket.send(JSON.stringify(message)); }

  /** @param {any} message @param {Listener} listener */
  #hear(message, listener) {
    if (message.type === "frames") listener.frames(message);
    else if (message.type === "ready") listener.ready(message);
    else listener.told(message);
  }
}

/** @param {string} text */
function base64url(text) {
  const bytes = new TextEncoder().encode(text);
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}
