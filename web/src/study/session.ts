// A sitting: one card after the other, as long as any is due or new.

import { computed, effect, signal } from "@preact/signals";

import type { Rating } from "../core";
import { answer, canUndo, undo } from "./actions";
import { isSoon, nextCard } from "./choose";
import { askIntervals, type Intervals, intervalsHere } from "./intervals";
import type { StoredCard, StoredReview } from "./records";
import { cards, leftIn, now, tick } from "./state";

/** The card on the screen. */
export interface Shown {
  card: StoredCard;
  /** When it came, by the page's own clock in milliseconds, which nobody sets. */
  since: number;
  /** Whether the back is shown. */
  revealed: boolean;
  /** To what interval each answer leads, in days; null until a model that only the service can evaluate has said so. */
  intervals: Intervals | null;
}

interface Sitting {
  /** Null for all decks. */
  deck: string | null;
  /** Null while nothing is due. */
  shown: Shown | null;
  done: readonly StoredReview[];
}

export const sitting = signal<Sitting | null>(null);
export const left = computed(() => leftIn(sitting.value?.deck ?? null));
/** Whether nothing is left that is worth waiting for. */
export const finished = computed(() => sitting.value !== null && !sitting.value.shown && !isSoon(left.value, now.value));
/** The review that an undo would take back. */
export const undoable = computed(() => {
  const last = sitting.value?.done.at(-1);
  return last && canUndo(last) ? last : null;
});

/** Whether the last step couldn't be kept on this device. */
export const unstored = signal(false);
let storing = false;

export function start(deck: string | null): void {
  tick();
  sitting.value = { deck, shown: null, done: [] };
}

export function stop(): void {
  sitting.value = null;
}

export function reveal(): void {
  const current = sitting.value;
  if (!current?.shown || current.shown.revealed) return;
  const { card, since } = current.shown;
  const intervals = intervalsHere(card.id);
  sitting.value = { ...current, shown: { ...current.shown, revealed: true, intervals } };
  if (!intervals) void askIntervals(card.id).then((said) => {
    const { shown } = sitting.value ?? {};
    if (said && shown?.since === since) sitting.value = { ...sitting.value!, shown: { ...shown, intervals: said } };
  });
}

export function rate(rating: Rating): Promise<void> {
  return once(async () => {
    const current = sitting.value;
    if (!current?.shown?.revealed) return;
    const { card, since } = current.shown;
    const review = await answer(card, rating, performance.now() - since);
    sitting.value = { ...current, shown: null, done: [...current.done, review] };
  });
}

export function undoLast(): Promise<void> {
  return once(async () => {
    const [current, last] = [sitting.value, undoable.value];
    if (!current || !last) return;
    await undo(last);
    const card = cards.value.find(({ id }) => id === last.card);
    sitting.value = { ...current, done: current.done.slice(0, -1), shown: card ? show(card) : null };
  });
}

/** One step at a time: a second tap, while the first is being stored, isn't another answer. */
async function once(step: () => Promise<void>): Promise<void> {
  if (storing) return;
  storing = true;
  try {
    await step();
    unstored.value = false;
  } catch {
    unstored.value = true;
  } finally {
    storing = false;
  }
}

function show(card: StoredCard): Shown {
  return { card, since: performance.now(), revealed: false, intervals: null };
}

// The next card: after an answer, and when the time of one has come.
effect(() => {
  const current = sitting.value;
  if (!current || current.shown) return;
  const next = nextCard(left.value);
  if (next) sitting.value = { ...current, shown: show(next) };
});
