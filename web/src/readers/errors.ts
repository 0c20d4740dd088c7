// Why a file can't be read: a code and its values; `texts/<language>/readers.ts` makes words of them.

import type { Example, SkipReason } from "./log";

/** What a file is that can't be read here, though it may hold a review log. */
export type OtherFormat = "workbook" | "arrow" | "pdf" | "rar" | "7z" | "tar" | "bzip2" | "xz";
/** What is broken. */
export type Damaged = "zip" | "gzip" | "zstd" | "collection" | "parquet";

/** The values of each code. */
export interface ReadErrorValues {
  empty: object;
  unreadable: object;
  not_a_review_log: object;
  other_format: { what: OtherFormat };
  wrong_content: { suffix: string };
  damaged: { what: Damaged };
  locked_archive: object;
  nested_archive: object;
  too_large: { limit: number };
  several_files: { count: number };
  several_collections: { names: readonly string[] };
  collection_open: object;
  stand_in: object;
  no_reviews: object;
  none_is_a_review: { skipped: Readonly<Partial<Record<SkipReason, number>>> };
  no_rows: object;
  missing_columns: { columns: readonly (readonly string[])[]; found: readonly string[] };
  column_twice: { column: string };
  two_columns: { field: string; columns: readonly string[] };
  distances_only: object;
  quotation_mark: { line: number; lastLine: number; rows: number };
  quotation_mark_open: { line: number };
  not_json: { line: number };
  not_an_object: { entry: number };
  several_lists: { names: readonly string[] };
  other_scale: { column: string; numbers: readonly (readonly [number: number, rows: number])[] };
  mostly_bad: { bad: number; rows: number; reason: SkipReason; count: number; example: Example | null };
  no_cards: object;
}
export type ReadErrorCode = keyof ReadErrorValues;

/** A code with its own values. */
export type ReadFailure = { [C in ReadErrorCode]: { code: C; values: ReadErrorValues[C] } }[ReadErrorCode];

/** A file can't be read; the code and the values say why. */
export class ReadError<C extends ReadErrorCode = ReadErrorCode> extends Error {
  override readonly name = "ReadError";

  constructor(
    readonly code: C,
    readonly values: ReadErrorValues[C],
  ) {
    super(code);
  }
}
