// A card's review history, as what it leaves behind: updated one review at a time.

import { InvalidInputError } from "./errors";
import { AGAIN, RATINGS, type Rating } from "./features";
import { firstState, type MemoryState, nextState } from "./fsrs";

/** One review of a card. */
export interface StudyReview {
  /** When it was, in days with fractions, from any origin that all reviews share, such as 1970. */
  readonly time: number;
  readonly rating: Rating;
  /** Number of its study day, from `studyDay`; only differences mean something. */
  readonly day: number;
  /** How long the answer took, in seconds; 0 if that isn't known. */
  readonly seconds: number;
}

/** The moving average of failures starts at what is common, and moves by a share of each difference. */
const COMMON_FAILURES = 0.15;
const FAILURE_RATE = 0.2;
/**
 * Days. A night lies between two study days: two reviews that are closer than this belong to one, wherever the
 * day's boundary falls.
 */
const SHORTEST_NIGHT = 4 / 24;

/** The history of a card that has been reviewed at least once; parameters as of `StudyReview`. */
export class CardHistory {
  /** What FSRS-6 believes of the card after the last review. */
  memory: MemoryState;
  firstTime: number;
  /** Of the last review, as its day, rating and seconds. */
  time: number;
  day: number;
  rating: Rating;
  seconds: number;
  reviews = 1;
  /** How many of the reviews were failed. */
  failures: number;
  /** Distinct study days with a review. */
  reviewDays = 1;
  /** Moving average of failures over all reviews, in (0, 1). */
  failureAverage: number;
  /** Days between the last two study days' reviews; 0 on the first day. */
  lastInterval = 0;
  /** Failed and passed reviews on the last study day. */
  dayFailures: number;
  dayPasses: number;

  /** @throws {InvalidInputError} If the rating isn't one of the four, or the time isn't finite. */
  constructor(time: number, rating: Rating, day: number, seconds = 0) {
    if (!RATINGS.includes(rating) || !Number.isFinite(time)) throw wrongReview(rating);
    const failed = rating === AGAIN ? 1 : 0;
    this.memory = firstState(rating);
    this.firstTime = this.time = time;
    this.day = day;
    this.rating = rating;
    this.seconds = seconds;
    this.failures = this.dayFailures = failed;
    this.dayPasses = 1 - failed;
    this.failureAverage = COMMON_FAILURES + FAILURE_RATE * (failed - COMMON_FAILURES);
  }

  /**
   * Take in one more review.
   * @throws {InvalidInputError} If the rating isn't one of the four, the time isn't finite, or time or day lie
   * before the last review's.
   */
  review(time: number, rating: Rating, day: number, seconds = 0): void {
    const interval = time - this.time;
    if (!RATINGS.includes(rating) || !(interval >= 0 && interval < Infinity && day >= this.day)) {
      throw wrongReview(rating);
    }
    const days = interval >= SHORTEST_NIGHT ? day - this.day : 0;
    this.#countOnDay(rating, days > 0, interval);
    this.memory = nextState(this.memory, rating, days);
    this.time = time;
    this.day = day;
    this.rating = rating;
    this.seconds = seconds;
  }

  /** The history after one more review; this one stays as it is. See `review`. */
  after(time: number, rating: Rating, day: number, seconds = 0): CardHistory {
    const copied = this.copy();
    copied.review(time, rating, day, seconds);
    return copied;
  }

  /** The same history, to take in other reviews than this one. */
  copy(): CardHistory {
    return Object.assign(new CardHistory(this.time, this.rating, this.day, this.seconds), this);
  }

  #countOnDay(rating: Rating, newDay: boolean, interval: number): void {
    const failed = rating === AGAIN ? 1 : 0;
    if (newDay) {
      this.reviewDays += 1;
      this.lastInterval = interval;
      this.dayFailures = this.dayPasses = 0;
    }
    this.dayFailures += failed;
    this.dayPasses += 1 - failed;
    this.reviews += 1;
    this.failures += failed;
    this.failureAverage += FAILURE_RATE * (failed - this.failureAverage);
  }
}

/**
 * The history after all of a card's reviews.
 * @param reviews In the order of time.
 * @throws {InvalidInputError} If there are no reviews, or one can't follow the one before.
 */
export function historyOf(reviews: readonly StudyReview[]): CardHistory {
  const [first, ...others] = reviews;
  if (first === undefined) throw new InvalidInputError("reviews", "must hold at least one review");
  const history = new CardHistory(first.time, first.rating, first.day, first.seconds);
  for (const { time, rating, day, seconds } of others) history.review(time, rating, day, seconds);
  return history;
}

function wrongReview(rating: number): InvalidInputError {
  if (!(RATINGS as readonly number[]).includes(rating)) {
    return new InvalidInputError("rating", "must be 1 (Again), 2 (Hard), 3 (Good) or 4 (Easy)");
  }
  return new InvalidInputError("time", "must be finite, and time and day not before those of the review before");
}
