// How what is explored is changed, and changes are taken back.

import { computed, signal } from "@preact/signals";

import type { Rating } from "../core";
import { type Example, type Exploration, exampleOf, exploration, LATEST, present, type Reviews, SECOND } from "./exploration";

const before = signal<readonly Exploration[]>([]);
const MOST_UNDONE = 100;

export const undoable = computed(() => before.value.length > 0);

/** Change what is explored; sliders and choices aren't undone step by step. */
export function change(changes: Partial<Exploration>): void {
  exploration.value = { ...exploration.peek(), ...changes };
}

let lastField: string | null = null;

/** Change it so that `undo` leads back; successive changes of one field are one step. */
function step(changes: Partial<Exploration>, field: string | null = null): void {
  if (field === null || field !== lastField) before.value = [...before.peek(), exploration.peek()].slice(-MOST_UNDONE);
  lastField = field;
  change(changes);
}

/** Take back the last change of a card or of the time. */
export function undo(): void {
  const last = before.peek().at(-1);
  lastField = null;
  if (last === undefined) return;
  before.value = before.peek().slice(0, -1);
  change({ cards: last.cards, now: last.now });
}

/** Change a card's reviews; `field` names the one that is typed in. */
export function setReviews(card: number, reviews: Reviews, field?: string): void {
  step({ cards: exploration.peek().cards.map((each, i) => (i === card ? reviews : each)) }, field);
}

/** Answer a card now. */
export function rate(card: number, rating: Rating): void {
  const { cards, now } = exploration.peek();
  setReviews(card, [...cards[card]!, { at: now, rating, seconds: 0 }]);
}

/** Let time pass, until a moment in milliseconds since 1970; not beyond what a date's field can say. */
export function moveTo(moment: number): void {
  step({ now: Math.min(Math.ceil(moment / SECOND) * SECOND, LATEST) });
}

/** Begin again: one new card, at this moment. */
export function startOver(): void {
  step({ cards: [[]], now: present() });
}

/** Begin a card again with an example that ends now. */
export function takeExample(card: number, name: Example): void {
  setReviews(card, exampleOf(name, exploration.peek().now));
}

/** Add a second card, which begins as a copy of the first; or take it away. */
export function compare(wanted: boolean): void {
  const { cards } = exploration.peek();
  step({ cards: wanted ? [cards[0]!, cards[0]!] : [cards[0]!] });
}

/** Change one of the targets. */
export function setTarget(index: number, target: number): void {
  change({ targets: exploration.peek().targets.map((each, i) => (i === index ? target : each)) });
}
