/** The timeline with its caption, for a clip or for what is heard live. */

import { byId } from "../dom.ts";
import type { Pose } from "../pose.ts";
import type { Voices } from "../voices/voices.ts";
import { Timeline } from "./timeline.ts";

export class TimelinePanel {
  readonly #voices: Voices;
  readonly #timeline: Timeline;
  readonly #level = byId("level");
  #jaw = -1;
  #timeText = "";

  constructor(voices: Voices) {
    this.#voices = voices;
    this.#timeline = new Timeline(byId("timeline", HTMLCanvasElement), (second) => voices.seek(second));
    voices.clip.watch((clip) =>
      this.#timeline.setClip(clip && { durationS: clip.clip.durationS, peaks: clip.clip.peaks, jaw: clip.jaw }),
    );
  }

  setNames(names: readonly string[]): void {
    this.#jaw = names.indexOf("jawOpen");
  }

  setTitle(title: string): void {
    byId("clip-title").textContent = title;
  }

  show(pose: Pose, nowS: number): void {
    const { clip, live } = this.#voices;
    const level = live.current?.level ?? 0;
    this.#level.style.transform = `scaleX(${level.toFixed(3)})`;
    this.#timeline.hear(nowS, level, pose.weights[this.#jaw] ?? 0);
    const second = clip.current?.secondS(nowS) ?? 0;
    if (clip.current) this.#timeline.setPlace(second);
    this.#tell(clip.current ? `${second.toFixed(1)} / ${clip.current.clip.durationS.toFixed(1)} s` : "");
    this.#timeline.draw(nowS);
  }

  #tell(text: string): void {
    if (text !== this.#timeText) byId("clip-time").textContent = text;
    this.#timeText = text;
  }
}
