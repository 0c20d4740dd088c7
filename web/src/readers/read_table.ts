// Review logs as tables: CSV, JSON and Parquet, with the columns of any of the layouts.

import type { Account } from "./account";
import { chooseLayout, type ChosenLayout } from "./layouts";
import { Counts, type Format, type SkipReason } from "./log";
import type { RawRows } from "./rows";
import type { Part, Table } from "./table";
import type { Column } from "./values";

/** Read a table into the account; the learner's name is used where the table gives none. */
export async function readTable(
  table: Table,
  learner: string,
  account: Account,
): Promise<Pick<Format, "layout" | "cardColumn">> {
  const chosen = chooseLayout(table.columns);
  const wanted = [...chosen.columns.values()];
  const ignored = table.columns.filter((name) => name !== "" && !wanted.includes(name)).sort();
  if (ignored.length > 0) account.note({ code: "ignored_columns", columns: ignored });
  const parts = table.read(wanted);
  if (chosen.isWhole) {
    account.add(rawRows(await joined(parts), chosen, table, learner));
  } else {
    for await (const part of parts) account.add(rawRows(part, chosen, table, learner));
  }
  return { layout: chosen.name, cardColumn: chosen.columns.get("card") ?? null };
}

function rawRows(part: Part, chosen: ChosenLayout, table: Table, learner: string): RawRows {
  const size = part.numbers.length;
  const fields = new Map<string, Column>([...chosen.columns.keys()].map((field, place) => [field, part.columns[place]!]));
  if (!fields.has("learner")) fields.set("learner", { cells: Array<string>(size).fill(learner) });
  const found = chosen.convert?.(fields, size);
  const { rows } = found ?? { rows: null };
  return {
    fields: found === undefined ? fields : found.isConverted ? found.fields : pickedRows(found.fields, found.rows),
    size: rows?.length ?? size,
    rowsIn: part.rowsIn,
    skipped: new Counts<SkipReason>(Object.entries(found?.skipped ?? {}) as [SkipReason, number][]),
    ...(part.broken && { broken: part.broken }),
    ...(part.examples && { examples: part.examples }),
    notes: [...part.notes, ...(found?.notes ?? [])],
    firstYear: chosen.firstYear,
    place: table.place,
    numbers: rows?.map((row) => part.numbers[row]!) ?? part.numbers,
    columns: chosen.columns,
  };
}

function pickedRows(fields: ReadonlyMap<string, Column>, rows: readonly number[]): Map<string, Column> {
  const picked = ([field, column]: [string, Column]): [string, Column] => [
    field,
    { ...column, cells: rows.map((row) => column.cells[row] ?? null) },
  ];
  return new Map([...fields].map(picked));
}

async function joined(parts: AsyncIterable<Part>): Promise<Part> {
  const all: Part[] = [];
  for await (const part of parts) all.push(part);
  const [first] = all;
  if (first === undefined) return { columns: [], numbers: [], rowsIn: 0, notes: [] };
  const broken = new Counts<SkipReason>();
  for (const part of all) part.broken?.forEach((count, reason) => broken.add(reason, count));
  return {
    columns: first.columns.map((column, place) => ({ ...column, cells: all.flatMap((part) => part.columns[place]!.cells) })),
    numbers: all.flatMap((part) => Array.from(part.numbers)),
    rowsIn: all.reduce((sum, part) => sum + part.rowsIn, 0),
    broken,
    examples: Object.assign({}, ...all.map((part) => part.examples).reverse()) as NonNullable<Part["examples"]>,
    notes: all.flatMap((part) => part.notes),
  };
}
