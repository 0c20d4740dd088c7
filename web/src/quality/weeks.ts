// The days of a report on the predictions: split by source and model version, and added up by weeks.

import type { Quality } from "recall-client";

export type Day = Quality["days"][number];
type Source = Day["predictions"][number]["source"];

/** Mean prediction, share recalled, reviews. */
export type Bin = readonly [predicted: number, observed: number, reviews: number];

export interface Figures {
  reviews: number;
  recalled: number;
  log_loss: number;
  auc: number | null;
  calibration_error: number;
  reliability: readonly Bin[];
}

/** Predictions of one source, of one model version or, where it is undefined, of all. */
export interface Series {
  source: Source;
  version: string | null | undefined;
}

export interface DayOfSeries {
  day: string;
  figures: Figures;
}

export interface Week {
  first: string;
  last: string;
  days: readonly DayOfSeries[];
}

const DAY = 86_400_000; // milliseconds
const BINS = 20; // of equal width, as in the service's report
const AT_THE_EDGE = 1e-9; // a mean that was rounded up to a bin's upper edge isn't in the next one
const SOURCES: readonly Source[] = ["shown", "replayed_history", "replayed_three_inputs"];

/** The series of a report; of several versions of a source, all together come first, then the newest. */
export function seriesOf(days: readonly Day[]): Series[] {
  return SOURCES.flatMap((source) => {
    const found = days.flatMap((day) => day.predictions).filter((each) => each.source === source);
    const versions = [...new Set(found.map((each) => each.model_version))].reverse();
    const each: Series[] = versions.map((version) => ({ source, version }));
    return versions.length > 1 ? [{ source, version: undefined }, ...each] : each;
  });
}

/** The days on which a series has figures. */
export function daysOf(days: readonly Day[], { source, version }: Series): DayOfSeries[] {
  return days.flatMap(({ day, predictions }) => {
    const found = predictions.filter((each) => each.source === source && (version === undefined || each.model_version === version));
    return found.length ? [{ day, figures: pooled(found.map((each) => ({ ...each, reliability: each.reliability.map(asBin) }))) }] : [];
  });
}

/** A row of three numbers, as the service gives it. */
export function asBin([predicted = 0, observed = 0, reviews = 0]: readonly number[]): Bin {
  return [predicted, observed, reviews];
}

/** Seven days each, the last ending with the newest day, in order; empty weeks are left out. */
export function weeksOf(days: readonly DayOfSeries[]): Week[] {
  const newest = Math.max(...days.map(({ day }) => Date.parse(day)));
  const byAge = grouped(days, ({ day }) => Math.floor((newest - Date.parse(day)) / (7 * DAY)));
  return [...byAge].map(([age, within]) => {
    const last = newest - age * 7 * DAY;
    return { first: isoDay(last - 6 * DAY), last: isoDay(last), days: within };
  });
}

/** Add up figures, in the same way as the service does for its week. */
export function pooled(parts: readonly Figures[]): Figures {
  const reviews = sum(parts.map((part) => part.reviews));
  const pairs = parts.map((part) => part.recalled * (part.reviews - part.recalled));
  const reliability = added(parts.flatMap((part) => part.reliability));
  return {
    reviews,
    recalled: sum(parts.map((part) => part.recalled)),
    log_loss: sum(parts.map((part) => part.log_loss * part.reviews)) / reviews,
    auc: sum(pairs) ? sum(parts.map((part, i) => (part.auc ?? 0) * pairs[i]!)) / sum(pairs) : null,
    calibration_error: sum(reliability.map(([predicted, observed, count]) => count * Math.abs(predicted - observed))) / reviews,
    reliability,
  };
}

function added(rows: readonly Bin[]): Bin[] {
  const bins = grouped(rows, ([predicted]) => Math.min(Math.floor(predicted * BINS + AT_THE_EDGE), BINS - 1));
  return [...bins].sort(([a], [b]) => a - b).map(([, within]) => {
    const count = sum(within.map(([, , reviews]) => reviews));
    const mean = (part: 0 | 1) => sum(within.map((row) => row[part] * row[2])) / count;
    return [mean(0), mean(1), count];
  });
}

function grouped<Value>(values: readonly Value[], keyOf: (value: Value) => number): Map<number, Value[]> {
  const groups = new Map<number, Value[]>();
  for (const value of values) groups.set(keyOf(value), [...(groups.get(keyOf(value)) ?? []), value]);
  return groups;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

function isoDay(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}
