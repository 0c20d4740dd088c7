// Which reviews can be counted, and what is wrong with the others.

import { InvalidInputError } from "../core";
import { DAY, type Review, type Reviews } from "./exploration";

const OLDEST = 36_500 * DAY;
const LONGEST_ANSWER = 3600; // seconds
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

/** Refuse what a text says when it isn't a number within bounds. */
export function numberWithin(text: string, minimum: number, maximum: number, field: string): number {
  const value = /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : NaN;
  if (value >= minimum && value <= maximum) return value;
  throw new InvalidInputError(field, `must be a number from ${minimum} to ${maximum}`);
}
