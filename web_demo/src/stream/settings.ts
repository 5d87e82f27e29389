/** What is asked of the server: engine, frame rate, profile, idle life, mood. */

import type { ConnectOptions, Idle, Profile } from "a2f-live";

import { fill, input, select } from "../dom.ts";
import { Mood } from "../panels/mood.ts";
import { isBoolean, oneOf, remembered } from "../preferences.ts";
import { type Conversation, SAMPLE_RATE } from "./conversation.ts";

/** The part of `/v1/info` that the page reads. */
interface Info {
  readonly emotions: readonly string[];
  readonly profiles: readonly string[];
  readonly default_engine: string;
  readonly engines: Readonly<Record<string, unknown>>;
}

const IDLES = ["always", "speech", "off"] as const;
const INFO_TIMEOUT_MS = 3000;
const LESS_MOTION = matchMedia("(prefers-reduced-motion: reduce)");
/** Who wants less motion gets none but that of speech, unless it is asked for. */
const idleOfSystem = (): Idle => (LESS_MOTION.matches ? "speech" : "always");

export class Settings {
  readonly mirror = remembered("mirror", false, isBoolean);
  readonly #conversation: () => Conversation;
  /** Something was changed that frames which came before do not show. */
  readonly #changed: () => void;
  readonly #token: string | undefined;
  /** The one that was asked for; else the server has its own. */
  #engine: string | undefined;
  #mood: Mood | undefined;

  constructor(conversation: () => Conversation, changed: () => void) {
    this.#conversation = conversation;
    this.#changed = changed;
    this.#token = new URLSearchParams(location.search).get("token") ?? undefined;
    this.#bindLife();
    this.#bindStream();
  }

  /** What a new stream is to be, with what the server has now. */
  async options(): Promise<ConnectOptions> {
    await this.#load();
    return {
      sampleRate: SAMPLE_RATE,
      fps: Number(select("fps").value),
      idle: select("idle").value as Idle,
      emotions: this.#mood?.emotions ?? {},
      autoEmotion: input("auto-emotion").checked,
      profile: this.#profile(),
      head: true,
      visemes: true,
      stats: true,
      ...(this.#engine ? { engine: this.#engine } : {}),
      ...(this.#token ? { token: this.#token } : {}),
    };
  }

  /** Asks once more, where the server did not answer before it was connected to. */
  async complete(): Promise<void> {
    if (!this.#mood) await this.#load();
  }

  /** Asks the server what it has. Where it does not answer, the connection that is tried next says why. */
  async #load(): Promise<void> {
    const headers: Record<string, string> = this.#token ? { Authorization: `Bearer ${this.#token}` } : {};
    try {
      const answer = await fetch("v1/info", { headers, signal: AbortSignal.timeout(INFO_TIMEOUT_MS) });
      if (answer.ok) this.#offer((await answer.json()) as Info);
    } catch {
      return; // nothing that can be read: as above
    }
  }

  /** Another server may have other engines and profiles: what is not there is asked for no more. */
  #offer(info: Info): void {
    const engines = Object.keys(info.engines);
    if (!engines.includes(this.#engine ?? "")) this.#engine = undefined;
    fill(
      select("engine"),
      engines.map((name) => [name, name] as const),
    );
    select("engine").value = this.#engine ?? info.default_engine;
    fill(select("profile"), [["", "the server's own"], ...info.profiles.map((name) => [name, name] as const)]);
    this.#mood ??= new Mood(info.emotions, {
      emotions: (emotions) => this.#configure({ emotions }),
      profile: () => {
        select("profile").value = "";
        this.#configure({ profile: this.#profile() });
      },
    });
  }

  #profile(): Profile | null {
    return select("profile").value || (this.#mood?.profile ?? null);
  }

  #configure(changes: Parameters<Conversation["configure"]>[0]): void {
    this.#conversation().configure(changes);
    this.#changed();
  }

  #bindLife(): void {
    const idle = remembered<Idle | "">("idle", "", oneOf("", ...IDLES));
    const show = (): void => void (select("idle").value = idle.current || idleOfSystem());
    const ask = (): void => this.#configure({ idle: select("idle").value as Idle });
    show();
    select("idle").addEventListener("change", () => {
      idle.set(select("idle").value as Idle);
      ask();
    });
    LESS_MOTION.addEventListener("change", () => {
      if (idle.current) return;
      show();
      ask();
    });
    input("auto-emotion").addEventListener("change", () =>
      this.#configure({ autoEmotion: input("auto-emotion").checked }),
    );
    input("mirror").checked = this.mirror.current;
    input("mirror").addEventListener("change", () => this.mirror.set(input("mirror").checked));
  }

  #bindStream(): void {
    select("fps").addEventListener("change", () => this.#configure({ fps: Number(select("fps").value) }));
    select("profile").addEventListener("change", () => {
      this.#mood?.resetGains();
      this.#configure({ profile: this.#profile() });
    });
    select("engine").addEventListener("change", () => {
      this.#engine = select("engine").value;
      void this.#conversation().begin();
    });
  }
}
