/** What can go wrong on the page. */

/** Says to the reader of the page what happened and what to do. */
export class PageError extends Error {
  override name = "PageError";
}

/** A sentence for people about anything that was thrown. */
export function sentence(thrown: unknown): string {
  return thrown instanceof Error && thrown.message ? thrown.message : String(thrown);
}
