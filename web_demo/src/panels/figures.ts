/** Named numbers in a list of terms. */

import { make } from "../dom.ts";

export class Figures {
  readonly #root: HTMLElement;
  readonly #cells = new Map<string, HTMLElement>();

  constructor(root: HTMLElement) {
    this.#root = root;
  }

  /** Shows figures by name; undefined shows a dash. */
  show(figures: Readonly<Record<string, string | undefined>>): void {
    for (const [name, value] of Object.entries(figures)) {
      const cell = this.#cells.get(name) ?? this.#add(name);
      const text = value ?? "–";
      if (cell.textContent !== text) cell.textContent = text;
    }
  }

  #add(name: string): HTMLElement {
    const cell = make("dd", { "data-figure": name });
    this.#root.append(make("div", {}, make("dt", {}, name), cell));
    this.#cells.set(name, cell);
    return cell;
  }
}
