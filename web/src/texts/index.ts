// The words of the page, in the reader's language. A page's own words are in `<language>/<page>.ts`, typed alike.

import { computed, effect, signal } from "@preact/signals";

import * as de from "./de";
import * as en from "./en";

export const LANGUAGES = { en: "English", de: "Deutsch" } as const;
export type Language = keyof typeof LANGUAGES;
export type Texts = typeof en;

const CATALOGUES: Record<Language, Texts> = { en, de };
const STORED = "recall.language";

/** The chosen language; from the browser's own until somebody chooses. */
export const language = signal<Language>(firstLanguage());

/** The words in that language: `t.value.explore.title`. */
export const t = computed<Texts>(() => CATALOGUES[language.value]);

/** The locale of numbers and dates: the reader's own where it is of the page's language. */
export const locale = computed(
  () => navigator.languages.find((each) => each.split("-")[0] === language.value) ?? language.value,
);

effect(() => {
  document.documentElement.lang = language.value;
});

/** Show the page in another language, also the next time. */
export function chooseLanguage(chosen: Language): void {
  language.value = chosen;
  localStorage.setItem(STORED, chosen);
}

function firstLanguage(): Language {
  const wanted = [localStorage.getItem(STORED), ...navigator.languages.map((each) => each.split("-")[0])];
  return wanted.find((each): each is Language => each !== null && each !== undefined && each in LANGUAGES) ?? "en";
}
