// What is in a log, in figures.

import { MILLISECONDS_PER_DAY, type StudyReview } from "../../core";
import { type PerRating, perRating } from "../../simulation";

export interface Contents {
  readonly reviews: number;
  readonly cards: number;
  /** Milliseconds since 1970. */
  readonly first: number;
  readonly last: number;
  /** Days on which there was a review. */
  readonly studyDays: number;
  readonly studyDaysPerWeek: number;
  readonly reviewsPerStudyDay: number;
  readonly ratings: PerRating;
  /** Of those reviews whose time is known, in all; null if it is known of none. */
  readonly minutesPerStudyDay: number | null;
}

/** @param cards At least one, with at least one review each. */
export function contentsOf(cards: readonly (readonly StudyReview[])[]): Contents {
  const ratings = perRating(() => 0);
  const days = new Set<number>();
  let [reviews, seconds, first, last, firstDay, lastDay] = [0, 0, Infinity, -Infinity, Infinity, -Infinity];
  for (const review of cards.flat()) {
    reviews += 1;
    ratings[review.rating] += 1;
    seconds += review.seconds;
    days.add(review.day);
    first = Math.min(first, review.time);
    last = Math.max(last, review.time);
    firstDay = Math.min(firstDay, review.day);
    lastDay = Math.max(lastDay, review.day);
  }
  const weeks = Math.max((lastDay - firstDay + 1) / 7, 1);
  return {
    reviews,
    cards: cards.length,
    first: first * MILLISECONDS_PER_DAY,
    last: last * MILLISECONDS_PER_DAY,
    studyDays: days.size,
    studyDaysPerWeek: days.size / weeks,
    reviewsPerStudyDay: reviews / days.size,
    ratings,
    minutesPerStudyDay: seconds ? seconds / 60 / days.size : null,
  };
}
