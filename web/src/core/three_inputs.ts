/*
 * The forgetting curve of a card of which only three inputs are known.
 *
 * The same curve as a history gives, with
 *
 *     ln S = k₀ + k₁ · ln(review_count) + k₂ · logit(failure share) + k₃ · first
 *
 * where first is 1 for a card with a single review day, else 0; and one number each for ln c and the slip's logit.
 * With k₂ ≤ 0 recall never rises with difficulty, which is 1 + 9 × the failure share.
 */

import { COEFFICIENT_LIMIT, type Curve } from "./curve";
import { UnsupportedArtifactError } from "./errors";
import { directionsOf, type LearnerState, shifted, START, updated } from "./learner";

/** k₀ to k₃ of the module's formula, ln c and the slip's logit. */
export interface ThreeInputParameters {
  readonly intercept: number;
  readonly logReviewCount: number;
  readonly logitDifficulty: number;
  readonly firstDay: number;
  readonly logDecay: number;
  readonly slipLogit: number;
}

// A card without history starts at 0.6 failures in 4 reviews, the prior share of failures.
const PRIOR_FAILURES = 0.6;
const PRIOR_REVIEWS = 4;
// Shares of failures beyond these say no more about a card, and keep logit() finite at difficulty 1 and 10.
const MINIMUM_SHARE = 0.01;
const MAXIMUM_SHARE = 0.99;
// A learner's slope may not turn the order of difficulties: m₄, m₅ ≥ −1 leave ln S at least constant in f.
const LEAST_SLOPE = -1;

/** Smoothed share of failed reviews among all earlier ones, (0.6 + failures) / (4 + reviews), in (0, 1). */
export function failureShare(failures: number, reviews: number): number {
  return (PRIOR_FAILURES + failures) / (PRIOR_REVIEWS + reviews);
}

/** A share of failures in [0, 1] on the scale that people see, 1 (easy) to 10 (hard). */
export function difficultyFromShare(share: number): number {
  return 1 + 9 * share;
}

/** The inverse of `difficultyFromShare`. */
export function shareFromDifficulty(difficulty: number): number {
  return (difficulty - 1) / 9;
}

/** A forgetting curve from review days and difficulty: six numbers. */
export class ThreeInputModel {
  /**
   * @throws {UnsupportedArtifactError} If a number isn't finite or is beyond ±1,000,000, or recall would rise with
   * difficulty.
   */
  constructor(readonly parameters: ThreeInputParameters) {
    for (const [name, value] of Object.entries(parameters)) {
      if (!(Math.abs(value) <= COEFFICIENT_LIMIT)) {
        throw new UnsupportedArtifactError(`${name} is ${value}; it must be within ±1,000,000`);
      }
    }
    if (parameters.logitDifficulty > 0) {
      throw new UnsupportedArtifactError("recall would rise with difficulty: logit_difficulty must be ≤ 0");
    }
  }

  /**
   * The card's curve.
   * @param reviewCount Study days with a review, 1 to 10,000.
   * @param difficulty 1 to 10.
   */
  curve(reviewCount: number, difficulty: number, state: LearnerState = START): Curve {
    const { logDecay, slipLogit } = this.parameters;
    const logStability = this.#logStability(reviewCount, difficulty);
    const card: Curve = { logStability, logDecay, slipLogit };
    if (state === START) return card;
    return shifted(card, state, directionsOf(logStability, reviewCount === 1), LEAST_SLOPE);
  }

  /** The learner's state after the outcome of a review, so many days after the card's last one. */
  learnerAfter(
    state: LearnerState,
    days: number,
    reviewCount: number,
    difficulty: number,
    recalled: boolean,
  ): LearnerState {
    const along = directionsOf(this.#logStability(reviewCount, difficulty), reviewCount === 1);
    return updated(state, this.curve(reviewCount, difficulty, state), along, days, recalled);
  }

  #logStability(reviewCount: number, difficulty: number): number {
    const share = Math.min(Math.max(shareFromDifficulty(difficulty), MINIMUM_SHARE), MAXIMUM_SHARE);
    const { intercept, logReviewCount, logitDifficulty, firstDay } = this.parameters;
    return (
      intercept +
      logReviewCount * Math.log(reviewCount) +
      logitDifficulty * Math.log(share / (1 - share)) +
      (reviewCount === 1 ? firstDay : 0)
    );
  }
}
