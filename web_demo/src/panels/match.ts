/** Tells how an avatar's shapes were understood. */

import { make } from "../dom.ts";
import type { Avatar, Match } from "../avatar/avatar.ts";

export function showMatch(root: HTMLElement, { title, match, head }: Avatar): void {
  const { kind, pairs, gaps, unused } = match;
  const turned = head ? `the head turns by “${head.name}”` : "no head bone: it does not turn";
  root.className = "match";
  root.replaceChildren(
    make("h2", {}, title),
    make("p", { "data-match": String(pairs.length) }, `${pairs.length} shapes follow (${kind}); ${turned}.`),
    ...listed(`${gaps.length} weights move nothing here:`, gaps, "gap"),
    ...listed(`${unused.length} shapes of the avatar stay at rest:`, unused.slice(0, 60), ""),
    ...(pairs.length ? [table(match)] : []),
  );
}

function listed(text: string, names: readonly string[], kind: string): Node[] {
  if (!names.length) return [];
  return [make("p", {}, text), make("ul", {}, ...names.map((name) => make("li", kind ? { class: kind } : {}, name)))];
}

function table({ pairs }: Match): HTMLElement {
  const rows = pairs.map(([shape, follows]) => make("tr", {}, make("td", {}, shape), make("td", {}, follows)));
  return make("details", {}, make("summary", {}, "Which follows which"), make("table", {}, make("tbody", {}, ...rows)));
}
