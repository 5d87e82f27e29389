/** Tells how an avatar's shapes were understood. */

import { make } from "../dom.ts";
import type { Match } from "../avatar/match.ts";

export function showMatch(root: HTMLElement, title: string, match: Match): void {
  const { kind, pairs, gaps, unused, head } = match;
  const turned = head === undefined ? "no head bone: it does not turn" : `the head turns by “${head}”`;
  root.className = "match";
  root.replaceChildren(
    make("h2", {}, title),
    make("p", { "data-match": String(pairs.length) }, `${pairs.length} shapes follow (${kind}); ${turned}.`),
    ...listed(`Nothing here follows ${gaps.length} of the weights:`, gaps, "gap"),
    ...listed(`${unused.length} shapes of the avatar stay at rest:`, unused.slice(0, 60), ""),
    ...(pairs.length ? [table(match)] : []),
  );
}

function listed(text: string, names: readonly string[], kind: string): Node[] {
  if (!names.length) return [];
  return [make("p", {}, text), make("ul", {}, ...names.map((name) => make("li", kind ? { class: kind } : {}, name)))];
}

function table({ pairs }: Match): HTMLElement {
  const rows = pairs.map(({ shape, follows }) => make("tr", {}, make("td", {}, shape), make("td", {}, follows)));
  return make("details", {}, make("summary", {}, "Which follows which"), make("table", {}, make("tbody", {}, ...rows)));
}
