/*
 * The history model: a card's review history, and what is known of its learner, become its forgetting curve.
 *
 * ln S is a line in ten numbers of a history, kept within a factor of 3 of the stability S that FSRS-6 gives the
 * card; ln c and the slip's logit are one number each:
 *
 *     x = k₀ + Σ kᵢ · featureᵢ        ln S = x, at least f − ln 3 and at most f + ln 3        f = log_stability
 *
 * There are two such lines: for a learner of whom nothing is known, and for one of whom everything is. In between,
 * x, ln c and the slip's logit lie on the way from the one to the other, by `certainty`. Then the learner's state
 * shifts the curve.
 */

import type { CardHistory } from "./card_history";
import { COEFFICIENT_LIMIT, type Curve } from "./curve";
import { UnsupportedArtifactError } from "./errors";
import { certainty, type Directions, directionsOf, type LearnerState, shifted, START, updated } from "./learner";

/** The intercept and a coefficient for each of `HISTORY_FEATURES`; ln c; and the slip's logit. */
export interface Line {
  readonly logStability: readonly number[];
  readonly logDecay: number;
  readonly slipLogit: number;
}

// Each with the sign that its coefficient in ln S must have: a better answer raises what has a 1 and lowers what
// has a −1; what has a 0 is the same whichever of the four answers was given: its coefficient is free.
const SIGNS = {
  log_stability: 1, // FSRS-6's, ln days
  fsrs_difficulty: -1, // FSRS-6's, 1 to 10
  failure_average: -1, // moving average of failures over all reviews, 0 to 1
  day_failures: -1, // on the last study day, at most 3
  day_passes: 1, // on the last study day, at most 3
  single_day: 0, // 1 while there has been one study day only, else 0
  log_age: 0, // first to last review
  log_last_interval: 0, // between the last two study days
  log_review_days: 0, // ln of the number of study days with a review
  log_last_seconds: 0, // ln of the last answer's time in units of 7 s, within ±2; 0 where unknown
} as const;
/** In the order in which artifacts name them. */
export const HISTORY_FEATURES: readonly string[] = Object.keys(SIGNS);
const SINGLE_DAY = HISTORY_FEATURES.indexOf("single_day");

const MOST_REPEATS = 3; // a day with more of them says no more
const COMMON_SECONDS = 7;
const LOG_SECONDS_LIMIT = 2;
const LARGEST_DEVIATION = Math.log(3); // from FSRS-6's ln S

/**
 * The values of `HISTORY_FEATURES`, in their order.
 *
 * All are taken at the card's last review and none depends on the time since, so a curve that is built from them
 * falls with time and has a closed inverse. Logarithms of day counts are ln(1 + days).
 */
export function historyFeatures(history: CardHistory): readonly number[] {
  return [
    Math.log(history.memory.stability),
    history.memory.difficulty,
    history.failureAverage,
    Math.min(history.dayFailures, MOST_REPEATS),
    Math.min(history.dayPasses, MOST_REPEATS),
    history.reviewDays === 1 ? 1 : 0,
    Math.log1p(history.time - history.firstTime),
    Math.log1p(history.lastInterval),
    Math.log(history.reviewDays),
    history.seconds ? logSeconds(history.seconds) : 0,
  ];
}

function logSeconds(seconds: number): number {
  return Math.min(Math.max(Math.log(seconds / COMMON_SECONDS), -LOG_SECONDS_LIMIT), LOG_SECONDS_LIMIT);
}

/** A forgetting curve from a review history. */
export class HistoryModel {
  /** See `shifted`: 1 where ln S follows FSRS-6's at the largest deviation. */
  readonly #leastSlope: number;

  /**
   * @param newLearner For learners of whom nothing is known.
   * @param knownLearner For learners of whom everything is known.
   * @throws {UnsupportedArtifactError} If a line has another length, a number isn't finite or is beyond
   * ±1,000,000, or a sign would let a better answer lower recall.
   */
  constructor(
    readonly newLearner: Line,
    readonly knownLearner: Line,
  ) {
    checkLine("new_learner", newLearner);
    checkLine("known_learner", knownLearner);
    this.#leastSlope = -Math.min(newLearner.logStability[1]!, knownLearner.logStability[1]!, 1);
  }

  /**
   * The card's curve.
   * @param features From `historyFeatures`.
   */
  curve(features: readonly number[], state: LearnerState = START): Curve {
    const f = features[0]!;
    const { newLearner, knownLearner } = this;
    const x = along(newLearner, features);
    if (state === START) {
      return { logStability: near(x, f), logDecay: newLearner.logDecay, slipLogit: newLearner.slipLogit };
    }
    const share = certainty(state);
    const between = (from: number, to: number) => from + share * (to - from);
    const card: Curve = {
      logStability: near(between(x, along(knownLearner, features)), f),
      logDecay: between(newLearner.logDecay, knownLearner.logDecay),
      slipLogit: between(newLearner.slipLogit, knownLearner.slipLogit),
    };
    return shifted(card, state, directions(features), this.#leastSlope);
  }

  /**
   * The learner's state after the outcome of a review.
   * @param state Before it; `START` for a learner without outcomes.
   * @param features Of the card's history before this review.
   * @param days Since the card's last review, at least one study day ago.
   */
  learnerAfter(state: LearnerState, features: readonly number[], days: number, recalled: boolean): LearnerState {
    return updated(state, this.curve(features, state), directions(features), days, recalled);
  }
}

function directions(features: readonly number[]): Directions {
  return directionsOf(features[0]!, features[SINGLE_DAY] === 1);
}

function along({ logStability }: Line, features: readonly number[]): number {
  let sum = 0; // of the coefficients, which follow the intercept: no copy of them, simulations call this a lot
  for (let i = 0; i < features.length; i += 1) sum += logStability[i + 1]! * features[i]!;
  return logStability[0]! + sum;
}

function near(logStability: number, center: number): number {
  return Math.max(Math.min(logStability, center + LARGEST_DEVIATION), center - LARGEST_DEVIATION);
}

function checkLine(head: string, line: Line): void {
  const expected = 1 + HISTORY_FEATURES.length;
  if (line.logStability.length !== expected) {
    throw new UnsupportedArtifactError(
      `${head}.log_stability has ${line.logStability.length} numbers; it must have ${expected}`,
    );
  }
  const names = ["intercept", ...HISTORY_FEATURES, "log_decay", "slip_logit"];
  [...line.logStability, line.logDecay, line.slipLogit].forEach((value, i) => checkNumber(head, names[i]!, value));
}

function checkNumber(head: string, name: string, value: number): void {
  if (!(Math.abs(value) <= COEFFICIENT_LIMIT)) {
    throw new UnsupportedArtifactError(`${head}.${name} is ${value}; it must be within ±1,000,000`);
  }
  const sign = SIGNS[name as keyof typeof SIGNS] ?? 0;
  if (sign * value < 0) {
    throw new UnsupportedArtifactError(
      `${head}.${name} is ${value}: a better answer would lower recall; it must be ${sign > 0 ? "≥" : "≤"} 0`,
    );
  }
}
