// What an answer is in words.

import type { Schedule } from "../core";
import { t } from "../texts";
import { asDay, asInterval, asPercent, fromNow } from "../texts/format";
import { DAY } from "./exploration";

/** When a card is due for a target. */
export function dueWords({ days, reachable, highestRecall }: Schedule, target: number, lastReview: number, now: number): string {
  const words = t.value.explore;
  if (!reachable) return words.unreachable(asPercent(target), asPercent(highestRecall), asInterval(days));
  const due = lastReview + days * DAY;
  if (Math.abs(due - now) < DAY / 1440) return words.dueNow;
  return (due > now ? words.next : words.due)(asDay(due, now), fromNow(due, now));
}
