/** Where the features of a face are in the picture. */

import type { Page } from "playwright-core";

import type { Box } from "./picture.ts";

/** Metres from the middle between the eyes: left, bottom, right, top. */
const PLACES = {
  mouth: [-0.03, -0.087, 0.03, -0.05],
  mouthOfQuads: [-0.03, -0.15, 0.03, -0.05],
  brows: [-0.055, 0.004, 0.055, 0.045],
  eyes: [-0.05, -0.012, 0.05, 0.012],
} as const;

/** The part of the picture that shows a feature. */
export async function boxOf(page: Page, feature: keyof typeof PLACES): Promise<Box> {
  const [left, bottom, right, top] = await page.evaluate(([x0, y0, x1, y1]) => {
    const { stage } = window.a2f;
    return [...stage!.shareOf(x0, y0), ...stage!.shareOf(x1, y1)] as const;
  }, PLACES[feature]);
  return { left, bottom, right, top };
}
