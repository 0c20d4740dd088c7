// How a learner answers, and how long it takes: counted from their reviews.

import { AGAIN, type Rating, RATINGS, type StudyReview } from "../core";

/** A value for each rating. */
export type PerRating = Readonly<Record<Rating, number>>;

/** What a simulated learner does as the real one does. */
export interface Habits {
  /** Share of each rating at the first sight of a card; they sum to 1. */
  readonly first: PerRating;
  /** Share of Hard, Good and Easy among what is recalled on a later study day; they sum to 1, without Again. */
  readonly recalled: PerRating;
  /** Mean seconds per answer. */
  readonly seconds: PerRating;
  /** When they study: days from a study day's number to the time of its session. */
  readonly session: number;
}

/** Of a learner whose reviews say nothing: rough values of people who use Anki. */
export const COMMON_HABITS: Habits = {
  first: { 1: 0.25, 2: 0.1, 3: 0.55, 4: 0.1 },
  recalled: { 1: 0, 2: 0.1, 3: 0.82, 4: 0.08 },
  seconds: { 1: 14, 2: 12, 3: 8, 4: 6 },
  session: 0.75,
};

const COMMON_WEIGHT = 20; // the common habits count as so many reviews
const LONGEST_ANSWER = 60; // seconds; as in Anki, more is a pause

/** Count the habits of a learner from the reviews of each card. */
export function habitsOf(cards: readonly (readonly StudyReview[])[]): Habits {
  const first = new Tally(COMMON_HABITS.first);
  const recalled = new Tally(COMMON_HABITS.recalled);
  const seconds = new Tally(COMMON_HABITS.seconds);
  let [sessions, reviews] = [0, 0];
  for (const card of cards) {
    card.forEach((review, i) => {
      const before = card[i - 1];
      sessions += review.time - review.day;
      reviews += 1;
      seconds.add(review.rating, Math.min(review.seconds, LONGEST_ANSWER), review.seconds > 0 ? 1 : 0);
      if (before === undefined) first.add(review.rating, 1, 1);
      else if (review.day > before.day && review.rating !== AGAIN) recalled.add(review.rating, 1, 1);
    });
  }
  const session = reviews ? sessions / reviews : COMMON_HABITS.session;
  return { first: first.shares(), recalled: recalled.shares(), seconds: seconds.means(), session };
}

/** Sums and counts per rating, beginning with the common values. */
class Tally {
  readonly #sums: Record<Rating, number>;
  readonly #counts: Record<Rating, number>;

  constructor(common: PerRating) {
    this.#sums = perRating((rating) => COMMON_WEIGHT * common[rating]);
    this.#counts = perRating(() => COMMON_WEIGHT);
  }

  add(rating: Rating, value: number, count: number): void {
    this.#sums[rating] += count ? value : 0;
    this.#counts[rating] += count;
  }

  means(): PerRating {
    return perRating((rating) => this.#sums[rating] / this.#counts[rating]);
  }

  shares(): PerRating {
    const all = RATINGS.reduce((sum, rating) => sum + this.#sums[rating], 0);
    return perRating((rating) => this.#sums[rating] / all);
  }
}

/** The value of each rating. */
export function perRating(value: (rating: Rating) => number): Record<Rating, number> {
  return Object.fromEntries(RATINGS.map((rating) => [rating, value(rating)])) as Record<Rating, number>;
}
