/** The bundled characters: their files, and which one is wanted. */

import { PageError } from "./errors.ts";
import { oneOf, remembered } from "./preferences.ts";

export const CHARACTERS = { maya: "Maya", theo: "Theo" } as const;
export type Character = keyof typeof CHARACTERS;
export const NAMES = Object.keys(CHARACTERS) as Character[];

/** The one that was chosen the last time. */
export const chosen = remembered<Character>("character", "maya", oneOf(...NAMES));

/** Its GLB. Throws a `PageError` if the server has none. */
export async function fetchCharacter(name: Character): Promise<Uint8Array<ArrayBuffer>> {
  const answer = await fetch(`faces/${name}.glb`);
  if (answer.ok) return new Uint8Array(await answer.arrayBuffer());
  throw new PageError(`The face “${CHARACTERS[name]}” is not on the server: drop a GLB or VRM of your own.`);
}

/** Its picture, before a transparent background, framed as the stage frames it. */
export function posterOf(name: Character): string {
  return `poster/${name}.webp`;
}
