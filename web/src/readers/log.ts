// What comes out of a file: reviews in columns, and the account of what was left out.

/** Why a row isn't used. */
export type SkipReason =
  | "learner_missing"
  | "card_missing"
  | "learner_inexact"
  | "card_inexact"
  | "time_missing"
  | "time_other_unit"
  | "time_unreadable"
  | "time_before_1980"
  | "time_before_2006"
  | "time_in_future"
  | "rating_missing"
  | "rating_unknown"
  | "recalled_missing"
  | "recalled_unknown"
  | "repeated"
  | "too_many_fields"
  | "forget"
  | "not_answered"
  | "preview"
  | "moved_by_hand"
  | "id_inexact";

/** Where the first row of a reason stands. */
export interface Example {
  readonly place: "line" | "entry" | "row";
  readonly number: number;
  /** The column as the file names it, and what stands there; null where the row can't be told apart. */
  readonly column: string | null;
  readonly value: string | null;
}

export type TimeUnit = "seconds" | "milliseconds" | "microseconds" | "nanoseconds";

/** How something was understood that could mean something else. */
export type Note =
  | { readonly code: "no_zone" }
  | { readonly code: "times_by_size"; readonly unit: TimeUnit }
  | { readonly code: "durations_by_size"; readonly unit: TimeUnit }
  | { readonly code: "encoding_guessed" }
  | { readonly code: "nul_left_out" }
  | { readonly code: "whole_numbers"; readonly field: "learner" | "card"; readonly example: string }
  | { readonly code: "no_factor" }
  | { readonly code: "begun_anew"; readonly count: number }
  | { readonly code: "ignored_columns"; readonly columns: readonly string[] }
  | { readonly code: "days_derived"; readonly learners: number }
  | { readonly code: "split_sessions"; readonly learner: string; readonly soon: number; readonly scored: number };

export type Layout = "general" | "anki" | "py-fsrs" | "ts-fsrs" | "siyuan" | "fsrs-optimizer";
export type Kind = "package" | "collection" | "csv" | "json" | "parquet";
export type Wrapping = "gzip" | "zstd" | "zip";

/** What a file was recognised as. */
export interface Format {
  readonly kind: Kind;
  /** What it was compressed with, the outermost first. */
  readonly wrapping: readonly Wrapping[];
  /** Whose columns a table has; null for a collection. */
  readonly layout: Layout | null;
  /** The column of a table that names the cards; null where Anki's numbers are their names. */
  readonly cardColumn: string | null;
}

/** Reviews, sorted by learner, card and time; all columns have one value for each review. */
export interface ReviewColumns {
  /** The index of its card in `cardNames`. */
  readonly card: Uint32Array;
  /** Milliseconds since 1970, with fractions. */
  readonly time: Float64Array;
  /** The learner's study day; only differences mean something. */
  readonly day: Int32Array;
  /** 1 Again to 4 Easy. */
  readonly rating: Uint8Array;
  /** Time taken; NaN where the file doesn't say. */
  readonly seconds: Float64Array;
}

/** A review log. */
export interface ReviewLog {
  /** The file's name. */
  readonly name: string;
  readonly format: Format;
  readonly reviews: ReviewColumns;
  readonly cards: number;
  readonly cardNames: readonly string[];
  /** The learners' names, and for each card the index of its own. */
  readonly learners: readonly string[];
  readonly learnerOfCard: Uint32Array;
  readonly counts: {
    readonly reviews: number;
    readonly cards: number;
    readonly firstDay: number;
    readonly lastDay: number;
    readonly skipped: Readonly<Partial<Record<SkipReason, number>>>;
  };
  readonly examples: Readonly<Partial<Record<SkipReason, Example>>>;
  readonly notes: readonly Note[];
}

/** What is known of a file besides its content. */
export interface ReadOptions {
  /** The learner's time zone (IANA name), in place of what the file says. */
  readonly zone?: string | undefined;
  /** The same where the file says nothing: no study days, and times in UTC alone. */
  readonly zoneElse?: string | undefined;
  /** The current time in milliseconds; reviews more than a day later are mistakes. */
  readonly now?: number;
}

/** Counts by reason. */
export class Counts<K extends string> extends Map<K, number> {
  /** Count `count` more; nothing for 0. */
  add(key: K, count = 1): void {
    if (count > 0) this.set(key, (this.get(key) ?? 0) + count);
  }

  total(): number {
    return [...this.values()].reduce((sum, each) => sum + each, 0);
  }
}
