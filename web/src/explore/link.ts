// The permalink follows what is explored, and what is explored follows a link that is opened.

import { effect, signal } from "@preact/signals";

import { addressOf, page, query, replaceQuery } from "../router";
import { beginning, exploration } from "./exploration";
import { decode, encode } from "./permalink";

/** Whether the last link that was opened couldn't be read. */
export const badLink = signal(false);

/** What the page began with: an address without a query means that, as of whenever it is opened. */
const first = exploration.peek();

/** Keep the two alike until the page is left; returns what ends that. */
export function followLink(): () => void {
  const endReading = effect(() => {
    const asked = query.value;
    if (page.value === "explore" && asked.size > 0 && asked.toString() !== encode(exploration.peek()).toString()) read(asked);
  });
  const endWriting = effect(() => {
    const written = encode(exploration.value);
    if (exploration.value === first) return;
    if (page.peek() === "explore" && written.toString() !== query.peek().toString()) replaceQuery(written);
  });
  return () => {
    endReading();
    endWriting();
  };
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
