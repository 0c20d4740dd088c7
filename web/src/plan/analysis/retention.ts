// Recall by the time since the review before, as the service's memory counts it, and what was predicted.

import { wilson } from "./wilson";

/** Days since the review before from which each group of outcomes begins. */
const FROM = [0, 2, 7, 21, 60, 180] as const;

export interface RetentionGroup {
  /** Days; null is without end. */
  readonly from: number;
  readonly to: number | null;
  readonly outcomes: number;
  /** Share that was recalled, with its 95 % interval. */
  readonly recalled: number;
  readonly interval: readonly [low: number, high: number];
  /** Mean of what the model predicted before each outcome, with what it knew of the learner by then. */
  readonly predicted: number;
}

/** Counts outcomes, each with its prediction. */
export class RetentionTally {
  readonly #groups = FROM.map(() => ({ outcomes: 0, recalled: 0, predicted: 0 }));

  add(days: number, recalled: boolean, predicted: number): void {
    const group = this.#groups[FROM.findLastIndex((from) => days >= from)]!;
    group.outcomes += 1;
    group.recalled += recalled ? 1 : 0;
    group.predicted += predicted;
  }

  /** Those that have outcomes. */
  groups(): RetentionGroup[] {
    return this.#groups.flatMap(({ outcomes, recalled, predicted }, i) =>
      outcomes === 0
        ? []
        : [{
          from: FROM[i]!,
          to: FROM[i + 1] ?? null,
          outcomes,
          recalled: recalled / outcomes,
          interval: wilson(recalled, outcomes),
          predicted: predicted / outcomes,
        }],
    );
  }
}
