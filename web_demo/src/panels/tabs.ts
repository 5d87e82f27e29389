/** Tabs as the ARIA authoring practices describe them: arrows move, one panel shows. */

import { byId } from "../dom.ts";

const STEPS: Readonly<Record<string, number>> = { ArrowRight: 1, ArrowLeft: -1, Home: -Infinity, End: Infinity };

export function bindTabs(list: HTMLElement, shown: (panel: string) => void): (panel: string) => void {
  const tabs = [...list.querySelectorAll<HTMLButtonElement>('[role="tab"]')];
  const panelOf = (tab: HTMLElement): string => tab.getAttribute("aria-controls") ?? "";
  const choose = (chosen: HTMLButtonElement): void => {
    for (const tab of tabs) {
      tab.setAttribute("aria-selected", String(tab === chosen));
      tab.tabIndex = tab === chosen ? 0 : -1;
      byId(panelOf(tab)).hidden = tab !== chosen;
    }
    shown(panelOf(chosen));
  };
  for (const tab of tabs) tab.addEventListener("click", () => choose(tab));
  list.addEventListener("keydown", (event) => {
    const step = STEPS[event.key];
    const at = tabs.indexOf(document.activeElement as HTMLButtonElement);
    if (step === undefined || at < 0) return;
    event.preventDefault();
    const next = Number.isFinite(step) ? (at + step + tabs.length) % tabs.length : step < 0 ? 0 : tabs.length - 1;
    tabs[next]!.focus();
    choose(tabs[next]!);
  });
  return (panel) => {
    const tab = tabs.find((candidate) => panelOf(candidate) === panel);
    if (tab) choose(tab);
  };
}
