// The device's own store, IndexedDB: what is kept of decks and reviews while the page is closed.

import { type DBSchema, type IDBPDatabase, openDB } from "idb";

import { DEFAULT_TARGET, type ReviewState, type StoredCard, type StoredDeck, type StoredLearner, type StoredReview } from "./records";

interface Schema extends DBSchema {
  decks: { key: string; value: StoredDeck };
  cards: { key: [string, string]; value: StoredCard; indexes: { id: string } };
  reviews: { key: [string, string, string]; value: StoredReview; indexes: { learner: string; state: [string, ReviewState] } };
  learners: { key: string; value: StoredLearner };
}

let opened: Promise<IDBPDatabase<Schema>> | null = null;

function database(): Promise<IDBPDatabase<Schema>> {
  opened ??= openDB<Schema>("recall-study", 1, {
    upgrade(store) {
      store.createObjectStore("decks", { keyPath: "id" });
      store.createObjectStore("cards", { keyPath: ["deck", "id"] }).createIndex("id", "id");
      const reviews = store.createObjectStore("reviews", { keyPath: ["learner", "card", "eventId"] });
      reviews.createIndex("learner", "learner");
      reviews.createIndex("state", ["learner", "state"]);
      store.createObjectStore("learners", { keyPath: "learner" });
    },
  });
  return opened;
}

export async function loadDecks(): Promise<{ decks: StoredDeck[]; cards: StoredCard[] }> {
  const store = await database();
  const [decks, cards] = await Promise.all([store.getAll("decks"), store.getAll("cards")]);
  return { decks: decks.sort((a, b) => a.importedAt - b.importedAt), cards: cards.sort((a, b) => a.place - b.place) };
}

export async function putDeck(deck: StoredDeck, cards: readonly StoredCard[]): Promise<void> {
  const transaction = (await database()).transaction(["decks", "cards"], "readwrite");
  void transaction.objectStore("decks").put(deck);
  for (const card of cards) void transaction.objectStore("cards").put(card);
  await transaction.done;
}

/** Forget a deck's texts; the reviews of its cards stay. */
export async function deleteDeck(id: string): Promise<void> {
  const transaction = (await database()).transaction(["decks", "cards"], "readwrite");
  void transaction.objectStore("decks").delete(id);
  void transaction.objectStore("cards").delete(IDBKeyRange.bound([id], [id, []]));
  await transaction.done;
}

export async function loadReviews(learner: string): Promise<StoredReview[]> {
  return (await database()).getAllFromIndex("reviews", "learner", learner);
}

export async function reviewsIn(learner: string, state: ReviewState): Promise<StoredReview[]> {
  return (await database()).getAllFromIndex("reviews", "state", [learner, state]);
}

export async function addReview(review: StoredReview): Promise<void> {
  await (await database()).add("reviews", review);
}

/**
 * Change reviews as they are stored now, each in the same transaction in which it is read: another tab, or an undo
 * meanwhile, isn't overwritten.
 * @param change Returns the review as it shall be, or null to delete it; a missing one stays missing.
 * @returns Those that are left, as they are now.
 */
export async function changeReviews(
  reviews: readonly StoredReview[],
  change: (stored: StoredReview) => StoredReview | null,
): Promise<StoredReview[]> {
  const transaction = (await database()).transaction("reviews", "readwrite");
  const left: StoredReview[] = [];
  for (const { learner, card, eventId } of reviews) {
    const stored = await transaction.store.get([learner, card, eventId]);
    const changed = stored && change(stored);
    if (changed) {
      void transaction.store.put(changed);
      left.push(changed);
    } else if (stored) {
      void transaction.store.delete([learner, card, eventId]);
    }
  }
  await transaction.done;
  return left;
}

/** Make the reviews that count as sent those that the service has; what waits on this device stays. */
export async function replaceSent(learner: string, exported: readonly StoredReview[]): Promise<void> {
  const transaction = (await database()).transaction("reviews", "readwrite");
  const keyOf = (review: StoredReview) => JSON.stringify([review.card, review.eventId]);
  const known = new Map(exported.map((review) => [keyOf(review), review]));
  for (const stored of await transaction.store.index("learner").getAll(learner)) {
    const there = known.get(keyOf(stored));
    if (there && stored.state === "undoing") known.delete(keyOf(stored));
    if (!there && stored.state === "sent") void transaction.store.delete([learner, stored.card, stored.eventId]);
  }
  for (const review of known.values()) void transaction.store.put(review);
  await transaction.done;
}

export async function loadLearner(learner: string): Promise<StoredLearner> {
  return (await (await database()).get("learners", learner)) ?? { learner, target: DEFAULT_TARGET, due: {} };
}

export async function putLearner(learner: StoredLearner): Promise<void> {
  await (await database()).put("learners", learner);
}
