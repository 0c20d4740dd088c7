// What was done on a study day, and how many cards the next weeks bring.

import { AGAIN } from "../core";
import type { Outcome, Progress } from "./progress";
import { dayOf } from "./records";

export const FORECAST_DAYS = 60;

export interface DayStatistics {
  reviews: number;
  /** Time spent on answers, in minutes. */
  minutes: number;
  /** Cards that were seen for the first time. */
  fresh: number;
  /** Share of recalled cards among those that were tested; null before there is one. */
  retention: number | null;
}

/** The statistics of a study day, by its number. */
export function statisticsOf(outcomes: readonly Outcome[], day: number): DayStatistics {
  const done = outcomes.filter((outcome) => outcome.day === day);
  const tested = done.filter((outcome) => outcome.tested);
  const recalled = tested.filter(({ review }) => review.rating !== AGAIN);
  return {
    reviews: done.length,
    minutes: done.reduce((sum, { review }) => sum + (review.milliseconds ?? 0), 0) / 60_000,
    fresh: done.filter((outcome) => outcome.first).length,
    retention: tested.length ? recalled.length / tested.length : null,
  };
}

/** How many of the learner's cards become due on each of the next study days; overdue ones count today. */
export function forecastOf(progress: Progress, now: number): number[] {
  const perDay = Array.from({ length: FORECAST_DAYS }, () => 0);
  const today = dayOf(now);
  for (const card of progress.histories.keys()) {
    const day = Math.max(dayOf(progress.dueAt(card)!) - today, 0);
    if (day < FORECAST_DAYS) perDay[day]! += 1;
  }
  return perDay;
}
