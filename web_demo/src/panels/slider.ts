/** A labelled slider with its number. */

import { make } from "../dom.ts";

export interface SliderOptions {
  readonly id: string;
  readonly label: string;
  readonly max: number;
  readonly value: number;
  readonly unit?: string;
}

export interface Slider {
  readonly root: HTMLElement;
  readonly value: number;
  set(value: number): void;
}

/** `moved` is told the new value while the slider moves. */
export function makeSlider(
  { id, label, max, value, unit = "" }: SliderOptions,
  moved: (value: number) => void,
): Slider {
  const range = make("input", { type: "range", id, min: "0", max: String(max), step: "0.01", value: String(value) });
  const output = make("output", { for: id });
  const told = (): void => void (output.textContent = `${range.valueAsNumber.toFixed(2)}${unit}`);
  range.addEventListener("input", () => {
    told();
    moved(range.valueAsNumber);
  });
  told();
  return {
    root: make("div", { class: "slider" }, make("label", { for: id }, label), range, output),
    get value() {
      return range.valueAsNumber;
    },
    set(next) {
      range.valueAsNumber = next;
      told();
    },
  };
}
