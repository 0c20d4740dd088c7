// All reviews once more, in the order of time: what would have been predicted before each, and what it teaches.

import {
  AGAIN, type Artifact, cardCurve, type CardHistory, learn, type LearnerState, recallProbability, retrievability,
  type StudyReview,
} from "../../core";
import { ClusteredMean, type Difference, logLoss } from "./losses";
import { type RetentionGroup, RetentionTally } from "./retention";

/** Mean log loss of each way to predict the same outcomes, and how much worse the others are than Recall's own way. */
export interface Comparison {
  readonly outcomes: number;
  /** Recall with the learner's state as known before each outcome; without it; FSRS-6 at its default parameters. */
  readonly own: number;
  readonly common: number;
  readonly fsrs: number;
  /** Above 0 where Recall with the state is better. */
  readonly commonMinusOwn: Difference | null;
  readonly fsrsMinusOwn: Difference | null;
}

export interface Replay {
  /** What all reviews together teach of the learner. */
  readonly state: LearnerState;
  readonly retention: readonly RetentionGroup[];
  /** Null without an outcome on a later study day. */
  readonly comparison: Comparison | null;
}

const REPORTED_EVERY = 5_000; // reviews

/** Replay the reviews of each card; `onProgress` is told the share that is done. */
export function replay(artifact: Artifact, cards: readonly (readonly StudyReview[])[], onProgress: (share: number) => void): Replay {
  const all = cards.reduce((sum, card) => sum + card.length, 0);
  const tally = new Tally();
  let done = 0;
  const state = learn(artifact, cards, (history, review, before) => {
    if (history && review.day > history.day) tally.add(artifact, history, before, review);
    if (done % REPORTED_EVERY === 0) onProgress(done / all);
    done += 1;
  });
  return { state, ...tally.result() };
}

class Tally {
  readonly #retention = new RetentionTally();
  readonly #own = new ClusteredMean();
  readonly #common = new ClusteredMean();
  readonly #fsrs = new ClusteredMean();
  readonly #commonMinusOwn = new ClusteredMean();
  readonly #fsrsMinusOwn = new ClusteredMean();
  #outcomes = 0;

  /** Count the outcome of a review on a later study day of its card. */
  add(artifact: Artifact, history: CardHistory, state: LearnerState, { time, day, rating }: StudyReview): void {
    const days = Math.max(time - history.time, 0);
    const recalled = rating !== AGAIN;
    const predicted = recallProbability(cardCurve(artifact, history, state), days);
    const own = logLoss(predicted, recalled);
    const common = logLoss(recallProbability(cardCurve(artifact, history), days), recalled);
    const fsrs = logLoss(retrievability(history.memory, day - history.day), recalled);
    this.#outcomes += 1;
    this.#retention.add(days, recalled, predicted);
    this.#own.add(day, own);
    this.#common.add(day, common);
    this.#fsrs.add(day, fsrs);
    this.#commonMinusOwn.add(day, common - own);
    this.#fsrsMinusOwn.add(day, fsrs - own);
  }

  result(): Pick<Replay, "retention" | "comparison"> {
    const comparison: Comparison = {
      outcomes: this.#outcomes,
      own: this.#own.mean,
      common: this.#common.mean,
      fsrs: this.#fsrs.mean,
      commonMinusOwn: this.#commonMinusOwn.difference(),
      fsrsMinusOwn: this.#fsrsMinusOwn.difference(),
    };
    return { retention: this.#retention.groups(), comparison: this.#outcomes ? comparison : null };
  }
}
