// A table as its readers give it: its columns' names at once, its rows a part at a time.

import type { Example, Note, SkipReason } from "./log";
import type { Column } from "./values";

/** Rows of a part; small beside a log that is large, and large beside a part's overhead. */
export const ROWS = 131_072;

/** Some rows of a table. */
export interface Part {
  /** The wanted columns, in their order. */
  readonly columns: readonly Column[];
  /** Each row's place in the file: its line, entry or row, from 1. */
  readonly numbers: ArrayLike<number>;
  readonly rowsIn: number;
  readonly broken?: ReadonlyMap<SkipReason, number>;
  readonly examples?: Readonly<Partial<Record<SkipReason, Example>>>;
  readonly notes: readonly Note[];
}

/** A table that can be read. */
export interface Table {
  /** The names of its columns as the file writes them. */
  readonly columns: readonly string[];
  readonly place: Example["place"];
  read(wanted: readonly string[]): AsyncIterable<Part>;
}

/** How much of a file has been read, from 0 to 1. */
export type Advance = (share: number) => void;
