// What the chart shows: its span of time, and the points of its lines.

import { scaleTime } from "d3-scale";

import type { Dot, Point } from "../charts/shapes";
import type { Rating } from "../core";
import { isMidnight, tickUnit } from "../texts/format";
import { type Answer, recallAt, type Segment } from "./answer";
import { DAY, type Reviews } from "./exploration";

const POINTS = 48; // of a segment
const ROOM = 1.2; // beyond the latest due date
const LEAST_FUTURE = 0.12; // of the time until now
const LONGEST_FUTURE = 3 * 365 * DAY; // what is due later is said in words
const SHORTEST = DAY / 24;
const LOWEST_TOP = 0.8; // the scale always shows recall from here to 1

/** A share of the way through a segment of the curve; points lie closer where it is steeper, at its beginning. */
const STEPS = Array.from({ length: POINTS + 1 }, (_, i) => (i / POINTS) ** 2);

export interface Span {
  readonly from: number;
  readonly to: number;
}

/** From the first review to a little beyond the latest due date, of all cards; null if none was ever reviewed. */
export function spanOf(answers: readonly (Answer | null)[], now: number): Span | null {
  const spans = answers.flatMap((answer) => {
    const [first, last] = [answer?.segments[0], answer?.segments.at(-1)];
    if (!answer || !first || !last) return [];
    const longest = Math.max(...answer.schedules.map(({ days }) => days)) * DAY * ROOM;
    const due = Math.min(last.from + longest, Math.max(now, last.from) + LONGEST_FUTURE);
    return [{ from: first.from, to: Math.max(due, now + LEAST_FUTURE * (now - first.from), last.from + SHORTEST) }];
  });
  if (spans.length === 0) return null;
  return { from: Math.min(...spans.map(({ from }) => from)), to: Math.max(...spans.map(({ to }) => to)) };
}

/** The recall at the scale's bottom: a tenth, so that dragging a target doesn't shake the chart. */
export function bottomOf(lines: readonly (readonly Segment[])[], span: Span, targets: readonly number[]): number {
  const lowest = lines.flat().map(({ from, to, recall }) => recall((Math.min(to, span.to) - from) / DAY));
  const least = Math.min(...lowest, ...targets.map((target) => target - 0.05));
  return Math.min(Math.max(Math.floor(least * 10) / 10, 0), LOWEST_TOP);
}

/** The points of a line from one moment to another. */
export function lineOf(segments: readonly Segment[], from: number, to: number): Point[] {
  return segments.flatMap((segment) => {
    const [start, end] = [Math.max(segment.from, from), Math.min(segment.to, to)];
    if (start > end) return [];
    return STEPS.map((share): Point => {
      const moment = start + share * (end - start);
      return [moment, segment.recall((moment - segment.from) / DAY)];
    });
  });
}

export const RATING_SHAPES = { 1: "triangle", 2: "square", 3: "circle", 4: "diamond" } as const satisfies Record<Rating, Dot["shape"]>;
export const RATING_NAMES = { 1: "again", 2: "hard", 3: "good", 4: "easy" } as const;

/** Recall when each review took place: just before it, and right after the first one; null where the curve isn't known. */
export function recallBefore(segments: readonly Segment[], reviews: Reviews): (number | null)[] {
  return reviews.map(({ at }) => {
    const before = segments.findLast(({ to }) => to <= at);
    return before ? before.recall((before.to - before.from) / DAY) : recallAt(segments, at);
  });
}

const STEPS_OF_READING = [1 / 1440, 1 / 288, 1 / 96, 1 / 24, 1 / 8, 1 / 4, 1 / 2, 1, 2, 7, 14, 28, 91];
const MOST_STEPS = 200;

/** How far an arrow key moves the cursor, in milliseconds: a length of time that people count in. */
export function readingStep({ from, to }: Span): number {
  return DAY * (STEPS_OF_READING.find((days) => (to - from) / DAY / days <= MOST_STEPS) ?? 365);
}

const TICK_ROOM = { hour: 72, day: 72, month: 90 } as const; // pixels for a word

/** Where the axis of time has its words: at full hours, midnights or firsts of a month of the reader's zone. */
export function timeTicks({ from, to }: Span, width: number): number[] {
  const unit = tickUnit((to - from) / DAY);
  const scale = scaleTime([from, to], [0, width]);
  const kept: Date[] = [];
  for (const tick of scale.ticks(Math.max(Math.floor(width / TICK_ROOM[unit]), 2))) {
    const apart = kept.length === 0 || scale(tick) - scale(kept.at(-1)!) >= TICK_ROOM[unit];
    if (apart && (unit === "hour" || isMidnight(tick)) && (unit !== "month" || tick.getDate() === 1)) kept.push(tick);
  }
  return kept.map(Number);
}
