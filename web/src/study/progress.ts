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

/** The reviews of a learner, taken in one after the other. */
export class Replay {
  readonly histories = new Map<string, CardHistory>();
  readonly outcomes: Outcome[] = [];
  state: LearnerState = START;

  constructor(readonly artifact: Artifact) {}

  /** Whether what was taken in is how these reviews begin. */
  begins(reviews: readonly StoredReview[]): boolean {
    const same = ({ review }: Outcome, i: number) => reviews[i]?.eventId === review.eventId && reviews[i].card === review.card;
    return this.outcomes.length <= reviews.length && this.outcomes.every(same);
  }

  /** Take in those of the reviews that come after the ones that were. */
  catchUp(reviews: readonly StoredReview[]): void {
    for (const review of reviews.slice(this.outcomes.length)) this.take(review);
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
  }
}

/** A learner's cards as they are now. */
export class Progress {
  readonly histories: ReadonlyMap<string, CardHistory>;
  readonly outcomes: readonly Outcome[];
  readonly state: LearnerState;
  private readonly due = new Map<string, number>();

  /**
   * @param replay Of the reviews that count.
   * @param waiting Cards with a review that the service hasn't answered or undone yet: what it said of them before is out of date.
   */
  constructor(
    private readonly replay: Replay,
    private readonly waiting: ReadonlySet<string>,
    private readonly learner: StoredLearner,
  ) {
    this.histories = replay.histories;
    this.outcomes = replay.outcomes;
    this.state = replay.state;
  }

  /** When a card is due, in milliseconds since 1970: as the service says, or else as this device finds; null is new. */
  dueAt(card: string): number | null {
    const said = this.waiting.has(card) ? undefined : this.learner.due[card];
    const known = said ?? this.due.get(card);
    const history = this.histories.get(card);
    if (known !== undefined || !history) return known ?? null;
    const { days } = schedule(this.curve(history), this.learner.target, DEFAULT_BOUNDS, history.rating === AGAIN);
    const found = (history.time + days) * MILLISECONDS_PER_DAY;
    this.due.set(card, found);
    return found;
  }

  /** Recall probability of a card at a moment; 0 of a new one. */
  recallAt(card: string, at: number): number {
    const history = this.histories.get(card);
    if (!history) return 0;
    return recallProbability(this.curve(history), Math.max(at / MILLISECONDS_PER_DAY - history.time, 0));
  }

  private curve(history: CardHistory) {
    return cardCurve(this.replay.artifact, history, this.state);
  }
}
