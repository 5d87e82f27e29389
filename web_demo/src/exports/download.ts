/** Hands a file to the reader of the page. */

import { make } from "../dom.ts";

/** Saves a file under that name, as if its address had been clicked. */
export function download(name: string, kind: string, content: BlobPart): void {
  const address = URL.createObjectURL(new Blob([content], { type: kind }));
  const link = make("a", { href: address, download: name, hidden: "" });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

/** A name without what file systems do not like. */
export function fileName(title: string, suffix: string): string {
  return `${
    title
      .trim()
      .replace(/[^\p{L}\p{N}._-]+/gu, "-")
      .slice(0, 60) || "take"
  }${suffix}`;
}
