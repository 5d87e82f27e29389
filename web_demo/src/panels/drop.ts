/** Files that are dropped anywhere on the page. */

/** Calls back with every dropped file; shows where to drop while something is dragged. */
export function bindDrop(take: (file: File) => void): void {
  const carries = (event: DragEvent): boolean => [...(event.dataTransfer?.types ?? [])].includes("Files");
  const mark = (on: boolean): void => void document.body.classList.toggle("dragging", on);
  document.addEventListener("dragover", (event) => {
    if (!carries(event)) return;
    event.preventDefault();
    mark(true);
  });
  document.addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) mark(false);
  });
  document.addEventListener("drop", (event) => {
    if (!carries(event)) return;
    event.preventDefault();
    mark(false);
    for (const file of event.dataTransfer?.files ?? []) take(file);
  });
}

/** Whether a file is an avatar, by its name. */
export function isAvatar(name: string): boolean {
  return /\.(glb|vrm)$/i.test(name);
}
