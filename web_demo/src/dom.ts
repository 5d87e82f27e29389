/** Finding and making elements. */

type Kind<T extends Element> = new () => T;

/** The element of that id. Throws if the page has none, or one of another kind. */
export function byId<T extends Element = HTMLElement>(id: string, kind?: Kind<T>): T {
  const element = document.getElementById(id);
  if (!element || (kind && !(element instanceof kind))) throw new Error(`the page has no #${id} of that kind`);
  return element as unknown as T;
}

export const button = (id: string): HTMLButtonElement => byId(id, HTMLButtonElement);
export const input = (id: string): HTMLInputElement => byId(id, HTMLInputElement);
export const select = (id: string): HTMLSelectElement => byId(id, HTMLSelectElement);

/** An element with attributes and content; a text becomes a text node. */
export function make<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Readonly<Record<string, string>> = {},
  ...content: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...content);
  return element;
}

/** Sets a two-state button. */
export function press(element: HTMLElement, pressed: boolean): void {
  element.setAttribute("aria-pressed", String(pressed));
}

/** Fills a select, and keeps its choice where it can. */
export function fill(list: HTMLSelectElement, choices: readonly (readonly [value: string, label: string])[]): void {
  const chosen = list.value;
  list.replaceChildren(...choices.map(([value, label]) => new Option(label, value, false, value === chosen)));
}

/** A canvas sized to its box, and its context in CSS pixels; undefined while it is not shown. */
export function prepare(
  canvas: HTMLCanvasElement,
): { context: CanvasRenderingContext2D; width: number; height: number } | undefined {
  const { clientWidth: width, clientHeight: height } = canvas;
  const context = canvas.getContext("2d");
  if (!context || width === 0 || height === 0) return undefined;
  const ratio = Math.min(2, window.devicePixelRatio || 1);
  const [across, down] = [Math.round(width * ratio), Math.round(height * ratio)];
  if (canvas.width !== across || canvas.height !== down) [canvas.width, canvas.height] = [across, down];
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  return { context, width, height };
}

/** A colour of the theme that holds now, as a canvas wants it. */
export function colour(name: string): string {
  probe ??= document.body.appendChild(make("i", { hidden: "" }));
  probe.style.color = `var(--${name})`;
  return getComputedStyle(probe).color;
}

let probe: HTMLElement | undefined;
