/** Records, and writes takes to files. */

import type { Frames } from "a2f-live";

import type { Avatar } from "../avatar/avatar.ts";
import { button, byId, fill, press, select } from "../dom.ts";
import { liveLinkCsv } from "../exports/csv.ts";
import { download, fileName } from "../exports/download.ts";
import { animationJson } from "../exports/json.ts";
import { Recording } from "../exports/recording.ts";
import { PageError, sentence } from "../errors.ts";
import { notice } from "./notices.ts";

const KEPT_TAKES = 8;

/** Keeps the last utterance of itself, and everything while it is told to record. */
export class TakePanel {
  readonly #avatar: () => Avatar | undefined;
  #names: readonly string[] = [];
  #title = "speech";
  #last: Recording | undefined;
  #lastUtterance = -1;
  #running: Recording | undefined;
  #takes: Recording[] = [];

  constructor(avatar: () => Avatar | undefined) {
    this.#avatar = avatar;
    button("record").addEventListener("click", () => this.toggle());
    button("export-csv").addEventListener("click", () => void this.#export("csv"));
    button("export-json").addEventListener("click", () => void this.#export("json"));
    button("export-glb").addEventListener("click", () => void this.#export("glb"));
    this.#list();
  }

  setNames(names: readonly string[]): void {
    this.#names = names;
  }

  /** What the next utterances are called. */
  setTitle(title: string): void {
    this.#title = title;
  }

  /** Takes everything that the server sends. */
  add(frames: Frames): void {
    if (!frames.idle && !frames.final) this.#keepLast(frames);
    if (!this.#running) return;
    this.#running.add(frames);
    if (this.#running.full) this.toggle();
  }

  /** Begins or ends a recording. */
  toggle(): void {
    if (this.#running)
      this.#takes = [this.#running, ...this.#takes].filter(({ rows }) => rows.length).slice(0, KEPT_TAKES);
    this.#running = this.#running
      ? undefined
      : new Recording(`Recording ${new Date().toLocaleTimeString()}`, this.#names);
    press(button("record"), this.#running !== undefined);
    byId("record-label").textContent = this.#running ? "Stop recording" : "Record";
    this.#list();
  }

  /** Brings the numbers up to date; to be called now and then. */
  refresh(): void {
    const running = this.#running;
    byId("take-note").textContent = running ? `${running.durationS.toFixed(1)} s, ${running.rows.length} frames` : "";
    this.#list();
  }

  #keepLast(frames: Frames): void {
    if (!this.#last || frames.utterance !== this.#lastUtterance) this.#last = new Recording(this.#title, this.#names);
    this.#lastUtterance = frames.utterance;
    this.#last.add(frames);
  }

  get #choices(): Recording[] {
    return [...this.#takes, ...(this.#last ? [this.#last] : [])];
  }

  #list(): void {
    const labels = this.#choices.map((take) => {
      const kind = take === this.#last ? `Last utterance: ${take.name}` : take.name;
      return `${kind} (${take.durationS.toFixed(1)} s)`;
    });
    const list = select("take");
    const shown = [...list.options].map(({ text }) => text);
    if (labels.length && labels.join() === shown.join()) return;
    fill(
      list,
      labels.length ? labels.map((label, i) => [String(i), label] as const) : [["", "nothing yet: let the face speak"]],
    );
    for (const id of ["export-csv", "export-json", "export-glb"]) button(id).disabled = !labels.length;
  }

  async #export(kind: "csv" | "json" | "glb"): Promise<void> {
    const take = this.#choices[Number(select("take").value)]?.take();
    if (!take) return;
    try {
      if (kind === "csv") download(fileName(take.name, ".csv"), "text/csv", liveLinkCsv(take));
      else if (kind === "json") download(fileName(take.name, ".json"), "application/json", animationJson(take));
      else {
        const avatar = this.#avatar();
        if (!avatar) throw new PageError("There is no face to animate yet.");
        const { animatedCharacter } = await import("../exports/character.ts");
        download(fileName(take.name, ".glb"), "model/gltf-binary", animatedCharacter(avatar, take));
      }
    } catch (thrown) {
      notice(sentence(thrown), "bad");
    }
  }
}
