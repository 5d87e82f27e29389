/** Pinned weights as curves over the last seconds. */

import { make, prepare } from "../dom.ts";

const WINDOW_S = 6;
const SMALLEST_TOP = 0.3;
const COLOURS = ["#ff8a5c", "#3fbfa5", "#7d9bff", "#e3a72f", "#d06bd8", "#63b93c"];

interface Sample {
  readonly atS: number;
  readonly weights: Float32Array;
}

export class Curves {
  readonly #canvas = make("canvas", { role: "img", "aria-label": "Pinned shapes over the last six seconds" });
  readonly #legend = make("ul");
  readonly #root: HTMLElement;
  readonly #pins = new Map<string, string>();
  #names: readonly string[] = [];
  #samples: Sample[] = [];

  constructor(root: HTMLElement) {
    this.#root = root;
  }

  get pins(): ReadonlyMap<string, string> {
    return this.#pins;
  }

  setNames(names: readonly string[]): void {
    if (names.join() === this.#names.join()) return;
    this.#names = names;
    this.#samples = [];
  }

  /** Pins a shape, or lets it go; the oldest one goes when there are too many. */
  toggle(name: string): void {
    if (!this.#pins.delete(name)) {
      if (this.#pins.size === COLOURS.length) this.#pins.delete([...this.#pins.keys()][0]!);
      const free = COLOURS.find((colour) => ![...this.#pins.values()].includes(colour));
      this.#pins.set(name, free ?? COLOURS[0]!);
    }
    this.#legend.replaceChildren(...[...this.#pins].map(([shape, colour]) => legendItem(shape, colour)));
    if (this.#pins.size) this.#root.replaceChildren(this.#canvas, this.#legend);
    else this.#root.replaceChildren();
  }

  add(atS: number, weights: Float32Array): void {
    this.#samples.push({ atS, weights });
    const first = this.#samples.findIndex((sample) => sample.atS > atS - WINDOW_S);
    if (first > 64) this.#samples.splice(0, first);
  }

  draw(nowS: number): void {
    if (!this.#pins.size) return;
    const surface = prepare(this.#canvas);
    if (!surface) return;
    const { context, width, height } = surface;
    const top = this.#top();
    context.lineWidth = 2;
    context.lineJoin = "round";
    for (const [name, colour] of this.#pins) {
      const place = this.#names.indexOf(name);
      context.strokeStyle = colour;
      context.beginPath();
      for (const { atS, weights } of this.#samples) {
        context.lineTo(
          width * (1 - (nowS - atS) / WINDOW_S),
          height - 5 - ((height - 10) * (weights[place] ?? 0)) / top,
        );
      }
      context.stroke();
    }
  }

  /** The largest weight that is drawn; small ones are not blown up. */
  #top(): number {
    const places = [...this.#pins.keys()].map((name) => this.#names.indexOf(name));
    return this.#samples.reduce(
      (top, { weights }) => places.reduce((most, place) => Math.max(most, weights[place] ?? 0), top),
      SMALLEST_TOP,
    );
  }
}

function legendItem(name: string, colour: string): HTMLElement {
  const item = make("li", {}, name);
  item.style.setProperty("--pin", colour);
  return item;
}
