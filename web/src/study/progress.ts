// What all reviews that this device knows make of a learner and their cards: as the service's memory, without it.

import {
  AGAIN,
  type Artifact,
  cardCurve,
  CardHistory,
  DEFAULT_BOUNDS,
  learnerAfter,
  type LearnerState,
  MILLISECONDS_PER_DAY,
  recallProbability,
  schedule,
  START,
} from "../core";
import { asStudyReview, byTime, type StoredLearner, type StoredReview } from "./records";

/** Reviews that count: refused ones and those that are being undone don't. */
export function counted(reviews: readonly StoredReview[]): StoredReview[] {
  return reviews.filter(({ state }) => state === "waiting" || state === "sent").sort(byTime);
}

/** A review and what it met. */
export interface Outcome {
  review: StoredReview;
  /** Number of its study day. */
  day: number;
  /** Whether the card was new. */
  first: boolean;
  /** Whether it shows recall: a later study day than the card's review before. */
  tested: boolean;
}

export class Progress {
  readonly histories = new Map<string, CardHistory>();
  readonly outcomes: Outcome[] = [];
  state: LearnerState = START;
  /** Cards with a review that the service hasn't answered: of these, what it said before is out of date. */
  private readonly changed = new Set<string>();

  /** @param reviews Those that count, by time. */
  constructor(
    private readonly artifact: Artifact,
    reviews: readonly StoredReview[],
    private readonly learner: StoredLearner,
  ) {
    for (const review of reviews) this.take(review);
  }

  /** When a card is due, in milliseconds since 1970: as the service says, or else as this device finds; null is new. */
  dueAt(card: string): number | null {
    const history = this.histories.get(card);
    const said = this.changed.has(card) ? undefined : this.learner.due[card];
    if (!history) return said ?? null;
    if (said !== undefined) return said;
    const { days } = schedule(this.curve(history), this.learner.target, DEFAULT_BOUNDS, history.rating === AGAIN);
    return (history.time + days) * MILLISECONDS_PER_DAY;
  }

  /** Recall probability of a card at a moment; 0 of a new one. */
  recallAt(card: string, at: number): number {
    const history = this.histories.get(card);
    if (!history) return 0;
    return recallProbability(this.curve(history), Math.max(at / MILLISECONDS_PER_DAY - history.time, 0));
  }

  private curve(history: CardHistory) {
    return cardCurve(this.artifact, history, this.state);
  }

  private take(review: StoredReview): void {
    const known = asStudyReview(review);
    const history = this.histories.get(review.card) ?? null;
    // Where offsets are mixed, no day lies before the last one.
    const now = { ...known, day: Math.max(known.day, history?.day ?? known.day) };
    const tested = history !== null && now.day > history.day;
    this.outcomes.push({ review, day: known.day, first: history === null, tested });
    this.state = learnerAfter(this.artifact, history, now, this.state, review.rating !== AGAIN);
    if (history) history.review(now.time, now.rating, now.day, now.seconds);
    else this.histories.set(review.card, new CardHistory(now.time, now.rating, now.day, now.seconds));
    if (review.state === "waiting") this.changed.add(review.card);
  }
}
