// What the simulation is asked, and within which bounds.

import { type PerRating, perRating } from "../simulation";
import type { Analysis } from "./analysis";

export interface Wishes {
  readonly newCardsPerDay: number;
  /** Cards in the deck, studied or not. */
  readonly deckCards: number;
  /** NaN is no limit. */
  readonly minutesPerDay: number;
  readonly seconds: PerRating;
}

export const LIMITS = {
  newCardsPerDay: [0, 500],
  deckCards: [1, 200_000],
  minutesPerDay: [1, 1440],
  seconds: [1, 300],
} as const;
const NEW_CARDS_PER_DAY = 10;
const DAYS_OF_NEW_CARDS = 365;

/** What is proposed to a learner; always within the bounds. */
export function firstWishes({ contents, habits }: Pick<Analysis, "contents" | "habits">): Wishes {
  const [shortest, longest] = LIMITS.seconds;
  return {
    newCardsPerDay: NEW_CARDS_PER_DAY,
    deckCards: Math.min(contents.cards + NEW_CARDS_PER_DAY * DAYS_OF_NEW_CARDS, LIMITS.deckCards[1]),
    minutesPerDay: NaN,
    seconds: perRating((rating) => Math.min(Math.max(habits.seconds[rating], shortest), longest)),
  };
}

/** Which of the wishes are out of bounds. */
export function* wrong({ newCardsPerDay, deckCards, minutesPerDay, seconds }: Wishes): Generator<keyof Wishes> {
  if (!within(newCardsPerDay, LIMITS.newCardsPerDay)) yield "newCardsPerDay";
  if (!within(deckCards, LIMITS.deckCards)) yield "deckCards";
  if (!Number.isNaN(minutesPerDay) && !within(minutesPerDay, LIMITS.minutesPerDay)) yield "minutesPerDay";
  if (!Object.values(seconds).every((each) => within(each, LIMITS.seconds))) yield "seconds";
}

function within(value: number, [lowest, highest]: readonly [number, number]): boolean {
  return value >= lowest && value <= highest;
}
