// Offsets from UTC that tell the service a review's study day.
//
// The service finds it by the local time that the offset gives: a day begins at 4 a.m. of it. A log has its days, found
// by the learner's own clock, and times in UTC: so each time is sent with an offset by which the service finds its day.
// `recall import` chooses the same ones (model_training/learner_import/offsets.py).

import { median } from "../../core";

const MINUTES_PER_DAY = 1440;
const DAY_START = 4 * 60; // minutes after midnight: the service's default
// Time zones are from UTC−12 to UTC+14. Those 24 hours later or earlier begin their days at the same moments.
const WIDEST = 14 * 60; // minutes
const MILLISECONDS_PER_MINUTE = 60_000;

export interface Offsets {
  /** Minutes ahead of UTC, of each review. */
  readonly minutes: Int32Array;
  /** Number of reviews whose study day no offset gives. */
  readonly misfits: number;
}

interface Choice {
  /** The first offset that gives each review its day; up to a day less a minute more gives it, too. */
  readonly first: Int32Array;
  readonly common: number;
  /** The number of reviews to which the common offset gives their day. */
  readonly fitting: number;
  readonly isShifted: boolean;
}

/**
 * Find offsets that give one learner's study days: the same one for all reviews, as far as one can be, in the middle of
 * those that give the most reviews their day; the others have the nearest that gives theirs.
 *
 * @param time - milliseconds since 1970
 * @param day - numbers that may count from any day
 */
export function offsetsOf(time: Float64Array, day: Int32Array): Offsets {
  const first = Int32Array.from(
    time,
    (at, i) => day[i]! * MINUTES_PER_DAY + DAY_START - Math.floor(at / MILLISECONDS_PER_MINUTE),
  );
  const usual = Math.floor(Math.trunc(median(first)) / MINUTES_PER_DAY);
  const [best] = [usual, usual + 1, usual + 2].map((shift) => choice(first, shift)).sort(compared);
  const { common } = best!;
  let misfits = 0;
  const minutes = best!.first.map((earliest) => {
    const nearest = clipped(common, earliest, earliest + MINUTES_PER_DAY - 1);
    const widest = clipped(nearest, -WIDEST, WIDEST);
    if (widest !== nearest) misfits += 1;
    return widest;
  });
  return { minutes, misfits };
}

/** An offset that gives most reviews their day, if day numbers are so many days less. */
function choice(given: Int32Array, shift: number): Choice {
  const first = given.map((each) => each - shift * MINUTES_PER_DAY);
  const change = new Int32Array(2 * WIDEST + 2);
  for (const each of first) {
    change[clipped(each + WIDEST, 0, 2 * WIDEST + 1)]! += 1;
    change[clipped(each + MINUTES_PER_DAY + WIDEST, 0, 2 * WIDEST + 1)]! -= 1;
  }
  let sum = 0;
  const fitting = Array.from(change.subarray(0, -1), (each) => (sum += each));
  const most = fitting.reduce((a, b) => Math.max(a, b));
  const best = [...fitting.keys()].filter((place) => fitting[place] === most);
  return { first, common: best[best.length >> 1]! - WIDEST, fitting: most, isShifted: shift !== 0 };
}

/** Days that count from 1970 are taken as they are, if they can be; otherwise the offset nearest to UTC is the likeliest. */
function compared(a: Choice, b: Choice): number {
  return b.fitting - a.fitting || Number(a.isShifted) - Number(b.isShifted) || Math.abs(a.common) - Math.abs(b.common);
}

function clipped(value: number, lowest: number, highest: number): number {
  return Math.min(Math.max(value, lowest), highest);
}
