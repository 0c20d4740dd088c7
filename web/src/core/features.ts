// The three inputs of a card whose reviews aren't known, and the ratings of a review.

export interface Feature {
  readonly name: string;
  readonly unit: string;
  readonly minimum: number;
  readonly maximum: number;
  /** Whether only whole numbers are allowed. */
  readonly integer: boolean;
}

export const DAYS_SINCE_LAST_REVIEW: Feature = {
  name: "days_since_last_review",
  unit: "days",
  minimum: 0,
  maximum: 36_500,
  integer: false,
};
/** Distinct study days with a review; repeats on one day count once. */
export const REVIEW_COUNT: Feature = {
  name: "review_count",
  unit: "review days",
  minimum: 1,
  maximum: 10_000,
  integer: true,
};
/** 1 + 9 × the smoothed share of failed reviews. */
export const DIFFICULTY: Feature = {
  name: "difficulty",
  unit: "1 (easy) to 10 (hard)",
  minimum: 1,
  maximum: 10,
  integer: false,
};
export const FEATURES: readonly Feature[] = [DAYS_SINCE_LAST_REVIEW, REVIEW_COUNT, DIFFICULTY];

/** 1 Again, 2 Hard, 3 Good, 4 Easy, as Anki and FSRS count them. */
export type Rating = 1 | 2 | 3 | 4;
export const RATINGS = [1, 2, 3, 4] as const;
export const [AGAIN, HARD, GOOD, EASY] = RATINGS;
