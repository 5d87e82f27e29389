/** Short messages over the stage, and the log where they stay. */

import { byId, make } from "../dom.ts";

const SHOWN_MS = 9000;
const LOGGED = 100;

export type Tone = "good" | "bad";

/** Says something to the reader; the same sentence is not shown twice at once. */
export function notice(said: string, tone: Tone = "good"): void {
  const text = said.charAt(0).toUpperCase() + said.slice(1);
  log(text);
  const board = byId("notices");
  for (const shown of board.children) if (shown.firstChild?.textContent === text) shown.remove();
  const close = make("button", { type: "button", "aria-label": "Dismiss" }, "✕");
  const note = make("p", { class: `notice ${tone}` }, make("span", {}, text), close);
  const remove = (): void => note.remove();
  close.addEventListener("click", remove);
  setTimeout(remove, SHOWN_MS);
  board.append(note);
}

/** Writes a line into the log. */
export function log(text: string): void {
  const list = byId("log");
  list.prepend(make("li", {}, make("time", {}, new Date().toLocaleTimeString()), text));
  while (list.children.length > LOGGED) list.lastChild?.remove();
}
