// What all reviews of a learner teach, one after the other, as the service's memory learns from them.

import type { Artifact } from "./artifact";
import { learnerAfter } from "./card";
import { CardHistory, type StudyReview } from "./card_history";
import { AGAIN } from "./features";
import { type LearnerState, START } from "./learner";

/**
 * The learner's state after all reviews of their cards, in the order of time.
 *
 * So the memory learns from reviews that it gets in this order; of those at one moment, the first card's come first.
 * @param cards The reviews of each card, in the order of time.
 * @param onReview Is told what was known before each review; the history changes afterwards.
 */
export function learn(
  artifact: Artifact,
  cards: readonly (readonly StudyReview[])[],
  onReview: (history: CardHistory | null, review: StudyReview, state: LearnerState) => void = () => undefined,
): LearnerState {
  const reviews = cards.flatMap((card, index) => card.map((review) => ({ index, review })));
  reviews.sort((a, b) => a.review.time - b.review.time);
  const histories: (CardHistory | null)[] = cards.map(() => null);
  let state = START;
  for (const { index, review } of reviews) {
    const history = histories[index] ?? null;
    onReview(history, review, state);
    state = learnerAfter(artifact, history, review, state, review.rating !== AGAIN);
    histories[index] = taken(history, review);
  }
  return state;
}

/** The history, changed in place, after one more review; where offsets are mixed, no day lies before the last one. */
function taken(history: CardHistory | null, { time, rating, day, seconds }: StudyReview): CardHistory {
  if (history === null) return new CardHistory(time, rating, day, seconds);
  history.review(time, rating, Math.max(day, history.day), seconds);
  return history;
}
