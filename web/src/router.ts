// The address after the `#`: which page is shown, and what a permalink says of it.

import { computed, signal } from "@preact/signals";

export const PAGES = ["explore", "plan", "study", "operate", "service"] as const;
export type Page = (typeof PAGES)[number];

const hash = signal(location.hash);
addEventListener("hashchange", () => (hash.value = location.hash));

/** The page that the address names; the first one for an address that names none. */
export const page = computed<Page>(() => {
  const name = hash.value.replace(/^#\/?/, "").split("?")[0];
  return PAGES.find((each) => each === name) ?? PAGES[0];
});

/** What follows the `?`. */
export const query = computed(() => new URLSearchParams(hash.value.split("?").slice(1).join("?")));

/** The address of a page, for a link. */
export function addressOf(name: Page, parameters?: URLSearchParams): string {
  const text = parameters?.toString();
  return `#/${name}${text ? `?${text}` : ""}`;
}

/** Change what the permalink says, without a new entry in the browser's history. */
export function replaceQuery(parameters: URLSearchParams): void {
  history.replaceState(null, "", addressOf(page.peek(), parameters));
  hash.value = location.hash;
}
