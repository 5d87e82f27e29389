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
const LAST = "last";

interface NumberedTake {
  readonly number: number;
  readonly take: Recording;
}

/** Keeps the last utterance of itself, and everything while it is told to record. */
export class TakePanel {
  readonly #avatar: () => Avatar | undefined;
  #names: readonly string[] = [];
  #title = "speech";
  #last: Recording | undefined;
  #lastUtterance = -1;
  #running: Recording | undefined;
  #takes: NumberedTake[] = [];
  #count = 0;

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
    if (!this.#running.full) return;
    this.toggle();
    notice("The recording is as long as one can be, and was ended.", "bad");
  }

  /** Frames come from another stream from now on. */
  cut(): void {
    this.#running?.cut();
    this.#lastUtterance = -1;
  }

  /** Begins or ends a recording. */
  toggle(): void {
    if (this.#running) this.#keep(this.#running);
    this.#running = this.#running
      ? undefined
      : new Recording(`Recording ${new Date().toLocaleTimeString()}`, this.#names);
    press(button("record"), this.#running !== undefined);
    byId("record-label").textContent = this.#running ? "Stop recording" : "Record";
    this.#list();
    if (!this.#running && this.#takes[0]) select("take").value = String(this.#takes[0].number);
  }

  /** Brings the numbers up to date; to be called now and then. */
  refresh(): void {
    const running = this.#running;
    byId("take-note").textContent = running ? `${running.durationS.toFixed(1)} s, ${running.rows.length} frames` : "";
    this.#list();
  }

  #keep(take: Recording): void {
    if (take.rows.length) this.#takes = [{ number: ++this.#count, take }, ...this.#takes].slice(0, KEPT_TAKES);
  }

  #keepLast(frames: Frames): void {
    if (!this.#last || frames.utterance !== this.#lastUtterance) this.#last = new Recording(this.#title, this.#names);
    this.#lastUtterance = frames.utterance;
    this.#last.add(frames);
  }

  /** What can be written, by a name that stays the same while it grows. */
  get #choices(): ReadonlyMap<string, Recording> {
    const takes = this.#takes.map(({ number, take }) => [String(number), take] as const);
    return new Map([...takes, ...(this.#last ? [[LAST, this.#last] as const] : [])]);
  }

  #list(): void {
    const labels = [...this.#choices].map(([id, take]) => [id, `${labelOf(id, take)}${lengthOf(take)}`] as const);
    const choices = labels.length ? labels : [["", "nothing yet: let the face speak"] as const];
    const options = [...select("take").options];
    const isSame = options.length === choices.length && choices.every(([id], i) => options[i]!.value === id);
    if (!isSame) fill(select("take"), choices);
    else choices.forEach(([, label], i) => options[i]!.text === label || (options[i]!.text = label));
    for (const id of ["export-csv", "export-json", "export-glb"]) button(id).disabled = !labels.length;
  }

  async #export(kind: "csv" | "json" | "glb"): Promise<void> {
    const take = this.#choices.get(select("take").value)?.take();
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

function labelOf(id: string, { name }: Recording): string {
  return id === LAST ? `Last utterance: ${name}` : name;
}

function lengthOf({ durationS, full }: Recording): string {
  return ` (${durationS.toFixed(1)} s${full ? ", cut there" : ""})`;
}
