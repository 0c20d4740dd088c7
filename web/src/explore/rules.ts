// Which reviews can be counted, and what is wrong with the others.

import { DAYS_SINCE_LAST_REVIEW, DIFFICULTY, type Feature, InvalidInputError, REVIEW_COUNT } from "../core";
import { DAY, type Exploration, type Inputs, type Review, type Reviews } from "./exploration";

const OLDEST = 36_500 * DAY;
export const LONGEST_ANSWER = 3600; // seconds
export const MOST_REVIEWS = 2000;

/** What is wrong with a review: its time isn't one, lies after now or too long ago, or its seconds aren't a number. */
export type Fault = "time" | "future" | "old" | "seconds";

export function faultOf({ at, seconds }: Review, now: number): Fault | null {
  if (Number.isNaN(at)) return "time";
  if (at > now) return "future";
  if (at < now - OLDEST) return "old";
  return seconds >= 0 && seconds <= LONGEST_ANSWER ? null : "seconds";
}

/** The reviews that count, in the order of time; of those at one moment, in the order of the list. */
export function counted(reviews: Reviews, now: number): Reviews {
  return reviews.filter((review) => faultOf(review, now) === null).sort((a, b) => a.at - b.at);
}

/** What the three inputs may be. */
export const INPUTS: Readonly<Record<keyof Inputs, Feature>> = {
  days: DAYS_SINCE_LAST_REVIEW,
  reviewDays: REVIEW_COUNT,
  difficulty: DIFFICULTY,
};

/** Whether one of the three inputs isn't a number within its bounds. */
export function isWrong(name: keyof Inputs, value: number): boolean {
  const { minimum, maximum, integer } = INPUTS[name];
  return !(value >= minimum && value <= maximum) || (integer && !Number.isInteger(value));
}

/** Whether the card is one of three inputs, and one of them is wrong. */
export function hasWrongInput({ mode, inputs }: Exploration): boolean {
  return mode === "inputs" && (Object.keys(INPUTS) as (keyof Inputs)[]).some((name) => isWrong(name, inputs[name]));
}

/** Refuse what a text says when it isn't a number within bounds. */
export function numberWithin(text: string, minimum: number, maximum: number, field: string): number {
  const value = /^-?\d+(\.\d+)?(e-\d+)?$/.test(text) ? Number(text) : NaN;
  if (value >= minimum && value <= maximum) return value;
  throw new InvalidInputError(field, `must be a number from ${minimum} to ${maximum}`);
}
