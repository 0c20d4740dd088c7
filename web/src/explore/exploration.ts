// What is explored: cards and their reviews, the moment to answer for, targets and the learner.

import { signal } from "@preact/signals";

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
/** Milliseconds since 1970: the last moment that a field for dates and times has. */
export const LATEST = Date.UTC(9999, 11, 31, 23, 59, 59);
export const LEARNERS = { largestShift: 1.5, largestCertainty: 0.95 } as const;
export const SECOND = 1000; // milliseconds

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

let unchanged = beginning();
export const exploration = signal<Exploration>(unchanged);

/** Whether this is what the page began with, and nothing was changed yet. */
export function isUnchanged(explored: Exploration): boolean {
  return explored === unchanged;
}

/** Go with the clock, as long as nothing has been changed. */
export function followClock(): void {
  if (isUnchanged(exploration.peek())) exploration.value = unchanged = beginning();
}
