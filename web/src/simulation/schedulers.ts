// What decides when a card comes again: Recall, FSRS-6 and SM-2.

import {
  AGAIN, type Artifact, cardCurve, type CardHistory, DEFAULT_BOUNDS, fsrsInterval, type LearnerState, schedule,
  type StudyReview,
} from "../core";
import { Sm2Card } from "./sm2";

/** A scheduler's view of one card. */
export interface CardPlan {
  /** Take note of a review, in the order of time. */
  reviewed(review: StudyReview): void;
  /** Days (≥ 0) from the card's last review until it is due. */
  interval(history: CardHistory): number;
}

/** Makes the plan of a card that it hasn't seen. */
export type Scheduler = () => CardPlan;

/** Recall's own: due when recall falls to the target, for a learner of this state. */
export function recallScheduler(artifact: Artifact, state: LearnerState, target: number): Scheduler {
  return planned((history) => {
    const curve = cardCurve(artifact, history, state);
    return schedule(curve, target, DEFAULT_BOUNDS, history.rating === AGAIN).days;
  });
}

/** FSRS-6 at its default parameters; its desired retention is the target. */
export function fsrsScheduler(target: number): Scheduler {
  return planned((history) => fsrsInterval(history.memory, target));
}

/** SM-2, which takes no target. */
export const sm2Scheduler: Scheduler = () => new Sm2Card();

/** A scheduler that needs no more than the card's history. */
function planned(interval: (history: CardHistory) => number): Scheduler {
  const plan: CardPlan = { reviewed: () => undefined, interval };
  return () => plan;
}
