/** Emotions and strengths: sliders that tell what the server is to do. */

import type { Emotions, Profile } from "a2f-live";

import { button, byId } from "../dom.ts";
import { makeSlider, type Slider } from "./slider.ts";

const LABELS: Readonly<Record<string, string>> = { outofbreath: "out of breath" };
/** The gains of a profile, by its keys. */
const GAINS = [
  ["jaw_gain", "Jaw"],
  ["lip_gain", "Lips"],
] as const;
const GAIN_MAX = 2;

export interface MoodTarget {
  emotions(emotions: Emotions): void;
  profile(profile: Profile | null): void;
}

/** Ten emotions, 0 to 1 each, and two gains, 0 to 2. */
export class Mood {
  readonly #emotions = new Map<string, Slider>();
  readonly #gains = new Map<string, Slider>();

  constructor(emotions: readonly string[], target: MoodTarget) {
    for (const name of emotions) {
      const options = { id: `emotion-${name}`, label: LABELS[name] ?? name, max: 1, value: 0 };
      this.#emotions.set(
        name,
        makeSlider(options, () => target.emotions(this.emotions)),
      );
    }
    for (const [name, label] of GAINS) {
      const options = { id: `gain-${name}`, label, max: GAIN_MAX, value: 1, unit: "×" };
      this.#gains.set(
        name,
        makeSlider(options, () => target.profile(this.profile)),
      );
    }
    byId("emotions").append(...[...this.#emotions.values()].map(({ root }) => root));
    byId("gains").append(...[...this.#gains.values()].map(({ root }) => root));
    button("emotions-reset").addEventListener("click", () => {
      for (const slider of this.#emotions.values()) slider.set(0);
      target.emotions(this.emotions);
    });
  }

  /** Those that are not 0. */
  get emotions(): Emotions {
    return Object.fromEntries(
      [...this.#emotions].map(([name, { value }]) => [name, value] as const).filter(([, value]) => value > 0),
    );
  }

  /** The profile that the gains make; null if they change nothing. */
  get profile(): Profile | null {
    const gains = [...this.#gains].map(([name, { value }]) => [name, value] as const);
    return gains.every(([, value]) => value === 1) ? null : Object.fromEntries(gains);
  }

  /** Puts the gains back, as when a whole profile was chosen. */
  resetGains(): void {
    for (const slider of this.#gains.values()) slider.set(1);
  }
}
