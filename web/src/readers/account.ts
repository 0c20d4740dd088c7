// The account of what was read: every row of a file is used, or skipped for a reason that is told.

import { assemble } from "./assemble";
import { ReadError } from "./errors";
import { Gathered } from "./gathered";
import {
  Counts, type Example, type Format, type Note, type ReadOptions, type ReviewLog, type SkipReason,
} from "./log";
import { isOtherScale } from "./ratings";
import { clean, type RawRows } from "./rows";
import { splitSessions } from "./split_sessions";

const MOST_ROWS = 2_000_000; // more than a lifetime of reviews, and what a page's memory holds while it sorts them

/** Cleans what a reader gives, part by part, and keeps the account. */
export class Account {
  private readonly gathered = new Gathered();
  private readonly skipped = new Counts<SkipReason>();
  private readonly bad = new Counts<SkipReason>();
  private readonly outside = new Counts<string>();
  private examples: Partial<Record<SkipReason, Example>> = {};
  private readonly notes = new Map<string, Note>();
  private rowsIn = 0;
  private used = 0;
  private ratingColumn = "rating";

  constructor(private readonly options: ReadOptions) {}

  add(raw: RawRows): void {
    const cleaned = clean(raw, this.gathered, this.options);
    this.rowsIn += raw.rowsIn;
    if (this.rowsIn > MOST_ROWS) throw new ReadError("too_large", { limit: MOST_ROWS });
    this.used += cleaned.used;
    raw.skipped?.forEach((count, reason) => this.skipped.add(reason, count));
    for (const counts of [raw.broken, cleaned.bad]) counts?.forEach((count, reason) => this.bad.add(reason, count));
    cleaned.outside.forEach((count, number) => this.outside.add(number, count));
    this.examples = { ...raw.examples, ...cleaned.examples, ...this.examples };
    this.ratingColumn = raw.columns.get("rating") ?? "rating";
    for (const note of [...raw.notes, ...cleaned.notes]) this.note(note);
  }

  /** Tell the user more, once. */
  note(note: Note): void {
    this.notes.set(JSON.stringify(note), note);
  }

  /**
   * All usable reviews, with the account.
   *
   * @throws ReadError - if less than half of the rows are usable, or the ratings are on another scale
   */
  log(name: string, format: Format): ReviewLog {
    this.refuseOtherScale();
    this.refuseMostlyBad();
    const { repeated, notes, ...log } = assemble(this.gathered);
    const skipped = new Counts<SkipReason>([...this.skipped]);
    this.bad.forEach((count, reason) => skipped.add(reason, count));
    skipped.add("repeated", repeated);
    const { day, card } = log.reviews;
    return {
      name,
      format,
      ...log,
      cards: log.cardNames.length,
      counts: {
        reviews: card.length,
        cards: log.cardNames.length,
        firstDay: day.reduce((first, each) => Math.min(first, each), Number.POSITIVE_INFINITY),
        lastDay: day.reduce((last, each) => Math.max(last, each), Number.NEGATIVE_INFINITY),
        skipped: Object.fromEntries(skipped),
      },
      examples: this.examples,
      notes: [...this.notes.values(), ...notes, ...splitSessions(log.reviews, log.learnerOfCard, log.learners)],
    };
  }

  private refuseOtherScale(): void {
    if (!isOtherScale(this.outside, this.rowsIn)) return;
    const numbers = [...this.outside].map(([number, rows]) => [Number(number), rows] as const);
    throw new ReadError("other_scale", { column: this.ratingColumn, numbers: numbers.sort(([a], [b]) => a - b) });
  }

  private refuseMostlyBad(): void {
    const bad = this.bad.total();
    if (this.used === 0 && bad === 0) {
      if (this.skipped.size === 0) throw new ReadError("no_rows", {});
      throw new ReadError("none_is_a_review", { skipped: Object.fromEntries(this.skipped) });
    }
    if (this.used >= bad) return;
    const [reason, count] = [...this.bad].sort(([, a], [, b]) => b - a)[0]!;
    const example = this.examples[reason] ?? null;
    throw new ReadError("mostly_bad", { bad, rows: this.used + bad, reason, count, example });
  }
}
