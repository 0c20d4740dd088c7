// Ratings as people and programs write them: numbers, words, and whether a card was recalled.

import { Counts } from "./log";
import { text, type Cell } from "./values";

const [AGAIN, HARD, GOOD, EASY] = [1, 2, 3, 4];
const FAILED = ["again", "fail", "failed", "forgot", "forgotten", "wrong", "incorrect"];
const PASSED = ["good", "pass", "passed", "recalled", "remembered", "correct", "right"];
const WORDS = new Map([
  ...FAILED.map((word) => [word, AGAIN] as const),
  ["hard", HARD],
  ...PASSED.map((word) => [word, GOOD] as const),
  ["easy", EASY],
]);
const WORDS_OF_RECALLED = new Map([
  ...["0", "no", "n", "false", "f"].map((word) => [word, AGAIN] as const),
  ...["1", "yes", "y", "true", "t"].map((word) => [word, GOOD] as const),
  ...[...WORDS].map(([word, rating]) => [word, rating === AGAIN ? AGAIN : GOOD] as const),
]);
// More than slips of the pen: this share of the rows has numbers outside 1–4, and at least so many rows.
const OTHER_SCALE_SHARE = 0.05;
const OTHER_SCALE_ROWS = 3;

/** What a column of ratings says: 1 to 4, or NaN; and how many rows have which number outside 1–4. */
export interface Ratings {
  readonly rating: Float64Array;
  readonly outside: Counts<string>;
}

/** Read ratings; a column of `recalled` says only whether the card was. */
export function ratings(cells: readonly Cell[], isRecalled: boolean): Ratings {
  const outside = new Counts<string>();
  const known = new Map<Cell, number>();
  const rating = Float64Array.from(cells, (cell) => {
    if (cell === null) return Number.NaN;
    const word = spelling(cell);
    let found = known.get(word);
    if (found === undefined) known.set(word, (found = meaning(word, isRecalled)));
    if (Number.isNaN(found) && !isRecalled && isShortNumber(word)) outside.add(String(Number(word)));
    return found;
  });
  return { rating, outside };
}

function meaning(word: string, isRecalled: boolean): number {
  const named = (isRecalled ? WORDS_OF_RECALLED : WORDS).get(word);
  if (named !== undefined) return named;
  const value = !isRecalled && isShortNumber(word) ? Number(word) : Number.NaN;
  return value >= AGAIN && value <= EASY ? value : Number.NaN;
}

function isShortNumber(word: string): boolean {
  return /^-?\d+$/.test(word) && word.length < "-1000000".length;
}

/** A rating's value in one spelling: 5.0 is 5, and Rating.Good is good. */
function spelling(cell: Cell): string {
  const word = (text(cell) ?? "").trim().toLowerCase().replace(/^rating\./, "");
  return /^[^.]+\.0*$/.test(word) ? word.slice(0, word.indexOf(".")) : word;
}

/** Whether ratings are on another scale than 1 to 4. */
export function isOtherScale(outside: Counts<string>, rows: number): boolean {
  const many = outside.total() >= Math.max(OTHER_SCALE_ROWS, OTHER_SCALE_SHARE * rows);
  return many || (outside.has("0") && outside.has("5"));
}
