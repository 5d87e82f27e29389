/** Keys that work anywhere on the page. */

import { byId, make } from "../dom.ts";

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

/** Listens, and lists the keys in the help. */
export function bindKeys(keys: readonly Key[]): void {
  const byKey = new Map(keys.map((key) => [key.key, key]));
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
    const target = event.target as HTMLElement;
    if (target.matches?.(TYPING) || document.querySelector("dialog[open]")) return;
    if (PRESSES.has(event.key.toLowerCase()) && target.matches?.("button, a, summary, input, [role=tab]")) return;
    const key = byKey.get(event.key.toLowerCase());
    if (!key) return;
    event.preventDefault();
    key.run();
  });
  const named = keys.filter(({ label }) => label);
  byId("keys").append(
    ...named.flatMap(({ label, does }) => [make("dt", {}, make("kbd", {}, label)), make("dd", {}, does)]),
  );
}
