// What a learner's state makes of typical cards.

import {
  type Artifact, cardCurve, CardHistory, type Curve, DEFAULT_BOUNDS, GOOD, interval, type LearnerState, schedule,
} from "../../core";

/** A card after so many passes: its curve for this learner, and for one of whom nothing is known. */
export interface TypicalCard {
  readonly passes: number;
  readonly own: Curve;
  readonly common: Curve;
  /** Days until recall falls to `TARGET`. */
  readonly ownDays: number;
  readonly commonDays: number;
}

export const TARGET = 0.9;
const PASSES = [1, 3, 5] as const;

/** Cards that were rated Good each time they were due for a learner of whom nothing is known. */
export function typicalCards(artifact: Artifact, state: LearnerState): TypicalCard[] {
  return PASSES.map((passes) => {
    const history = new CardHistory(0, GOOD, 0);
    for (let pass = 1; pass < passes; pass += 1) {
      const { days } = schedule(cardCurve(artifact, history), TARGET, DEFAULT_BOUNDS, false);
      const day = history.day + Math.max(Math.round(days), 1);
      history.review(day, GOOD, day);
    }
    const [own, common] = [cardCurve(artifact, history, state), cardCurve(artifact, history)];
    return { passes, own, common, ownDays: interval(own, TARGET), commonDays: interval(common, TARGET) };
  });
}
