/** A picture of the face, for as long as the face itself is being made ready. */

import { byId } from "../dom.ts";

/** Shows a picture; resolves when it is on the display, or cannot be. */
export async function showPoster(address: string): Promise<void> {
  const poster = byId("poster", HTMLImageElement);
  poster.src = address;
  try {
    await poster.decode();
  } catch {
    return; // then the page waits in words
  }
  poster.hidden = false;
  byId("waiting").classList.add("gone");
  await displayed();
  performance.mark("first picture");
}

/** Gives way to the face that has been drawn. */
export function hidePoster(): void {
  byId("poster").hidden = true;
  byId("waiting").classList.add("gone");
}

/** Says in the place of the face why there is none. */
export function showNoFace(why: string): void {
  const waiting = byId("waiting");
  byId("poster").hidden = true;
  waiting.textContent = why;
  waiting.classList.remove("gone");
  waiting.setAttribute("role", "alert");
}

/** After the next picture of the display; in a hidden tab there is none, and nobody waits. */
function displayed(): Promise<void> {
  if (document.hidden) return Promise.resolve();
  return new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => resolve())));
}
