// Parses a typed review history into the API's form.

import { InputError } from "./api.js";

const RATINGS = { again: 1, hard: 2, good: 3, easy: 4 };
const DATE = /^\d{4}-\d{2}-\d{2}$/;
const NUMBER = /^\d+(\.\d+)?$/;

/**
 * Parse lines of "when rating".
 *
 * Returns {reviews, lines}: `lines[i]` is the line number of review i. The service checks ranges; only what can't
 * be sent at all is refused here.
 */
export function readHistory(text) {
  const reviews = [];
  const lines = [];
  text.split("\n").forEach((line, index) => {
    const words = line.trim().toLowerCase().split(/[\s,;]+/).filter(Boolean);
    if (!words.length) return;
    reviews.push(reviewOf(words, index + 1));
    lines.push(index + 1);
  });
  if (!reviews.length) throw new InputError("Reviews: type at least one, such as “12 good”.", "reviews");
  return { reviews, lines };
}

function reviewOf(words, line) {
  const [when, rating] = words;
  const number = RATINGS[rating] ?? (NUMBER.test(rating) ? Number(rating) : NaN);
  if (words.length !== 2 || Number.isNaN(number)) {
    throw new InputError(`Reviews, line ${line}: type when and a rating, such as “12 good” or “2026-11-01 3”.`, "reviews");
  }
  if (NUMBER.test(when)) return { days_ago: Number(when), rating: number };
  return { at: (DATE.test(when) ? `${when}T04:00:00Z` : when).toUpperCase(), rating: number };
}

/** Days from the newest review until now. */
export function daysSinceLast(reviews, now) {
  return Math.min(...reviews.map((r) => r.days_ago ?? (now - Date.parse(r.at)) / 86_400_000));
}
