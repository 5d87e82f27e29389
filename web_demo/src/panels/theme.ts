/** Dark, light, or as the system has it. */

import { button } from "../dom.ts";
import { oneOf, remembered } from "../preferences.ts";

const THEMES = ["system", "dark", "light"] as const;
const LABELS = { system: "as the system", dark: "dark", light: "light" };

export function bindTheme(): void {
  const theme = remembered<(typeof THEMES)[number]>("theme", "system", oneOf(...THEMES));
  const toggle = button("theme");
  theme.watch((current) => {
    if (current === "system") delete document.documentElement.dataset["theme"];
    else document.documentElement.dataset["theme"] = current;
    toggle.setAttribute("aria-label", `Colours: ${LABELS[current]}`);
  });
  toggle.addEventListener("click", () => theme.set(THEMES[(THEMES.indexOf(theme.current) + 1) % THEMES.length]!));
}
