// When a card is due: its interval for a target within bounds, and what each of the four answers would lead to.

import type { Artifact } from "./artifact";
import { cardCurve, learnerAfter, type Moment } from "./card";
import { CardHistory } from "./card_history";
import { type Curve, interval, MAXIMUM_INTERVAL, recallProbability } from "./curve";
import { InvalidInputError } from "./errors";
import { AGAIN, type Rating, RATINGS } from "./features";
import { type LearnerState, START } from "./learner";

/** The bounds of intervals, in days. */
export interface Bounds {
  /** Of a card that was recalled last. */
  readonly shortest: number;
  /** Of a card that was failed last, or never reviewed. */
  readonly shortestAgain: number;
  readonly longest: number;
}

const SHORTEST = 1;
const SHORTEST_AGAIN = 1 / 1440;

/** A card that was passed comes on another day; one that was failed, after a minute at the earliest. */
export const DEFAULT_BOUNDS: Bounds = {
  shortest: SHORTEST,
  shortestAgain: SHORTEST_AGAIN,
  longest: MAXIMUM_INTERVAL,
};

/**
 * Bounds of which some are given; the others are at their defaults, but never out of order with these.
 * @throws {InvalidInputError} Naming the first bound, as the service names it, that is wrong.
 */
export function boundsOf(given: Partial<Bounds>): Bounds {
  checkBound("min_interval", given.shortest);
  checkBound("min_relearning_interval", given.shortestAgain);
  checkBound("max_interval", given.longest);
  const longest = given.longest ?? MAXIMUM_INTERVAL;
  const shortest = given.shortest ?? Math.min(Math.max(SHORTEST, given.shortestAgain ?? 0), longest);
  const shortestAgain = given.shortestAgain ?? Math.min(SHORTEST_AGAIN, shortest);
  if (shortestAgain > shortest) {
    const bound = given.shortest === undefined ? "max_interval" : "min_interval";
    throw new InvalidInputError("min_relearning_interval", `must be at most ${bound}, ${shortest}, not ${shortestAgain}`);
  }
  if (shortest > longest) {
    throw new InvalidInputError("max_interval", `must be at least min_interval, ${shortest}, not ${longest}`);
  }
  return { shortest, shortestAgain, longest };
}

function checkBound(name: string, days: number | undefined): void {
  if (days !== undefined && !(days > 0 && days <= MAXIMUM_INTERVAL)) {
    throw new InvalidInputError(name, `must be a number above 0 and up to ${MAXIMUM_INTERVAL} (days), not ${days}`);
  }
}

/** When a card is due. */
export interface Schedule {
  /** From the last review until the card is due. */
  readonly days: number;
  /** Whether recall is still at the target after the shortest interval. */
  readonly reachable: boolean;
  /** Recall probability after the shortest interval. */
  readonly highestRecall: number;
}

/**
 * When recall falls to a target, within bounds.
 * @param target Wanted recall probability, in (0, 1).
 * @param failedLast Whether the card's last answer was Again, or the card is new.
 */
export function schedule(curve: Curve, target: number, bounds: Bounds, failedLast: boolean): Schedule {
  const shortest = failedLast ? bounds.shortestAgain : bounds.shortest;
  const highestRecall = recallProbability(curve, shortest);
  if (!(highestRecall >= target)) return { days: shortest, reachable: false, highestRecall };
  // Less than the shortest only by rounding.
  const days = Math.min(Math.max(interval(curve, target), shortest), bounds.longest);
  return { days, reachable: true, highestRecall };
}

/** What each of the four answers would lead to. */
export type Buttons = Readonly<Record<Rating, Schedule>>;

/**
 * What each answer would lead to, if it were given now: as `for_each_rating` of `POST /v1/schedule`.
 *
 * All are for the learner as they are, whatever the answer would teach.
 * @param history Of the card; null of one that was never reviewed.
 */
export function buttons(
  artifact: Artifact,
  history: CardHistory | null,
  now: Moment,
  target: number,
  state: LearnerState = START,
  bounds: Bounds = DEFAULT_BOUNDS,
): Buttons {
  return eachRating((rating) =>
    schedule(cardCurve(artifact, answered(history, now, rating), state), target, bounds, rating === AGAIN),
  );
}

/**
 * What each answer would lead to in the service's memory, where the learner's state learns from it at once: as
 * `for_each_rating` of `GET /v1/learners/…/cards/…`. Parameters as of `buttons`.
 */
export function rememberedButtons(
  artifact: Artifact,
  history: CardHistory | null,
  now: Moment,
  target: number,
  state: LearnerState,
): Buttons {
  return eachRating((rating) => {
    const learned = learnerAfter(artifact, history, now, state, rating !== AGAIN);
    const curve = cardCurve(artifact, answered(history, now, rating), learned);
    return schedule(curve, target, DEFAULT_BOUNDS, rating === AGAIN);
  });
}

/** The card after one more review, now; a moment before the last review counts as that. */
export function answered(history: CardHistory | null, now: Moment, rating: Rating): CardHistory {
  if (history === null) return new CardHistory(now.time, rating, now.day);
  return history.after(Math.max(now.time, history.time), rating, Math.max(now.day, history.day));
}

function eachRating(scheduled: (rating: Rating) => Schedule): Buttons {
  return Object.fromEntries(RATINGS.map((rating) => [rating, scheduled(rating)])) as Buttons;
}
