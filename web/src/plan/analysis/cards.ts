// One learner's reviews, card by card, out of a log's columns.

import { MILLISECONDS_PER_DAY, type Rating, type StudyReview } from "../../core";
import type { ReviewLog } from "../../readers";

/** Columns of one learner's reviews, sorted by card and time. */
export type LearnerColumns = ReviewLog["reviews"];

/** The learners of a log by number of reviews, the most first: index in `learners`, and reviews. */
export function learnersBySize({ reviews, learners, learnerOfCard }: ReviewLog): [learner: number, reviews: number][] {
  const sizes = learners.map(() => 0);
  reviews.card.forEach((card) => (sizes[learnerOfCard[card]!]! += 1));
  return [...sizes.entries()].sort(([, a], [, b]) => b - a);
}

/** The columns of one learner: a part of the log's, as it is sorted by learner. */
export function columnsOf({ reviews, learnerOfCard }: ReviewLog, learner: number): LearnerColumns {
  const from = reviews.card.findIndex((card) => learnerOfCard[card] === learner);
  const to = reviews.card.findLastIndex((card) => learnerOfCard[card] === learner) + 1;
  const { card, time, day, rating, seconds } = reviews;
  return {
    card: card.slice(from, to),
    time: time.slice(from, to),
    day: day.slice(from, to),
    rating: rating.slice(from, to),
    seconds: seconds.slice(from, to),
  };
}

/** The reviews of each card. */
export function cardsOf({ card, time, day, rating, seconds }: LearnerColumns): StudyReview[][] {
  const cards: StudyReview[][] = [];
  card.forEach((number, i) => {
    if (i === 0 || number !== card[i - 1]) cards.push([]);
    cards.at(-1)!.push({
      time: time[i]! / MILLISECONDS_PER_DAY,
      day: day[i]!,
      rating: rating[i] as Rating,
      seconds: seconds[i]! || 0, // NaN: not known
    });
  });
  return cards;
}

/** The columns of reviews by card: the inverse of `cardsOf`. */
export function columnsFrom(cards: readonly (readonly StudyReview[])[]): LearnerColumns {
  const reviews = cards.flatMap((card, index) => card.map((review) => ({ index, ...review })));
  return {
    card: Uint32Array.from(reviews, ({ index }) => index),
    time: Float64Array.from(reviews, ({ time }) => time * MILLISECONDS_PER_DAY),
    day: Int32Array.from(reviews, ({ day }) => day),
    rating: Uint8Array.from(reviews, ({ rating }) => rating),
    seconds: Float64Array.from(reviews, ({ seconds }) => seconds),
  };
}
