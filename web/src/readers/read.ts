// A file into a review log: what runs in the worker.

import { Account } from "./account";
import { readCollection } from "./collection";
import { contentOf } from "./content";
import { openCsv } from "./csv_table";
import { openJson } from "./json_table";
import type { Format, Kind, ReadOptions, ReviewLog } from "./log";
import { readTable } from "./read_table";
import type { Advance, Table } from "./table";

type TableKind = Exclude<Kind, "package" | "collection">;

const OPENERS: Record<TableKind, (file: Blob, advance: Advance) => Promise<Table>> = {
  csv: openCsv,
  json: openJson,
  parquet: async (file, advance) => (await import("./parquet_table")).openParquet(file, advance),
};
// After a table's own suffix.
const COMPRESSED = /\.(?:gz|bz2|xz|zst|zip)$/i;

/**
 * Read and check a review log of any supported format.
 *
 * @throws ReadError - if the file can't be read, or less than half of its rows are usable
 */
export async function read(file: File, options: ReadOptions, advance: Advance): Promise<ReviewLog> {
  const account = new Account(options);
  const learner = stemOf(file.name.replace(COMPRESSED, "")) || file.name;
  const content = await contentOf(file, file.name);
  const { kind, wrapping } = content;
  let ofTable: Pick<Format, "layout" | "cardColumn"> = { layout: null, cardColumn: null };
  if (kind === "package" || kind === "collection") {
    await readCollection(content.file, learner, account, advance);
  } else {
    const table = await OPENERS[kind](content.file, advance);
    ofTable = await readTable(table, learner, account);
  }
  return account.log(file.name, { kind, wrapping, ...ofTable });
}

/** A file's name without its last suffix. */
export function stemOf(name: string): string {
  const dot = name.lastIndexOf(".");
  return dot > 0 ? name.slice(0, dot) : name;
}
