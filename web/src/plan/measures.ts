// The figures of a year, as the charts and tables name them.

import { type Spread, spreadOf, type Workload } from "../simulation";
import { t } from "../texts";
import { asNumber } from "../texts/format";

export const MEASURES = ["minutesPerDay", "reviewsPerDay", "known", "perHour"] as const;
export type Measure = (typeof MEASURES)[number];

const MINUTES_PER_HOUR = 60;
const EXACT_BELOW = 20; // larger numbers need no digits after the point

/** A figure of a workload in all runs. */
export function spreadOfMeasure(workload: Workload, measure: Measure): Spread {
  if (measure !== "perHour") return workload[measure];
  return spreadOf(workload.knownPerMinute.map((value) => value * MINUTES_PER_HOUR));
}

export function asFigure(value: number): string {
  return asNumber(value, Math.abs(value) < EXACT_BELOW ? 1 : 0);
}

/** "12 (10 – 15)" */
export function asSpread({ middle, low, high }: Spread): string {
  return t.value.plan.workload.spread(asFigure(middle), asFigure(low), asFigure(high));
}
