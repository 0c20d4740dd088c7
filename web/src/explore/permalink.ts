/*
 * What is explored, as the query of a link, and back.
 *
 *     n=<now> z=<time zone> a=<card> [b=<second card>] t=<targets in percent>
 *     [m=i [i=<days>,<review days>,<difficulty>]] [f=1] [l=<shift>,<certainty>, in hundredths]
 *
 * A card is its reviews, separated by dots: the rating, then the seconds before now, then, behind an underscore, the
 * answer's milliseconds where they are known. Moments and lengths of time are in base 36.
 */

import { InvalidInputError, RATINGS, type Rating } from "../core";
import { beginning, type Exploration, type Inputs, LATEST, type Learner, LEARNERS, type Review, type Reviews, SECOND, TARGETS } from "./exploration";
import { counted, hasWrongInput, INPUTS, isWrong, MOST_REVIEWS, numberWithin } from "./rules";

const BASE = 36;
const REVIEW = /^([1-4])([0-9a-z]{1,7})(?:_([0-9a-z]{1,5}))?$/;

/** The query of a link to this. */
export function encode(explored: Exploration): URLSearchParams {
  const { mode, cards, inputs, now, zone, targets, fsrs, learner } = explored;
  const [first, second] = cards.map((card) => encodeCard(card, now));
  const parameters: Record<string, string | undefined> = {
    n: (now / SECOND).toString(BASE),
    z: zone,
    a: first,
    b: second,
    t: targets.map((target) => String(Math.round(100 * target))).join(","),
    m: mode === "inputs" ? "i" : undefined,
    i: mode === "inputs" && !hasWrongInput(explored) ? [inputs.days, inputs.reviewDays, inputs.difficulty].join(",") : undefined,
    f: fsrs ? "1" : undefined,
    l: learner.shift || learner.certainty ? [learner.shift, learner.certainty].map((x) => Math.round(100 * x)).join(",") : undefined,
  };
  const given = Object.entries(parameters).filter((pair): pair is [string, string] => pair[1] !== undefined);
  return new URLSearchParams(given);
}

function encodeCard(reviews: Reviews, now: number): string {
  return counted(reviews, now)
    .map(({ at, rating, seconds }) => {
      const duration = seconds ? `_${Math.round(seconds * SECOND).toString(BASE)}` : "";
      return `${rating}${((now - at) / SECOND).toString(BASE)}${duration}`;
    })
    .join(".");
}

/**
 * What a link's query says.
 * @throws {InvalidInputError} If a part of it isn't what `encode` could have written.
 */
export function decode(query: URLSearchParams): Exploration {
  const now = SECOND * numberWithin(String(parseInt(needed(query, "n", /^[0-9a-z]{1,8}$/), BASE)), 0, LATEST / SECOND, "n");
  const cards = ["a", "b"].filter((name) => query.has(name)).map((name) => decodeCard(query.get(name)!, now, name));
  if (cards.length === 0 || !query.has("a")) throw new InvalidInputError("a", "is missing");
  const inputs = query.get("m") === "i";
  return {
    ...beginning(),
    mode: inputs ? "inputs" : "history",
    cards,
    now,
    zone: decodeZone(query.get("z") ?? ""),
    targets: decodeTargets(query.get("t") ?? ""),
    fsrs: query.get("f") === "1",
    ...(inputs && query.has("i") && { inputs: decodeInputs(query.get("i")!) }),
    ...(query.has("l") && { learner: decodeLearner(query.get("l")!) }),
  };
}

function needed(query: URLSearchParams, name: string, form: RegExp): string {
  const text = query.get(name) ?? "";
  if (!form.test(text)) throw new InvalidInputError(name, "is missing, or isn't in its form");
  return text;
}

function decodeCard(text: string, now: number, name: string): Reviews {
  const parts = text === "" ? [] : text.split(".");
  if (parts.length > MOST_REVIEWS) throw new InvalidInputError(name, "has too many reviews");
  const reviews = parts.map((part) => decodeReview(part, now, name));
  if (counted(reviews, now).length !== reviews.length) throw new InvalidInputError(name, "has a review that can't be");
  return reviews;
}

function decodeReview(part: string, now: number, name: string): Review {
  const [, rating, ago, duration] = REVIEW.exec(part) ?? [];
  if (rating === undefined || ago === undefined) throw new InvalidInputError(name, "isn't a list of reviews");
  return {
    at: now - SECOND * parseInt(ago, BASE),
    rating: RATINGS.find((each): each is Rating => String(each) === rating)!,
    seconds: duration === undefined ? 0 : parseInt(duration, BASE) / SECOND,
  };
}

function decodeZone(zone: string): string {
  try {
    new Intl.DateTimeFormat("en", { timeZone: zone });
    return zone;
  } catch {
    throw new InvalidInputError("z", "isn't a time zone");
  }
}

function decodeTargets(text: string): number[] {
  const parts = text.split(",");
  if (parts.length > TARGETS.most) throw new InvalidInputError("t", "has too many targets");
  return parts.map((part) => numberWithin(part, 100 * TARGETS.minimum, 100 * TARGETS.maximum, "t") / 100);
}

function decodeInputs(text: string): Inputs {
  const parts = text.split(",");
  const [days, reviewDays, difficulty] = Object.values(INPUTS).map(({ minimum, maximum }, i) => numberWithin(parts[i] ?? "", minimum, maximum, "i"));
  const inputs = { days: days!, reviewDays: reviewDays!, difficulty: difficulty! };
  if (isWrong("reviewDays", inputs.reviewDays)) throw new InvalidInputError("i", "must have a whole number of review days");
  return inputs;
}

function decodeLearner(text: string): Learner {
  const [shift, certainty] = text.split(",");
  return {
    shift: numberWithin(shift ?? "", -100 * LEARNERS.largestShift, 100 * LEARNERS.largestShift, "l") / 100,
    certainty: numberWithin(certainty ?? "", 0, 100 * LEARNERS.largestCertainty, "l") / 100,
  };
}
