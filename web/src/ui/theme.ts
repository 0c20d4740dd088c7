// Dark or light: as the device, until somebody chooses.

import { effect, signal } from "@preact/signals";

export const THEMES = ["auto", "light", "dark"] as const;
export type Theme = (typeof THEMES)[number];

const STORED = "recall.theme";
const stored = localStorage.getItem(STORED);

export const theme = signal<Theme>(THEMES.find((each) => each === stored) ?? "auto");

effect(() => {
  document.documentElement.dataset["theme"] = theme.value;
});

/** Use a theme, also the next time. */
export function chooseTheme(chosen: Theme): void {
  theme.value = chosen;
  localStorage.setItem(STORED, chosen);
}
