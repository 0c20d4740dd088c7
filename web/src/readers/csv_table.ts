// Tables as text: comma-, semicolon-, tab- or pipe-separated, with the columns' names in the first line.

import { CsvRows, linesOf, type CsvRow } from "./csv_rows";
import { encodingOf, textOf, type Encoding } from "./encodings";
import { ReadError } from "./errors";
import { Counts, type Example, type SkipReason } from "./log";
import { ROWS, type Advance, type Part, type Table } from "./table";

const SEPARATORS = [",", ";", "\t", "|"];
const EXCEL_STATES = "sep="; // and the separator, in a line before the names

interface Dialect {
  readonly separator: string;
  readonly separators: number;
  /** The line that names the columns, from 1. */
  readonly header: number;
}

/** Recognise a text table's encoding and separator, and read the names of its columns. */
export async function openCsv(file: Blob, advance: Advance): Promise<Table> {
  const encoding = await encodingOf(file);
  const dialect = await dialectOf(file, encoding);
  const columns = (await firstRow(file, encoding, dialect)).map((name) => name.trim());
  return {
    columns,
    place: "line",
    read: (wanted) => partsOf(file, encoding, dialect, columns, wanted, advance),
  };
}

async function dialectOf(file: Blob, encoding: Encoding): Promise<Dialect> {
  const filled = filledLines(file, encoding);
  let [header, first] = await nextLine(filled);
  let separator = SEPARATORS.reduce((most, each) => (count(first, each) > count(first, most) ? each : most));
  if (first.toLowerCase().startsWith(EXCEL_STATES)) {
    separator = first[EXCEL_STATES.length] ?? separator;
    [header, first] = await nextLine(filled);
  }
  return { separator, separators: count(first, separator), header };
}

async function nextLine(lines: AsyncGenerator<[number, string]>): Promise<[number, string]> {
  const { value, done } = await lines.next();
  if (done) throw new ReadError("no_rows", {});
  return value;
}

async function* filledLines(file: Blob, encoding: Encoding): AsyncGenerator<[number, string]> {
  let number = 0;
  for await (const lines of linesOf(textOf(file, encoding.name))) {
    for (const line of lines) {
      number += 1;
      const text = line.replaceAll(/[\0\r\n]/g, "");
      if (text.trim() !== "") yield [number, text];
    }
  }
}

function count(text: string, character: string): number {
  return text.split(character).length - 1;
}

async function firstRow(file: Blob, encoding: Encoding, dialect: Dialect): Promise<readonly string[]> {
  for await (const rows of rowsOf(file, encoding, dialect)) if (rows[0] !== undefined) return rows[0].fields;
  throw new ReadError("no_rows", {});
}

async function* rowsOf(
  file: Blob,
  encoding: Encoding,
  { separator, separators, header }: Dialect,
  advance?: Advance,
): AsyncGenerator<CsvRow[]> {
  const parser = new CsvRows(separator, separators, header);
  const hasNul = encoding.notes.some((note) => note.code === "nul_left_out");
  let before = header - 1; // lines that aren't of the table
  for await (const lines of linesOf(textOf(file, encoding.name, advance))) {
    const ofTable = lines.slice(before);
    before = Math.max(0, before - lines.length);
    const rows = ofTable.map((line) => parser.next(hasNul ? line.replaceAll("\0", "") : line));
    yield rows.filter((row) => row !== null);
  }
  const last = parser.last();
  if (last !== null) yield [last];
}

async function* partsOf(
  file: Blob,
  encoding: Encoding,
  dialect: Dialect,
  names: readonly string[],
  wanted: readonly string[],
  advance: Advance,
): AsyncGenerator<Part> {
  const places = wanted.map((name) => names.indexOf(name));
  let held: CsvRow[] = [];
  let isFirst = true;
  for await (const rows of rowsOf(file, encoding, dialect, advance)) {
    held = held.concat(isFirst ? rows.slice(1) : rows);
    isFirst &&= rows.length === 0;
    while (held.length >= ROWS) {
      yield partOf(held.slice(0, ROWS), names.length, places, encoding);
      held = held.slice(ROWS);
    }
  }
  yield partOf(held, names.length, places, encoding);
}

function partOf(rows: readonly CsvRow[], width: number, places: readonly number[], encoding: Encoding): Part {
  const isLong = ({ fields }: CsvRow): boolean => fields.slice(width).some((field) => field.trim() !== "");
  const long = rows.filter(isLong);
  const whole = long.length > 0 ? rows.filter((row) => !isLong(row)) : rows;
  const examples: Partial<Record<SkipReason, Example>> = {};
  if (long[0] !== undefined) {
    examples.too_many_fields = { place: "line", number: long[0].line, column: null, value: null };
  }
  return {
    // Only empty is missing: "007" and "NA" are good names of cards.
    columns: places.map((place) => ({ cells: whole.map(({ fields }) => fields[place]?.trim() || null) })),
    numbers: whole.map(({ line }) => line),
    rowsIn: rows.length,
    broken: new Counts<SkipReason>(long.length > 0 ? [["too_many_fields", long.length]] : []),
    examples,
    notes: encoding.notes,
  };
}
