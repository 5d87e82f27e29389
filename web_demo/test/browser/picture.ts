/** What is in the picture of the face. */

import type { Page } from "playwright-core";

/** Brightness, 0 to 255, of every point of a picture. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly luma: Uint8Array;
}

/** A part of a picture, in shares of its width and height. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** A screenshot of the face, as a reader sees it. */
export async function takePicture(page: Page): Promise<Picture> {
  const png = await page.locator("#face").screenshot();
  // The browser itself reads the file: in a page without a policy.
  const reader = await readerOf(page);
  const { width, height, luma } = await reader.evaluate(async (base64) => {
    const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
    const bitmap = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
    const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext("2d")!;
    context.drawImage(bitmap, 0, 0);
    const { data } = context.getImageData(0, 0, bitmap.width, bitmap.height);
    const grey = Array.from({ length: data.length / 4 }, (_, i) =>
      Math.round(0.299 * data[4 * i]! + 0.587 * data[4 * i + 1]! + 0.114 * data[4 * i + 2]!),
    );
    return { width: bitmap.width, height: bitmap.height, luma: grey };
  }, png.toString("base64"));
  return { width, height, luma: Uint8Array.from(luma) };
}

const readers = new WeakMap<Page, Promise<Page>>();

/** An empty page beside the one that is tested. */
async function readerOf(page: Page): Promise<Page> {
  const reader = readers.get(page) ?? page.context().newPage();
  readers.set(page, reader);
  return reader;
}

/** How many points of a box are darker than a brightness. */
export function darkPoints({ width, height, luma }: Picture, box: Box, below: number): number {
  let count = 0;
  for (let y = Math.floor(box.top * height); y < box.bottom * height; y++) {
    for (let x = Math.floor(box.left * width); x < box.right * width; x++) if (luma[y * width + x]! < below) count++;
  }
  return count;
}

/** Share of the points of a box whose brightness differs by more than `by` between two pictures. */
export function changed(a: Picture, b: Picture, box: Box, by = 16): number {
  let [count, all] = [0, 0];
  for (let y = Math.floor(box.top * a.height); y < box.bottom * a.height; y++) {
    for (let x = Math.floor(box.left * a.width); x < box.right * a.width; x++) {
      all++;
      if (Math.abs(a.luma[y * a.width + x]! - b.luma[y * a.width + x]!) > by) count++;
    }
  }
  return count / Math.max(1, all);
}
