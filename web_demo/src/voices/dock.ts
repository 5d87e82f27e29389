/** The dock: every way to give the face a voice. */

import { button, byId, fill, input, make, press, select } from "../dom.ts";
import { sentence } from "../errors.ts";
import { isAvatar } from "../panels/drop.ts";
import { notice } from "../panels/notices.ts";
import type { ClipPlayer, ClipState } from "../playback/clip_player.ts";
import { isBoolean, isText, remembered } from "../preferences.ts";
import { hush } from "../sources/browser_speech.ts";
import { bytesOf } from "../sources/clip.ts";
import { listMicrophones, openTab } from "../sources/live_sound.ts";
import { fetchSample, listSamples, type Sample } from "./samples.ts";
import type { Hearing, Voices } from "./voices.ts";

export interface DockTarget {
  /** A file that was chosen is an avatar. */
  wear(file: File): void;
  /** Something else speaks from now on; of some clips the words are known. */
  titled(title: string, text?: string): void;
}

export class Dock {
  readonly #voices: Voices;
  readonly #target: DockTarget;
  readonly #sampleButtons: HTMLButtonElement[] = [];
  /** Whether a tab is heard, to which the choices of the microphone mean nothing. */
  #shared = false;

  constructor(voices: Voices, target: DockTarget) {
    this.#voices = voices;
    this.#target = target;
    this.#bindButtons();
    this.#bindMicrophone();
    voices.clip.watch((clip) => this.#showClip(clip));
    voices.live.watch(() => this.#showLive());
    void this.#addSamples();
  }

  /** Plays or pauses; with nothing there, plays the first sample. */
  toggle(): void {
    if (this.#voices.clip.current) void this.#tried(this.#voices.toggle());
    else this.#sampleButtons[0]?.click();
  }

  playSample(place: number): void {
    this.#sampleButtons[place]?.click();
  }

  toggleMicrophone(): void {
    if (this.#voices.live.current) this.#voices.stopHearing();
    else void this.hear();
  }

  /** Listens; `shared` is something else than the microphone. */
  async hear(shared?: MediaStream): Promise<void> {
    const how = shared ? { ...this.#hearing(), shared } : this.#hearing();
    const ended = (): void =>
      notice(shared ? "The tab is not shared any more." : "The microphone is gone: choose another one.", "bad");
    const heard = await this.#tried(this.#voices.hear(how, ended));
    await this.#listDevices();
    if (!heard) return;
    this.#shared = shared !== undefined;
    this.#target.titled(shared ? "Tab" : "Microphone");
  }

  /** Those that are there now: one that is gone is chosen no more. */
  async #listDevices(): Promise<void> {
    const devices = await listMicrophones();
    if (devices.length) fill(select("device"), [["", "The system's choice"], ...devices]);
  }

  open(file: File): void {
    if (isAvatar(file.name)) this.#target.wear(file);
    else this.play(file.name.replace(/\.\w+$/, ""), () => bytesOf(file.name, file));
  }

  play(title: string, bytes: () => Promise<ArrayBuffer>, from?: HTMLElement, text?: string): void {
    void this.#tried(
      this.#voices.play(title, bytes).then((plays) => {
        if (!plays) return;
        this.#target.titled(title, text);
        for (const chip of this.#sampleButtons) press(chip, chip === from);
      }),
    );
  }

  interrupt(): void {
    hush();
    this.#voices.interrupt();
  }

  /** What the work gives; where it fails, that is said. */
  async #tried<T>(work: Promise<T>): Promise<T | undefined> {
    try {
      return await work;
    } catch (thrown) {
      notice(sentence(thrown), "bad");
      return undefined;
    }
  }

  #hearing(): Hearing {
    const deviceId = select("device").value;
    return {
      ...(deviceId ? { deviceId } : {}),
      echoCancellation: input("echo").checked,
      noiseSuppression: input("noise").checked,
      autoGainControl: input("gain").checked,
    };
  }

  #bindButtons(): void {
    button("play").addEventListener("click", () => void this.#tried(this.#voices.toggle()));
    button("interrupt").addEventListener("click", () => this.interrupt());
    button("loop").addEventListener("click", () => this.toggleLoop());
    button("file").addEventListener("click", () => input("file-input").click());
    input("file-input").addEventListener("change", () => {
      const file = input("file-input").files?.[0];
      if (file) this.open(file);
      input("file-input").value = "";
    });
  }

  toggleLoop(): void {
    const loop = button("loop").getAttribute("aria-pressed") !== "true";
    press(button("loop"), loop);
    this.#voices.setLoop(loop);
  }

  #bindMicrophone(): void {
    button("microphone").addEventListener("click", () => this.toggleMicrophone());
    disclose(button("microphone-more"), byId("microphone-options"));
    for (const id of ["echo", "noise", "gain"]) {
      const choice = remembered(`microphone.${id}`, false, isBoolean);
      input(id).checked = choice.current;
      input(id).addEventListener("change", () => choice.set(input(id).checked));
    }
    const device = remembered("microphone.device", "", isText);
    if (device.current)
      fill(select("device"), [
        ["", "The system's choice"],
        [device.current, "The last one"],
      ]);
    select("device").value = device.current;
    select("device").addEventListener("change", () => device.set(select("device").value));
    byId("microphone-options").addEventListener("change", () => {
      if (this.#voices.live.current && !this.#shared) void this.hear();
    });
    button("tab").hidden = !navigator.mediaDevices?.getDisplayMedia;
    button("tab").addEventListener("click", () => void this.#tried(openTab().then((stream) => this.hear(stream))));
  }

  async #addSamples(): Promise<void> {
    const chips = (await listSamples()).map((sample) => this.#chip(sample));
    byId("samples").append(...chips);
  }

  #chip(sample: Sample): HTMLButtonElement {
    const glyph = byId("play").querySelector("svg")!.cloneNode(true);
    const chip = make("button", { type: "button", "aria-pressed": "false", title: sample.text }, glyph, sample.title);
    chip.addEventListener("click", () => this.play(sample.title, () => fetchSample(sample), chip, sample.text));
    this.#sampleButtons.push(chip);
    return chip;
  }

  #showClip(clip: ClipPlayer | undefined): void {
    button("play").disabled = !clip;
    if (!clip) for (const chip of this.#sampleButtons) press(chip, false);
    clip?.state.watch((state) => {
      if (clip === this.#voices.clip.current) this.#showState(state);
    });
    if (!clip) this.#showState("paused");
  }

  #showState(state: ClipState): void {
    const moving = state === "playing" || state === "waiting";
    button("play").setAttribute("aria-label", moving ? "Pause" : "Play");
    button("play")
      .querySelector("use")
      ?.setAttribute("href", moving ? "#g-pause" : "#g-play");
    button("interrupt").disabled = !moving && !this.#voices.live.current;
  }

  #showLive(): void {
    const live = this.#voices.live.current !== undefined;
    press(button("microphone"), live);
    byId("microphone-label").textContent = live ? "Stop listening" : "Use my microphone";
    button("interrupt").disabled = !live && !this.#voices.clip.current?.moving;
  }
}

/** A button that shows and hides a part of the page. */
export function disclose(toggle: HTMLButtonElement, part: HTMLElement): void {
  toggle.addEventListener("click", () => {
    part.hidden = !part.hidden;
    toggle.setAttribute("aria-expanded", String(!part.hidden));
  });
}
