// What an answer is in words.

import { MAXIMUM_INTERVAL, type Schedule } from "../core";
import { t } from "../texts";
import { asDay, asInterval, asPercent, fromNow } from "../texts/format";
import { DAY } from "./exploration";

/** When a card is due for a target. */
export function dueWords({ days, reachable, highestRecall }: Schedule, target: number, lastReview: number, now: number): string {
  const words = t.value.explore;
  if (!reachable) return words.unreachable(...toldApart(target, highestRecall), asInterval(days));
  if (days >= MAXIMUM_INTERVAL) return words.neverDue;
  const due = lastReview + days * DAY;
  if (Math.abs(due - now) < DAY / 1440) return words.dueNow;
  return (due > now ? words.next : words.due)(asDay(due, now), fromNow(due, now));
}

const MOST_DIGITS = 3;

/** Two shares as percent, with as many digits as tell them apart. */
function toldApart(a: number, b: number): [string, string] {
  for (let digits = 0; digits < MOST_DIGITS; digits++) {
    if (asPercent(a, digits) !== asPercent(b, digits)) return [asPercent(a, digits), asPercent(b, digits)];
  }
  return [asPercent(a, MOST_DIGITS), asPercent(b, MOST_DIGITS)];
}

/** The interval that FSRS-6 gives. */
export function fsrsWords(days: number): string {
  const words = t.value.explore;
  return days >= MAXIMUM_INTERVAL ? words.fsrsNever : words.fsrsInterval(asInterval(days));
}
