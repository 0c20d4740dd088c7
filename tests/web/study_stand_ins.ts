// What the Study page's modules need around them: a browser, its database and a service, each as little as it takes.

import { signal } from "@preact/signals";

import { NotFoundError } from "../../clients/typescript/src/index.js";
import type { ReviewState, StoredCard, StoredDeck, StoredLearner, StoredReview } from "../../web/src/study/records";

const DAY = 86_400_000;
/** What happens in the browser, such as `storage`. */
export const events = new EventTarget();
const kept: Record<string, string> = {};
const browser: Record<string, unknown> = {
  window: globalThis,
  document: { addEventListener: () => undefined, documentElement: {} },
  localStorage: { getItem: (key: string) => kept[key] ?? null, setItem: (key: string, value: string) => (kept[key] = value) },
  addEventListener: events.addEventListener.bind(events),
  location: { hash: "" },
  navigator: { onLine: true, languages: ["en"], storage: { persist: () => undefined }, locks: { request: inTurn } },
};
for (const [name, value] of Object.entries(browser)) Object.defineProperty(globalThis, name, { value, configurable: true });

let turn: Promise<unknown> = Promise.resolve();
function inTurn(_: string, step: () => Promise<void>): Promise<void> {
  const done = turn.then(step);
  turn = done.catch(() => undefined);
  return done;
}

// The database.

const decks = new Map<string, StoredDeck>();
const cards = new Map<string, StoredCard>();
const learners = new Map<string, StoredLearner>();
export const stored = new Map<string, StoredReview>();

const keyOf = ({ learner, card, eventId }: StoredReview) => JSON.stringify([learner, card, eventId]);

export const loadDecks = async () => ({ decks: [...decks.values()], cards: [...cards.values()] });
export const deleteDeck = async (id: string) => void decks.delete(id);
export async function putDeck(deck: StoredDeck, found: readonly StoredCard[]): Promise<void> {
  decks.set(deck.id, deck);
  for (const card of found) cards.set(JSON.stringify([card.deck, card.id]), card);
}
export const loadReviews = async (learner: string) => [...stored.values()].filter((review) => review.learner === learner);
export const reviewsIn = async (learner: string, state: ReviewState) => (await loadReviews(learner)).filter((each) => each.state === state);
export const addReview = async (review: StoredReview) => void stored.set(keyOf(review), review);
export const loadLearner = async (learner: string) => learners.get(learner) ?? { learner, target: 0.9, due: {} };
export const putLearner = async (learner: StoredLearner) => void learners.set(learner.learner, learner);
export async function changeReviews(reviews: readonly StoredReview[], change: (stored: StoredReview) => StoredReview | null) {
  return reviews.flatMap((review) => {
    const changed = change(stored.get(keyOf(review))!);
    if (changed) stored.set(keyOf(review), changed);
    else stored.delete(keyOf(review));
    return changed ? [changed] : [];
  });
}
export async function replaceSent(learner: string, exported: readonly StoredReview[]): Promise<void> {
  for (const review of await loadReviews(learner)) if (review.state === "sent") stored.delete(keyOf(review));
  for (const review of exported) stored.set(keyOf(review), review);
}

// The service.

interface SentReview {
  event_id: string;
  card: string;
  rating: number;
  reviewed_at: string;
}

export const there = new Map<string, SentReview[]>();
/** The calls that were made. */
export const calls: string[] = [];
/** What happens while the next call is on its way. */
export const meanwhile: { act: (() => void) | null } = { act: null };

async function called(name: string): Promise<void> {
  calls.push(name);
  const { act } = meanwhile;
  meanwhile.act = null;
  act?.();
  await new Promise((resolve) => setTimeout(resolve, 1));
}

const dueOf = (review: SentReview) => ({ card: review.card, due_at: new Date(Date.parse(review.reviewed_at) + 3 * DAY).toISOString() });
const gone = (field: string) => Object.assign(Object.create(NotFoundError.prototype), { field });

function learner(id: string) {
  const known = () => there.get(id) ?? [];
  return {
    async describe() {
      await called("describe");
      if (known().length === 0) throw gone("learner");
      return { reviews: known().length, last_reviewed_at: known().map((review) => review.reviewed_at).sort().at(-1) };
    },
    async *export() {
      await called("export");
      yield* known();
    },
    async study(reviews: SentReview[]) {
      await called("study");
      there.set(id, [...known(), ...reviews]);
      return { results: reviews.map((review) => ({ ...dueOf(review), target_recall: 0.9 })), rejected: [] };
    },
    async undo(event: string) {
      await called("undo");
      there.set(id, known().filter((review) => review.event_id !== event));
    },
    async due() {
      await called("due");
      return { cards: known().map(dueOf), target_recall: 0.9 };
    },
  };
}

const service = { learner, modelParameters: () => Promise.reject(new Error("it has a model of its own")) };
export const client = signal<unknown>(service);
