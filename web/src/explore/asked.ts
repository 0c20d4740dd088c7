// The answer of a model that only the service can evaluate: its curve after each review, intervals and buttons.

import type { CallSettings, Client, Interval, ReviewAt } from "recall-client";

import type { Buttons } from "../core";
import type { Answer, Due, Segment } from "./answer";
import { DAY, type Exploration, type Reviews } from "./exploration";
import { counted } from "./rules";

const POINTS = 60;
const PAST_CURVES = 12; // requests; what lies further back isn't drawn
const SPAN_AFTER_LAST = 1.5; // of the longest interval, or of the time since the last review

/** The reviews as requests have them. */
export function sent(reviews: Reviews): ReviewAt[] {
  return reviews.map(({ at, rating, seconds }) => ({
    at: timestamp(at),
    rating,
    ...(seconds && { duration_ms: Math.round(seconds * 1000) }),
  }));
}

export function timestamp(at: number): string {
  return new Date(at).toISOString().replace(".000Z", "Z");
}

/** Ask the service. */
export async function ask(service: Client, explored: Exploration, card: number, settings: CallSettings): Promise<Answer> {
  return explored.mode === "inputs" ? askOfInputs(service, explored, settings) : askOfHistory(service, explored, card, settings);
}

async function askOfInputs(service: Client, { inputs, now, targets }: Exploration, settings: CallSettings): Promise<Answer> {
  const card = { review_count: inputs.reviewDays, difficulty: inputs.difficulty };
  const { intervals, out_of_range: beyond = [] } = await service.schedule(card, { target_recall: [...targets] }, settings);
  const days = spanOf(intervals, inputs.days);
  const curve = await service.curve(card, { days, points: POINTS }, settings);
  const from = now - inputs.days * DAY;
  return { segments: [drawn(from, Infinity, curve)], schedules: intervals.map(asDue), buttons: null, beyond };
}

async function askOfHistory(service: Client, explored: Exploration, card: number, settings: CallSettings): Promise<Answer> {
  const { now, zone, targets } = explored;
  const reviews = counted(explored.cards[card]!, now);
  const options = { now: timestamp(now), time_zone: zone };
  const history = { reviews: sent(reviews) };
  const [{ intervals, out_of_range: beyond = [] }, each] = await Promise.all([
    service.schedule(history, { ...options, target_recall: [...targets] }, settings),
    service.scheduleEachRating(history, { ...options, target_recall: targets[0]! }, settings),
  ]);
  const [again, hard, good, easy] = [each.again, each.hard, each.good, each.easy].map(([interval]) => asDue(interval!));
  const first = Math.max(reviews.length - PAST_CURVES, 0);
  const segments = reviews.slice(first).map(async ({ at }, place): Promise<Segment> => {
    const i = first + place;
    const next = reviews[i + 1]?.at ?? Infinity;
    const days = next === Infinity ? spanOf(intervals, (now - at) / DAY) : Math.max((next - at) / DAY, 1 / DAY);
    const curve = await service.curve({ reviews: sent(reviews.slice(0, i + 1)) }, { ...options, days, points: POINTS }, settings);
    return drawn(at, next, curve);
  });
  const buttons: Buttons = { 1: again!, 2: hard!, 3: good!, 4: easy! };
  return { segments: await Promise.all(segments), schedules: intervals.map(asDue), buttons, beyond };
}

function spanOf(intervals: readonly Interval[], daysSince: number): number {
  const longest = Math.max(daysSince, 1, ...intervals.map(({ interval_days: days }) => days));
  return Math.min(SPAN_AFTER_LAST * longest, 36_500);
}

function asDue({ interval_days: days, reachable, highest_recall: highest, extrapolated }: Interval): Due {
  return { days, reachable, highestRecall: highest ?? 1, extrapolated: extrapolated === true };
}

/** Values between a curve's points lie on the line between them. */
function drawn(from: number, to: number, curve: { days: number[]; recall_probability: number[] }): Segment {
  const span = curve.days.at(-1)!;
  const recall = (days: number) => {
    const place = Math.min(Math.max(days / span, 0), 1) * (curve.days.length - 1);
    const before = Math.min(Math.floor(place), curve.days.length - 2);
    const [low, high] = [curve.recall_probability[before]!, curve.recall_probability[before + 1]!];
    return low + (place - before) * (high - low);
  };
  return { from, to, recall };
}
