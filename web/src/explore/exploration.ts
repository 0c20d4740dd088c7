// What is explored: cards and their reviews, the moment to answer for, targets, the learner; and how each is changed.

import { computed, signal } from "@preact/signals";

import type { Rating } from "../core";

/** A review as the page has it; NaN where what was typed isn't a time or a number. */
export interface Review {
  /** Milliseconds since 1970, in whole seconds. */
  readonly at: number;
  readonly rating: Rating;
  /** How long the answer took; 0 if that isn't known. */
  readonly seconds: number;
}

export type Reviews = readonly Review[];

/** A card of which three numbers are known. */
export interface Inputs {
  readonly days: number;
  readonly reviewDays: number;
  readonly difficulty: number;
}

/** What is supposed of the learner: ln of how much longer their cards last than usual, and how sure that is, 0 to 1. */
export interface Learner {
  readonly shift: number;
  readonly certainty: number;
}

export interface Exploration {
  readonly mode: "history" | "inputs";
  /** One card, or two to compare. */
  readonly cards: readonly Reviews[];
  readonly inputs: Inputs;
  /** Milliseconds since 1970, in whole seconds. */
  readonly now: number;
  /** IANA's name of the time zone of the study days. */
  readonly zone: string;
  /** Up to three wanted recall probabilities; the buttons are for the first. */
  readonly targets: readonly number[];
  readonly fsrs: boolean;
  readonly learner: Learner;
}

export const DAY = 86_400_000; // milliseconds
export const TARGETS = { minimum: 0.5, maximum: 0.99, step: 0.01, most: 3 } as const;
export const LEARNERS = { largestShift: 1.5, largestCertainty: 0.95 } as const;
const SECOND = 1000;

/** The reader's own time zone. */
export function ownZone(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** This second. */
export function present(): number {
  return Math.floor(Date.now() / SECOND) * SECOND;
}

/** Histories to begin with; each review is [days before now, rating]. */
export const EXAMPLES = {
  learned: [[18, 1], [17, 3], [13, 2], [6, 1], [5, 3], [1, 3]],
  new: [],
  easy: [[40, 4], [25, 4]],
  failed: [[30, 3], [28, 3], [21, 1], [20, 3], [12, 1], [11, 3]],
} as const satisfies Record<string, readonly (readonly [number, Rating])[]>;
export type Example = keyof typeof EXAMPLES;

/** An example's reviews, if it is `now`. */
export function exampleOf(name: Example, now: number): Reviews {
  return EXAMPLES[name].map(([days, rating]) => ({ at: now - days * DAY, rating, seconds: 0 }));
}

/** What the page begins with. */
export function beginning(): Exploration {
  const now = present();
  return {
    mode: "history",
    cards: [exampleOf("learned", now)],
    inputs: { days: 3, reviewDays: 4, difficulty: 2.4 },
    now,
    zone: ownZone(),
    targets: [0.9],
    fsrs: false,
    learner: { shift: 0, certainty: 0 },
  };
}

export const exploration = signal<Exploration>(beginning());
const before = signal<readonly Exploration[]>([]);
const MOST_UNDONE = 100;

export const undoable = computed(() => before.value.length > 0);

/** Change what is explored; sliders and choices aren't undone step by step. */
export function change(changes: Partial<Exploration>): void {
  exploration.value = { ...exploration.peek(), ...changes };
}

/** Change it so that `undo` leads back. */
function step(changes: Partial<Exploration>): void {
  before.value = [...before.peek(), exploration.peek()].slice(-MOST_UNDONE);
  change(changes);
}

/** Take back the last change of a card or of the time. */
export function undo(): void {
  const last = before.peek().at(-1);
  if (last === undefined) return;
  before.value = before.peek().slice(0, -1);
  change({ cards: last.cards, now: last.now });
}

/** Change a card's reviews. */
export function setReviews(card: number, reviews: Reviews): void {
  step({ cards: exploration.peek().cards.map((each, i) => (i === card ? reviews : each)) });
}

/** Answer a card now. */
export function rate(card: number, rating: Rating): void {
  const { cards, now } = exploration.peek();
  setReviews(card, [...cards[card]!, { at: now, rating, seconds: 0 }]);
}

/** Let time pass, until a moment in milliseconds since 1970. */
export function moveTo(moment: number): void {
  step({ now: Math.ceil(moment / SECOND) * SECOND });
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
