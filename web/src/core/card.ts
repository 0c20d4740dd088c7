// What a model says of a card whose reviews are known, whatever its history's times are counted from.

import type { Artifact } from "./artifact";
import type { CardHistory, StudyReview } from "./card_history";
import { type Curve, NEVER_LEARNED } from "./curve";
import { historyFeatures } from "./history";
import { type LearnerState, START } from "./learner";
import { difficultyFromShare, failureShare } from "./three_inputs";

/** A moment of a learner's: counted as the times of the history's reviews, and its study day. */
export type Moment = Pick<StudyReview, "time" | "day">;

/** 1 (easy) to 10 (hard): what a card's failures so far make of it, for a model without a history part. */
export function difficultyOf(history: CardHistory): number {
  return difficultyFromShare(failureShare(history.failures, history.reviews));
}

/** The card's forgetting curve from its last review on, for a learner of this state; null is a new card. */
export function cardCurve(artifact: Artifact, history: CardHistory | null, state: LearnerState = START): Curve {
  if (history === null) return NEVER_LEARNED;
  if (artifact.history !== null) return artifact.history.curve(historyFeatures(history), state);
  return artifact.threeInputs.curve(history.reviewDays, difficultyOf(history), state);
}

/**
 * The learner's state after a card was recalled, or not, at a moment; the same one when that teaches nothing.
 *
 * Only a later study day of the card teaches: repeats of the same day aren't predicted, and a first answer isn't
 * recall.
 */
export function learnerAfter(
  artifact: Artifact,
  history: CardHistory | null,
  now: Moment,
  state: LearnerState,
  recalled: boolean,
): LearnerState {
  if (history === null || now.day <= history.day) return state;
  const days = Math.max(now.time - history.time, 0);
  if (artifact.history !== null) {
    return artifact.history.learnerAfter(state, historyFeatures(history), days, recalled);
  }
  return artifact.threeInputs.learnerAfter(state, days, history.reviewDays, difficultyOf(history), recalled);
}
