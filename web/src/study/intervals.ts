// To what interval each answer leads: by the model in this page, or as the service says of a model that it alone can evaluate.

import { AGAIN, EASY, GOOD, HARD, MILLISECONDS_PER_DAY, type Rating, rememberedButtons } from "../core";
import { client } from "../service/connection";
import { artifact, source } from "../service/model";
import { counted } from "./progress";
import { dayOf, isoTime, offsetAt } from "./records";
import { learner, progress, reviews } from "./state";

/** Days until the card is due, after each answer. */
export type Intervals = Readonly<Record<Rating, number>>;

/** By the model in this page; null where another one schedules. */
export function intervalsHere(card: string): Intervals | null {
  if (source.peek().kind === "asked") return null;
  const at = Date.now();
  const history = progress.value.histories.get(card) ?? null;
  const moment = { time: at / MILLISECONDS_PER_DAY, day: dayOf(at) };
  const each = rememberedButtons(artifact.value, history, moment, learner.value.target, progress.value.state);
  return { [AGAIN]: each[AGAIN].days, [HARD]: each[HARD].days, [GOOD]: each[GOOD].days, [EASY]: each[EASY].days };
}

/** As the service says of the reviews that this device knows; null where it can't be asked: the buttons work without. */
export async function askIntervals(card: string): Promise<Intervals | null> {
  const given = counted(reviews.value).filter((review) => review.card === card);
  const sent = given.map(({ at, offset, rating, milliseconds }) => ({
    at: isoTime(at, offset),
    rating,
    ...(milliseconds !== null && { duration_ms: milliseconds }),
  }));
  const now = Date.now();
  const options = { now: isoTime(now, offsetAt(now)), target_recall: learner.value.target };
  try {
    const each = await client.value?.scheduleEachRating({ reviews: sent }, options);
    if (!each) return null;
    const [again, hard, good, easy] = [each.again, each.hard, each.good, each.easy].map(([first]) => first!.interval_days);
    return { [AGAIN]: again!, [HARD]: hard!, [GOOD]: good!, [EASY]: easy! };
  } catch {
    return null;
  }
}
