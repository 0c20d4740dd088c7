// What a log says of its learner.

import type { Artifact, StudyReview } from "../../core";
import { type Habits, habitsOf } from "../../simulation";
import { type Contents, contentsOf } from "./contents";
import { replay, type Replay } from "./replay";
import { type TypicalCard, typicalCards } from "./typical_cards";

export { cardsOf, columnsFrom, columnsOf, type LearnerColumns, learnersBySize } from "./cards";
export type { Contents } from "./contents";
export type { Difference } from "./losses";
export type { Comparison } from "./replay";
export type { RetentionGroup } from "./retention";
export { TARGET, type TypicalCard } from "./typical_cards";

/** All that the page shows of a log. */
export interface Analysis extends Replay {
  readonly contents: Contents;
  readonly typicalCards: readonly TypicalCard[];
  readonly habits: Habits;
}

/** Analyse the reviews of each card; `onProgress` is told the share that is done. */
export function analyse(artifact: Artifact, cards: readonly (readonly StudyReview[])[], onProgress: (share: number) => void): Analysis {
  const replayed = replay(artifact, cards, onProgress);
  return {
    ...replayed,
    contents: contentsOf(cards),
    typicalCards: typicalCards(artifact, replayed.state),
    habits: habitsOf(cards),
  };
}
