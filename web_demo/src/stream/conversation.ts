/** The page's stream: connected for as long as the page is open. */

import {
  A2FError,
  type ConnectOptions,
  connect,
  type Face,
  type FaceEvents,
  type Frames,
  type Pcm,
  type Ready,
} from "a2f-live";

import { sentence } from "../errors.ts";
import { Value } from "../value.ts";

/** Hertz of the audio that goes to the server. */
export const SAMPLE_RATE = 16_000;
/** Beside the page, wherever a proxy has put it. */
const STREAM = new URL("v1/stream", document.baseURI).href;
const RETRY_MS = { first: 500, last: 5000 };

export interface Connection {
  readonly kind: "connecting" | "live" | "lost";
  readonly text: string;
}

export interface ConversationListener {
  /** There is another stream, which must be listened to anew. */
  adopted(face: Face): void;
  /** There is another connection, and perhaps another session. */
  connected(ready: Ready): void;
  frames(frames: Frames): void;
  told(text: string, tone: "good" | "bad"): void;
}

export class Conversation {
  readonly connection = new Value<Connection>({ kind: "connecting", text: "Connecting…" });
  readonly #listener: ConversationListener;
  readonly #options: () => Promise<ConnectOptions>;
  #face: Face | undefined;
  #turn = 0;

  /** `options` are asked anew for every connection that is begun. */
  constructor(options: () => Promise<ConnectOptions>, listener: ConversationListener) {
    this.#options = options;
    this.#listener = listener;
  }

  /** The stream, if there is one now. */
  get face(): Face | undefined {
    return this.#face;
  }

  /** Connects, and tries again until it is; gives up what was connected before. */
  async begin(): Promise<void> {
    const turn = ++this.#turn;
    const before = this.#face;
    this.#face = undefined;
    if (before) this.connection.set({ kind: "connecting", text: "Connecting…" });
    await before?.close({ discard: true });
    let told = "";
    for (let waitMs = RETRY_MS.first; turn === this.#turn; waitMs = Math.min(RETRY_MS.last, waitMs * 1.6)) {
      try {
        const face = await connect(STREAM, await this.#options());
        if (turn === this.#turn) this.#adopt(face);
        else await face.close({ discard: true });
        return;
      } catch (thrown) {
        if (turn !== this.#turn) return;
        this.connection.set({ kind: "lost", text: `${sentence(thrown)} Trying again…` });
        if (thrown instanceof A2FError && thrown.fatal && told !== (told = sentence(thrown)))
          this.#listener.told(told, "bad");
        await new Promise((resolve) => setTimeout(resolve, waitMs));
      }
    }
  }

  /** Sends samples of one channel, by default at `SAMPLE_RATE`; while there is no stream they go nowhere. */
  send(pcm: Pcm, sampleRate = SAMPLE_RATE): void {
    const face = this.#face;
    face?.sendPcm(pcm, { sampleRate }).catch((thrown: unknown) => {
      if (!face.end) this.#listener.told(sentence(thrown), "bad"); // its own end it tells by its state
    });
  }

  /** The utterance that takes audio now. */
  get utterance(): number {
    return this.#face?.utterance ?? 0;
  }

  flush(): void {
    this.#face?.flush().catch(ignored);
  }

  clear(): void {
    this.#face?.clear().catch(ignored);
  }

  configure(changes: Parameters<Face["configure"]>[0]): void {
    this.#face?.configure(changes).catch((thrown: unknown) => this.#listener.told(sentence(thrown), "bad"));
  }

  #adopt(face: Face): void {
    this.#face = face;
    const on = <K extends keyof FaceEvents>(kind: K, listener: (event: FaceEvents[K]) => void): void =>
      void face.on(kind, (event) => {
        if (face === this.#face) listener(event);
      });
    on("frames", (frames) => this.#listener.frames(frames));
    on("ready", (ready) => this.#listener.connected(ready));
    on("warning", ({ message }) => this.#listener.told(message, "bad"));
    on("error", (error) => this.#listener.told(sentence(error), "bad"));
    on("go_away", () => this.#listener.told("The server is about to stop; the page will follow it.", "good"));
    on("state", () => this.#show(face));
    this.#listener.adopted(face);
    this.#listener.connected(face.ready);
    this.#show(face);
  }

  #show(face: Face): void {
    if (face.state === "open") this.connection.set({ kind: "live", text: "Live" });
    else if (face.state === "reconnecting")
      this.connection.set({ kind: "lost", text: "Connection lost. Trying again…" });
    else if (face.state === "closed") void this.begin();
  }
}

function ignored(): void {
  // the stream has ended, and says so by its state
}
