// What is the same for each scheduler in a run: the learner as they really are, their cards, and chance itself.

import {
  type Artifact, cardCurve, type CardHistory, historyOf, type LearnerState, recallProbability, type StudyReview,
} from "../core";
import type { Habits } from "./habits";
import { drawLearner } from "./learners";
import { Random } from "./random";

/** What a simulation begins with. */
export interface Situation {
  readonly artifact: Artifact;
  /** What is known of the learner. */
  readonly state: LearnerState;
  readonly habits: Habits;
  /** The reviews of each card that was studied before. */
  readonly studied: readonly (readonly StudyReview[])[];
  /** Number of the first study day that is simulated; all reviews lie before it. */
  readonly firstDay: number;
  readonly days: number;
  readonly newCardsPerDay: number;
  /** Cards that were never studied. */
  readonly unseen: number;
  /** Seconds that the learner studies a day at most; Infinity is no limit. */
  readonly secondsPerDay: number;
}

/** A card at the start. */
export interface StartingCard {
  /** Null if it was never studied. */
  readonly history: CardHistory | null;
  readonly reviews: readonly StudyReview[];
  /** The day of the simulation, from 0, on which it is first seen; −1 if it was studied before. */
  readonly firstSeen: number;
  /** Its own stream of random numbers: the same under each scheduler. */
  readonly seed: number;
}

export interface World {
  readonly situation: Situation;
  readonly run: number;
  /** The learner as they really are: drawn from what is known. */
  readonly truth: LearnerState;
  readonly cards: readonly StartingCard[];
  /** How many cards each of them stands for, ≥ 1. */
  readonly weight: number;
  /** Expected number of cards still known after all days, if the learner stopped studying now. */
  readonly knownWithoutStudy: number;
}

/** Make the world of a run: at most so many cards, evenly taken from all. */
export function makeWorld(situation: Situation, run: number, mostCards: number): World {
  const { artifact, studied, days, newCardsPerDay, unseen, firstDay, habits } = situation;
  const random = new Random(run, 0);
  const truth = drawLearner(situation.state, random);
  const introduced = Math.min(unseen, Math.floor(newCardsPerDay * days));
  const all = studied.length + introduced;
  const weight = Math.max(all / mostCards, 1);
  const cards: StartingCard[] = [];
  for (let place = random.uniform() * weight; place < all; place += weight) {
    const index = Math.floor(place);
    const reviews = studied[index] ?? [];
    const firstSeen = reviews.length ? -1 : Math.floor((index - studied.length) / newCardsPerDay);
    cards.push({ history: reviews.length ? historyOf(reviews) : null, reviews, firstSeen, seed: index + 1 });
  }
  const end = firstDay + days + habits.session;
  const knownWithoutStudy = weight * cards.reduce((sum, { history }) => sum + recallAt(artifact, history, truth, end), 0);
  return { situation, run, truth, cards, weight, knownWithoutStudy };
}

/** Probability that a card is recalled at a time in days; 0 for a new card. */
export function recallAt(artifact: Artifact, history: CardHistory | null, learner: LearnerState, time: number): number {
  if (history === null) return 0;
  return recallProbability(cardCurve(artifact, history, learner), Math.max(time - history.time, 0));
}
