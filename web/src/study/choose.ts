// Which card comes next: the due ones, the least known first, then new ones, as many as a day shall have.

import type { Progress } from "./progress";
import type { StoredCard } from "./records";

const SOON = 20 * 60_000; // milliseconds: a card that was failed is worth waiting for

/** What is left to study at a moment. */
export interface Left {
  /** Due cards, the least likely remembered first. */
  due: StoredCard[];
  /** New cards for today, in their order in the deck. */
  fresh: StoredCard[];
  /** When the next card is due that isn't yet, in milliseconds since 1970; null where none is. */
  nextAt: number | null;
}

/**
 * @param cards Cards of the decks that are studied.
 * @param newToday How many new cards may still be introduced today.
 */
export function leftOf(cards: readonly StoredCard[], progress: Progress, newToday: number, now: number): Left {
  const due: [recall: number, card: StoredCard][] = [];
  const fresh: StoredCard[] = [];
  let nextAt: number | null = null;
  const seen = new Set<string>(); // a card may be in two decks
  for (const card of cards) {
    if (seen.has(card.id)) continue;
    seen.add(card.id);
    const dueAt = progress.dueAt(card.id);
    if (dueAt === null) fresh.push(card);
    else if (dueAt <= now) due.push([progress.recallAt(card.id, now), card]);
    else if (nextAt === null || dueAt < nextAt) nextAt = dueAt;
  }
  due.sort(([a], [b]) => a - b);
  return { due: due.map(([, card]) => card), fresh: fresh.slice(0, Math.max(newToday, 0)), nextAt };
}

/** The card to show; null where nothing is left for now. */
export function nextCard({ due, fresh }: Left): StoredCard | null {
  return due[0] ?? fresh[0] ?? null;
}

/** Whether the next card comes so soon that a sitting goes on. */
export function isSoon({ nextAt }: Left, now: number): boolean {
  return nextAt !== null && nextAt - now <= SOON;
}
