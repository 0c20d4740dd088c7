// Which columns a table may have: those that name the fields, and those of other programs.
//
// A layout is recognised by its columns. To read another program's tables, add its layout to `LAYOUTS`.

import { reviewsOfAnkiTable } from "./anki_table";
import { LOOSE, NAMES, normalised, oneOf, type Spellings } from "./columns";
import { ReadError } from "./errors";
import { reviewsOfScheduler } from "./fsrs_family";
import type { Layout as LayoutName, Note, SkipReason } from "./log";
import { ENTRY_FIELDS } from "./revlog";
import type { FirstYear } from "./rows";
import type { Column } from "./values";

/** What becomes of a table's rows when another program's columns are made our own. */
export interface Converted {
  readonly fields: ReadonlyMap<string, Column>;
  /** Which rows of the part are reviews. */
  readonly rows: readonly number[];
  /** Whether `fields` hold these rows alone. */
  readonly isConverted?: boolean;
  readonly skipped: Readonly<Partial<Record<SkipReason, number>>>;
  readonly notes: readonly Note[];
}

interface Layout {
  readonly name: LayoutName | "distances";
  /** The fields without which it isn't this layout; of alternatives, one is enough. */
  readonly needs: readonly (readonly string[])[];
  readonly names: Spellings;
  readonly loose: Spellings;
  /** Columns that tell this layout from others of the same fields, and those that it never has. */
  readonly marks: readonly string[];
  readonly never: readonly string[];
  readonly convert?: (fields: ReadonlyMap<string, Column>, size: number) => Converted;
  /** Whether a row can be converted only beside all others of the file. */
  readonly isWhole: boolean;
  readonly firstYear: FirstYear;
}

const GENERAL: Layout = {
  name: "general",
  needs: [["card"], ["reviewed_at"], ["rating", "recalled"]],
  names: NAMES,
  loose: LOOSE,
  marks: [],
  never: [],
  isWhole: false,
  firstYear: 1980,
};

function exactly(...names: readonly string[]): Spellings {
  return Object.fromEntries(names.map((name) => [name, [name]]));
}

function scheduler(name: LayoutName, ...marks: readonly string[]): Layout {
  return { ...GENERAL, name, marks, convert: reviewsOfScheduler };
}

const LAYOUTS: readonly Layout[] = [
  {
    ...GENERAL,
    name: "anki",
    needs: [["id"], ["cid"], ["ease"]],
    names: { learner: NAMES.learner, ...exactly(...ENTRY_FIELDS) },
    loose: {},
    convert: reviewsOfAnkiTable,
    isWhole: true,
    firstYear: 2006,
  },
  {
    // Data sets for research, such as srs-benchmark's, without dates: nothing to plan a year by.
    ...GENERAL,
    name: "distances",
    needs: [["card"], ["rating"], ["elapsed_days", "delta_t"]],
    names: { card: NAMES.card, rating: NAMES.rating, ...exactly("elapsed_days", "delta_t") },
    loose: {},
    never: NAMES.reviewed_at,
  },
  scheduler("py-fsrs", "review_datetime"),
  scheduler("ts-fsrs", "review", "state"),
  scheduler("siyuan", "reviewed", "state"),
  scheduler("fsrs-optimizer", "review_rating"),
  GENERAL,
];

/** What was understood of a table's columns. */
export interface ChosenLayout extends Layout {
  readonly name: LayoutName;
  /** The columns to read, as the file writes them, by field. */
  readonly columns: ReadonlyMap<string, string>;
}

/** The needed fields that have no column among those of these names. */
function lacks(layout: Layout, names: ReadonlySet<string>) {
  const isKnown = (field: string): boolean =>
    [...(layout.names[field] ?? []), ...(layout.loose[field] ?? [])].some((name) => names.has(name));
  return layout.needs.filter((fields) => !fields.some(isKnown));
}

function fits(layout: Layout, names: ReadonlySet<string>): boolean {
  const isMarked = layout.marks.every((name) => names.has(name)) && !layout.never.some((name) => names.has(name));
  return isMarked && lacks(layout, names).length === 0;
}

/** Tell whether a table with these columns has any of the layouts. */
export function fitsAny(found: readonly string[]): boolean {
  const names = new Set(found.map(normalised));
  return LAYOUTS.some((layout) => fits(layout, names));
}

/**
 * Recognise a table's layout by its columns, and choose those to read.
 *
 * @throws ReadError - if no layout's columns are all there, or two columns stand for one field
 */
export function chooseLayout(found: readonly string[]): ChosenLayout {
  const columns = new Map<string, string>();
  let rest = found;
  const names = new Set(rest.map(normalised));
  const layout = LAYOUTS.find((each) => fits(each, names));
  if (layout === undefined) throw new ReadError("missing_columns", { columns: lacks(GENERAL, names), found });
  const { name } = layout;
  if (name === "distances") throw new ReadError("distances_only", {});
  for (const known of [layout.names, layout.loose]) {
    for (const [field, spellings] of Object.entries(known)) {
      const alike = rest.filter((column) => spellings.includes(normalised(column)));
      // What merely may be a rating tells less than whether the card was recalled.
      if (alike.length === 0 || columns.has(field) || (field === "rating" && columns.has("recalled"))) continue;
      columns.set(field, oneOf(field, alike));
      rest = rest.filter((column) => !alike.includes(column));
    }
  }
  for (const fields of layout.needs) {
    for (const other of fields.filter((field) => columns.has(field)).slice(1)) columns.delete(other);
  }
  return { ...layout, name, columns };
}
