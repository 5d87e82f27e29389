/** Where the features of the bundled character are in the picture, and how they look. */

import { type Box, darkPoints, type Picture } from "./picture.ts";

/** Below the nose, between the cheeks. */
export const MOUTH: Box = { left: 0.43, right: 0.57, top: 0.56, bottom: 0.74 };
export const BROWS: Box = { left: 0.38, right: 0.62, top: 0.3, bottom: 0.42 };
export const EYES: Box = { left: 0.38, right: 0.62, top: 0.38, bottom: 0.48 };

/** Darker than this is the inside of the mouth. */
const INSIDE = 55;
/** Darker than this are pupils and irises. */
const PUPIL = 70;

/** Points of the mouth's inside that are seen. */
export function openness(picture: Picture): number {
  return darkPoints(picture, MOUTH, INSIDE);
}

/** Points of pupils and irises that are seen. */
export function pupils(picture: Picture): number {
  return darkPoints(picture, EYES, PUPIL);
}
