/** The 52 weights as bars; a press pins one as a curve. */

import { make, press } from "../dom.ts";

/** Parts of the face, by how their shapes begin, in the order in which they are listed. */
const PARTS: readonly (readonly [title: string, pattern: RegExp])[] = [
  ["Jaw", /^jaw/],
  ["Lips", /^mouth/],
  ["Tongue", /^tongue/],
  ["Eyes", /^eye/],
  ["Brows", /^brow/],
  ["Cheeks and nose", /^(cheek|nose)/],
  ["Others", /^/],
];

interface Bar {
  readonly row: HTMLButtonElement;
  readonly fill: HTMLElement;
  readonly number: HTMLElement;
  readonly place: number;
  shown: number;
}

/** Names of shapes, sorted into the parts of a face. */
export function byPart(names: readonly string[]): readonly (readonly [title: string, names: readonly string[]])[] {
  const left = new Set(names);
  return PARTS.map(([title, pattern]) => {
    const taken = [...left].filter((name) => pattern.test(name));
    for (const name of taken) left.delete(name);
    return [title, taken] as const;
  }).filter(([, taken]) => taken.length > 0);
}

/** Shows weights; `pinned` is called with the name of a bar that was pressed. */
export class Bars {
  readonly #root: HTMLElement;
  readonly #toggle: (name: string) => void;
  #bars: Bar[] = [];
  #names = "";

  constructor(root: HTMLElement, toggle: (name: string) => void) {
    this.#root = root;
    this.#toggle = toggle;
  }

  setNames(names: readonly string[]): void {
    if (names.join() === this.#names) return; // another connection tells the same: focus and marks stay
    this.#names = names.join();
    this.#bars = [];
    this.#root.replaceChildren(
      ...byPart(names).flatMap(([title, shapes]) => [
        make("h2", {}, title),
        ...shapes.map((name) => this.#bar(name, names.indexOf(name))),
      ]),
    );
  }

  show(weights: ArrayLike<number>): void {
    for (const bar of this.#bars) {
      const hundredths = Math.round((weights[bar.place] ?? 0) * 100);
      if (hundredths === bar.shown) continue;
      bar.shown = hundredths;
      bar.fill.style.transform = `scaleX(${hundredths / 100})`;
      bar.number.textContent = (hundredths / 100).toFixed(2);
    }
  }

  /** Marks the pinned ones, each in the colour of its curve. */
  mark(pins: ReadonlyMap<string, string>): void {
    for (const { row } of this.#bars) {
      const colour = pins.get(row.dataset["shape"]!);
      press(row, colour !== undefined);
      row.style.setProperty("--pin", colour ?? "");
    }
  }

  #bar(name: string, place: number): HTMLButtonElement {
    const fill = make("i");
    const number = make("span", { "aria-hidden": "true" }, "0.00");
    const row = make(
      "button",
      { type: "button", class: "shape", "data-shape": name, "aria-pressed": "false" },
      make("span", {}, name),
      make("span", { class: "track" }, fill),
      number,
    );
    row.addEventListener("click", () => this.#toggle(name));
    this.#bars.push({ row, fill, number, place, shown: 0 });
    return row;
  }
}
