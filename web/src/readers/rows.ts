// Checks of rows, the same for every format: which rows are usable, and why the others aren't.

import { median } from "../core";
import { normalised } from "./columns";
import type { Gathered } from "./gathered";
import { Counts, type Example, type Note, type ReadOptions, type SkipReason } from "./log";
import { ratings, type Ratings } from "./ratings";
import { times, type Times } from "./times";
import { names, number, rounded, text, type Cell, type Column } from "./values";
import { dayNumbers, type StudyDays } from "./zones";

const MICROS_PER_DAY = 86_400e6;
const LARGEST_NUMBER = 2 ** 31 - 1; // larger ones aren't day numbers or durations
// The column that doesn't say its unit. Nobody's usual answer takes a third of a second or five minutes.
const UNIT_BY_SIZE = "duration";
const MOST_SECONDS = 300;
const LONGEST_SHOWN = 60; // characters of a value in a message

/** The first year in which a time isn't a clock that was never set. */
export type FirstYear = 1980 | 2006;

/** Some rows of a file as they stand there, by field. */
export interface RawRows {
  readonly fields: ReadonlyMap<string, Column>;
  readonly size: number;
  /** How many rows the file holds here: each is in `fields`, `skipped` or `broken`. */
  readonly rowsIn: number;
  /** Rows that by their nature aren't reviews, and those that can't be told apart into columns. */
  readonly skipped?: ReadonlyMap<SkipReason, number>;
  readonly broken?: ReadonlyMap<SkipReason, number>;
  readonly examples?: Readonly<Partial<Record<SkipReason, Example>>>;
  readonly notes: readonly Note[];
  readonly studyDays?: StudyDays;
  readonly firstYear: FirstYear;
  /** Where each row stands in the file; null where nobody could look it up. */
  readonly place: Example["place"] | null;
  readonly numbers: ArrayLike<number>;
  /** The file's names of the columns, by field. */
  readonly columns: ReadonlyMap<string, string>;
}

/** What became of rows. */
export interface Cleaned {
  readonly used: number;
  readonly bad: Counts<SkipReason>;
  readonly examples: Partial<Record<SkipReason, Example>>;
  readonly outside: Counts<string>;
  readonly notes: readonly Note[];
}

/** Add the usable rows to what was gathered, and count the others, each once under the first reason that applies. */
export function clean(raw: RawRows, into: Gathered, options: ReadOptions): Cleaned {
  const rows = new Rows(raw, options);
  const [learners, ofLearners] = names(rows.usable("learner"), "learner");
  const ofFile = rows.usable("card");
  const [cards, ofCards] = names(ofFile, "card");
  into.cardsAreNumbers &&= ofFile.every((cell) => typeof cell === "number" || typeof cell === "bigint");
  const seen = new Set<string>();
  let used = 0;
  rows.places.forEach((row, place) => {
    const card = into.cardOf(learners[place] ?? "", cards[place] ?? "");
    const key = `${card} ${rows.at.utc[row]}`;
    if (seen.has(key)) {
      rows.bad.add("repeated");
      return;
    }
    seen.add(key);
    into.add(rows.review(row, card));
    used += 1;
  });
  const { bad, examples, rating, at } = rows;
  return { used, bad, examples, outside: rating.outside, notes: [...at.notes, ...rows.notes, ...ofLearners, ...ofCards] };
}

class Rows {
  readonly at: Times;
  readonly rating: Ratings;
  readonly bad = new Counts<SkipReason>();
  readonly examples: Partial<Record<SkipReason, Example>> = {};
  /** The rows that can be used. */
  readonly places: number[] = [];
  readonly notes: Note[] = [];
  private readonly days: Float64Array;
  private readonly milliseconds: number; // of a duration of 1
  private readonly given: "rating" | "recalled";
  private readonly earliest: number;
  private readonly latest: number;

  constructor(
    private readonly raw: RawRows,
    options: ReadOptions,
  ) {
    this.given = raw.fields.has("rating") ? "rating" : "recalled";
    this.at = times(this.column("reviewed_at"));
    this.rating = ratings(this.column(this.given).cells, this.given === "recalled");
    this.earliest = Date.UTC(raw.firstYear, 0) * 1000;
    this.latest = (options.now ?? Date.now()) * 1000 + MICROS_PER_DAY; // not another clock, but a mistake
    // Times of which one has an offset from UTC are the learner's own; of the others, the day isn't known.
    const zoneElse = this.at.ahead.some((minutes) => minutes !== 0) ? undefined : options.zoneElse;
    const { zone = zoneElse, startsAt } = raw.studyDays ?? {};
    this.days = dayNumbers({ zone: options.zone ?? zone, startsAt }, this.at.utc, this.at.ahead);
    this.milliseconds = this.unitOfDurations();
    for (let row = 0; row < raw.size; row++) this.sort(row);
  }

  usable(field: string): Cell[] {
    const { cells } = this.column(field);
    return this.places.map((row) => cells[row] ?? null);
  }

  review(row: number, card: number) {
    const duration = roundedHalfToEven(this.number("duration_ms", row) * this.milliseconds);
    const day = this.number("day", row);
    return {
      card,
      micros: this.at.utc[row] ?? Number.NaN,
      rating: this.rating.rating[row] ?? Number.NaN,
      milliseconds: duration >= 0 && duration <= LARGEST_NUMBER ? duration : Number.NaN,
      day: Number.isInteger(day) && Math.abs(day) < LARGEST_NUMBER ? day : Number.NaN,
      derivedDay: this.days[row] ?? Number.NaN,
    };
  }

  /** How many milliseconds a duration of 1 is. */
  private unitOfDurations(): number {
    if (normalised(this.raw.columns.get("duration_ms") ?? "") !== UNIT_BY_SIZE) return 1;
    const given = Float64Array.from(this.column("duration_ms").cells, (_, row) => this.number("duration_ms", row));
    const usual = median(given.filter((each) => each > 0 && each <= LARGEST_NUMBER));
    if (Number.isNaN(usual)) return 1;
    const unit = usual < MOST_SECONDS ? "seconds" : "milliseconds";
    this.notes.push({ code: "durations_by_size", unit });
    return unit === "seconds" ? 1000 : 1;
  }

  private sort(row: number): void {
    const problem = this.problem(row);
    if (problem === null) {
      this.places.push(row);
      return;
    }
    const [reason, field] = problem;
    this.bad.add(reason);
    const example = reason in this.examples ? null : this.example(row, field);
    if (example !== null) this.examples[reason] = example;
  }

  private problem(row: number): [SkipReason, string] | null {
    return this.problemOfName(row) ?? this.problemOfTime(row) ?? this.problemOfRating(row);
  }

  private problemOfName(row: number): [SkipReason, string] | null {
    if (this.cell("learner", row) === null) return ["learner_missing", "learner"];
    if (this.cell("card", row) === null) return ["card_missing", "card"];
    if (rounded(this.cell("learner", row))) return ["learner_inexact", "learner"];
    return rounded(this.cell("card", row)) ? ["card_inexact", "card"] : null;
  }

  private problemOfTime(row: number): [SkipReason, string] | null {
    const time = this.at.utc[row] ?? Number.NaN;
    const reason = ((): SkipReason | null => {
      if (this.cell("reviewed_at", row) === null) return "time_missing";
      if (this.at.otherUnit[row] === 1) return "time_other_unit";
      if (Number.isNaN(time)) return "time_unreadable";
      if (time < this.earliest) return `time_before_${this.raw.firstYear}`;
      return time > this.latest ? "time_in_future" : null;
    })();
    return reason === null ? null : [reason, "reviewed_at"];
  }

  private problemOfRating(row: number): [SkipReason, string] | null {
    const rating = this.rating.rating[row] ?? Number.NaN;
    if (this.cell(this.given, row) === null) return [`${this.given}_missing`, this.given];
    return Number.isNaN(rating) ? [`${this.given}_unknown`, this.given] : null;
  }

  private example(row: number, field: string): Example | null {
    if (this.raw.place === null) return null;
    const value = text(this.cell(field, row));
    const shown = value !== null && value.length > LONGEST_SHOWN ? `${value.slice(0, LONGEST_SHOWN - 1)}…` : value;
    const column = this.raw.columns.get(field) ?? field;
    return { place: this.raw.place, number: this.raw.numbers[row] ?? 0, column, value: shown };
  }

  private column(field: string): Column {
    return this.raw.fields.get(field) ?? { cells: [] };
  }

  private cell(field: string, row: number): Cell {
    const cell = this.column(field).cells[row] ?? null;
    return typeof cell === "number" && Number.isNaN(cell) ? null : cell;
  }

  private number(field: string, row: number): number {
    return number(this.cell(field, row) ?? Number.NaN);
  }
}

function roundedHalfToEven(value: number): number {
  const down = Math.floor(value);
  if (value - down !== 0.5) return Math.round(value);
  return down % 2 === 0 ? down : down + 1;
}
