// What the learner does: each step is kept on the device first, then sent.

import type { Deck } from "../readers";
import type { Rating } from "../core";
import { addReview, changeReviews, deleteDeck, putDeck, reviewsIn } from "./database";
import { offsetAt, type StoredCard, type StoredReview } from "./records";
import { added, cards, changed, decks, learnerId, reviews } from "./state";
import { sync, unknownThere } from "./sync";

const LONGEST_ANSWER = 60_000; // milliseconds: whoever takes longer has left the page, as Anki assumes as well

/** Keep a review that is given now. */
export async function answer(card: StoredCard, rating: Rating, milliseconds: number): Promise<StoredReview> {
  const at = Date.now();
  const review: StoredReview = {
    learner: learnerId.value,
    card: card.id,
    eventId: crypto.randomUUID(),
    rating,
    at,
    offset: offsetAt(at),
    milliseconds: Math.round(Math.min(Math.max(milliseconds, 0), LONGEST_ANSWER)),
    state: "waiting",
    attempted: false,
  };
  await addReview(review);
  added(review);
  void sync();
  return review;
}

/** Take a review back: here at once, at the service when it can be reached. */
export async function undo(review: StoredReview): Promise<void> {
  await changeReviews([review], (stored) => (stored.attempted ? { ...stored, state: "undoing" } : null));
  await changed();
  void sync();
}

/** Forget a review that the service refused. */
export async function dismiss(review: StoredReview): Promise<void> {
  await changeReviews([review], () => null);
  await changed();
}

/** Send all reviews to a service that knows nothing of the learner. */
export async function sendAllAgain(): Promise<void> {
  await changeReviews(await reviewsIn(learnerId.value, "sent"), (stored) => ({ ...stored, state: "waiting" }));
  await changed(); // first: without a question and without any that waits, all would be called sent
  unknownThere.value = 0;
  void sync("all");
}

/** Forget the reviews that the service doesn't have any more. */
export async function forgetSent(): Promise<void> {
  await changeReviews(await reviewsIn(learnerId.value, "sent"), () => null);
  unknownThere.value = 0;
  await changed();
  void sync("all");
}

/** What an import made of a deck; numbers of cards. */
export interface DeckImport {
  inDeck: number;
  /** Null where the deck is new as a whole. */
  changes: { fresh: number; changed: number } | null;
  /** Left out: another deck has their id, with other texts. */
  taken: number;
}

/**
 * Keep a deck. One of the same name gets what is new or changed, and keeps its other cards: the file may be a part of
 * it, and whoever wants them gone can remove the deck first.
 */
export async function importDeck({ name, cards: found }: Pick<Deck, "name" | "cards">): Promise<DeckImport> {
  const known = decks.value.find((deck) => deck.name === name);
  const deck = known ?? { id: crypto.randomUUID(), name, importedAt: Date.now() };
  const others = new Map(cards.value.filter((card) => card.deck !== deck.id).map((card) => [card.id, card.front]));
  const kept = found.filter(({ id, front }) => (others.get(id) ?? front) === front);
  const before = new Map(cards.value.filter((card) => card.deck === deck.id).map((card) => [card.id, card]));
  const again = kept.flatMap((card) => before.get(card.id) ? [[card, before.get(card.id)!] as const] : []);
  const changedTexts = again.filter(([card, old]) => card.front !== old.front || card.back !== old.back).length;
  const fresh = kept.length - again.length;
  await putDeck(deck, kept.map((card, place) => ({ deck: deck.id, id: card.id, front: card.front, back: card.back, place })));
  void navigator.storage.persist(); // so that the browser doesn't clear it when space gets short
  await changed();
  const changes = known ? { fresh, changed: changedTexts } : null;
  return { inDeck: before.size + fresh, changes, taken: found.length - kept.length };
}

/** Take a deck off this device; the reviews of its cards stay. */
export async function removeDeck(id: string): Promise<void> {
  await deleteDeck(id);
  await changed();
}

/** Whether a review can still be taken back. */
export function canUndo(review: StoredReview): boolean {
  return reviews.value.some(({ eventId, card, state }) => eventId === review.eventId && card === review.card && state !== "undoing");
}
