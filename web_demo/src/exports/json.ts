/** JSON: names once, then time, weights and head of each frame. */

import { rounded } from "./numbers.ts";
import type { Take } from "./recording.ts";

/** The take as text, in the form that `a2f-live convert` writes. */
export function animationJson(take: Take): string {
  const about = JSON.stringify({ name: take.name, fps: take.fps, names: take.names });
  const frames = take.rows.map(({ timeS, weights, head }) =>
    JSON.stringify({
      time: rounded(timeS),
      weights: Array.from(weights, rounded),
      ...(head ? { head: Array.from(head, rounded) } : {}),
    }),
  );
  return `${about.slice(0, -1)},"frames":[\n${frames.join(",\n")}\n],"count":${frames.length}}\n`;
}
