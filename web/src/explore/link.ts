// The permalink follows what is explored, and what is explored follows a link that is opened.

import { effect, signal } from "@preact/signals";

import { addressOf, page, query, replaceQuery } from "../router";
import { beginning, exploration, isUnchanged } from "./exploration";
import { decode, encode } from "./permalink";

/** Whether the last link that was opened couldn't be read. */
export const badLink = signal(false);

/**
 * Keep the two alike until the page is left; returns what ends that. An address without a query means what the page
 * begins with, as of whenever it is opened, and is written only once something was changed.
 */
export function followLink(): () => void {
  let seen: URLSearchParams | null = null;
  return effect(() => {
    const [asked, explored] = [query.value, exploration.value];
    if (page.value !== "explore") return;
    const opened = asked !== seen && asked.size > 0;
    seen = asked;
    const written = encode(explored);
    if (written.toString() === asked.toString()) return;
    if (opened) read(asked);
    else if (!isUnchanged(explored)) replaceQuery(written);
  });
}

function read(asked: URLSearchParams): void {
  try {
    exploration.value = decode(asked);
    badLink.value = false;
  } catch {
    exploration.value = beginning();
    badLink.value = true;
  }
}

/** The whole address of what is explored. */
export function permalink(): string {
  return new URL(addressOf("explore", encode(exploration.peek())), location.href).href;
}
