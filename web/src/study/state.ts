// What the Study page shows, as signals; a change of the device's store in any tab comes in here.

import { batch, computed, signal } from "@preact/signals";

import { artifact } from "../service/model";
import { leftOf } from "./choose";
import { loadDecks, loadLearner, loadReviews } from "./database";
import { counted, Progress, Replay } from "./progress";
import { dayOf, DEFAULT_TARGET, type StoredCard, type StoredDeck, type StoredLearner, type StoredReview } from "./records";
import { statisticsOf } from "./statistics";

const ID_KEY = "recall.learner";
const NEW_KEY = "recall.newPerDay";
const NEW_PER_DAY = 10;
const TICK = 15_000; // milliseconds

/** The learner's id at the service; empty until it was asked for. */
export const learnerId = signal(localStorage.getItem(ID_KEY) ?? "");
/** How many new cards a day shall have. */
export const newPerDay = signal(Number(localStorage.getItem(NEW_KEY) ?? NEW_PER_DAY));

export const decks = signal<readonly StoredDeck[]>([]);
export const cards = signal<readonly StoredCard[]>([]);
export const reviews = signal<readonly StoredReview[]>([]);
export const learner = signal<StoredLearner>({ learner: "", target: DEFAULT_TARGET, due: {} });
/** Whether the store could be read. */
export const storage = signal<"loading" | "ready" | "failed">("loading");
/** The time, as far as what is shown depends on it. */
export const now = signal(Date.now());

/** Reviews that aren't at the service yet, or are to be taken back there. */
export const waiting = computed(() => reviews.value.filter(({ state }) => state === "waiting" || state === "undoing"));

let replay = new Replay(artifact.peek());

export const progress = computed(() => {
  const known = counted(reviews.value);
  // Another model has come, or an undo, or a late review of another device.
  if (replay.artifact !== artifact.value || !replay.begins(known)) replay = new Replay(artifact.value);
  replay.catchUp(known);
  return new Progress(replay, new Set(waiting.value.map(({ card }) => card)), learner.value);
});
const today = computed(() => dayOf(now.value));
export const statistics = computed(() => statisticsOf(progress.value.outcomes, today.value));
export const newToday = computed(() => newPerDay.value - statistics.value.fresh);

/** Reviews that the service refused. */
export const rejected = computed(() => reviews.value.filter(({ state }) => state === "rejected"));

/** What is left to study of a deck, or of all. */
export function leftIn(deck: string | null) {
  const chosen = deck === null ? cards.value : cards.value.filter((card) => card.deck === deck);
  return leftOf(chosen, progress.value, newToday.value, now.value);
}

/** Due cards whose texts aren't on this device. */
export const dueElsewhere = computed(() => {
  const here = new Set(cards.value.map(({ id }) => id));
  const known = new Set([...progress.value.histories.keys(), ...Object.keys(learner.value.due)]);
  return [...known].filter((id) => !here.has(id) && progress.value.dueAt(id)! <= now.value).length;
});

const tabs = new BroadcastChannel("recall-study");

/** Call something after another tab has changed the store, and this one has read it. */
export function onChangeElsewhere(call: () => void): void {
  tabs.addEventListener("message", () => void reload().then(call));
}

// Another tab's choices are this one's, too.
window.addEventListener("storage", ({ key, newValue }) => {
  if (newValue === null) return;
  if (key === NEW_KEY) newPerDay.value = Number(newValue);
  if (key !== ID_KEY) return;
  learnerId.value = newValue;
  void reload();
});

/** Read the device's store again. */
export async function reload(): Promise<void> {
  try {
    const [stored, found, about] = await Promise.all([loadDecks(), loadReviews(learnerId.value), loadLearner(learnerId.value)]);
    batch(() => {
      decks.value = stored.decks;
      cards.value = stored.cards;
      reviews.value = found;
      learner.value = about;
      storage.value = "ready";
      tick();
    });
  } catch {
    storage.value = "failed"; // some browsers keep nothing in private windows
  }
}

/** Read the store again, here and in the other tabs: it was changed. */
export async function changed(): Promise<void> {
  tabs.postMessage("changed");
  await reload();
}

/** Show a review that was just stored, without reading all others again. */
export function added(review: StoredReview): void {
  tabs.postMessage("changed");
  batch(() => {
    reviews.value = [...reviews.value, review];
    tick();
  });
}

export function tick(): void {
  now.value = Date.now();
}
setInterval(tick, TICK);
document.addEventListener("visibilitychange", tick);

export function chooseLearner(id: string): void {
  learnerId.value = id;
  localStorage.setItem(ID_KEY, id);
}

export function chooseNewPerDay(count: number): void {
  newPerDay.value = count;
  localStorage.setItem(NEW_KEY, String(count));
}
