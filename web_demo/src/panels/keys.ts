/** Keys that work anywhere on the page. */

import { byId, input, make } from "../dom.ts";
import { isBoolean, remembered } from "../preferences.ts";

export interface Key {
  /** As `KeyboardEvent.key` has it, in lower case. */
  readonly key: string;
  readonly label: string;
  readonly does: string;
  run(): void;
}

const TYPING = "input:not([type=range]):not([type=checkbox]), select, textarea";
/** These mean something of their own on a button or a tab. */
const PRESSES = new Set([" ", "enter"]);
/** No character of a text. */
const ALWAYS = "escape";

/** Listens, and lists the keys in the help. */
export function bindKeys(keys: readonly Key[]): void {
  const byKey = new Map(keys.map((key) => [key.key, key]));
  const wanted = remembered("keys", true, isBoolean); // single keys get in the way of those who speak to their computer
  input("keys-on").checked = wanted.current;
  input("keys-on").addEventListener("change", () => wanted.set(input("keys-on").checked));
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
    const target = event.target as HTMLElement;
    if (target.matches?.(TYPING) || document.querySelector("dialog[open]")) return;
    if (PRESSES.has(event.key.toLowerCase()) && target.matches?.("button, a, summary, input, [role=tab]")) return;
    const key = byKey.get(event.key.toLowerCase());
    if (!key || !(wanted.current || key.key === ALWAYS)) return;
    event.preventDefault();
    key.run();
  });
  const named = keys.filter(({ label }) => label);
  byId("keys").append(
    ...named.flatMap(({ label, does }) => [make("dt", {}, make("kbd", {}, label)), make("dd", {}, does)]),
  );
}
