/** What is in the picture of the face. */

import type { Page } from "playwright-core";

/** Brightness, 0 to 255, of every point of a picture. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly luma: readonly number[];
}

/** A part of a picture, in shares of its width and height. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** The face as it is drawn now. */
export function takePicture(page: Page): Promise<Picture> {
  return page.evaluate(() => window.a2f.picture());
}

/** Share of the points of a box that are darker than a brightness. */
export function dark(picture: Picture, box: Box, below: number): number {
  return share(picture, box, (at) => picture.luma[at]! < below);
}

/** Share of the points of a box whose brightness differs by more than `by` between two pictures of one size. */
export function changed(a: Picture, b: Picture, box: Box, by = 16): number {
  if (a.width !== b.width || a.height !== b.height) throw new Error("the pictures are of different sizes");
  return share(a, box, (at) => Math.abs(a.luma[at]! - b.luma[at]!) > by);
}

function share({ width, height }: Picture, box: Box, counts: (at: number) => boolean): number {
  let [count, all] = [0, 0];
  for (let y = Math.floor(box.top * height); y < box.bottom * height; y++) {
    for (let x = Math.floor(box.left * width); x < box.right * width; x++) {
      all++;
      if (counts(y * width + x)) count++;
    }
  }
  return count / Math.max(1, all);
}
