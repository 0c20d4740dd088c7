// Tables in Parquet, a row group at a time.

import {
  parquetMetadataAsync, parquetScan, parquetSchema, type AsyncBuffer, type FileMetaData, type SchemaElement,
} from "hyparquet";
import { compressors } from "hyparquet-compressors";

import { ReadError } from "./errors";
import { jsonOf } from "./json_table";
import { zonesOf } from "./parquet_zones";
import { ROWS, type Advance, type Part, type Table } from "./table";
import type { Cell, Column } from "./values";

const MOST_ROWS = 2 ** 22; // of a row group, which is held at once: real writers put up to a million into one
// Times become microseconds, and dates text.
const PARSERS = {
  timestampFromMilliseconds: (value: bigint) => Number(value) * 1000,
  timestampFromMicroseconds: Number,
  timestampFromNanoseconds: (value: bigint) => Number(value / 1000n),
  dateFromDays: (days: number) => new Date(days * 86_400_000).toISOString().slice(0, "2026-03-01".length),
};

/** Read the names of a Parquet file's columns. */
export async function openParquet(blob: Blob, advance: Advance): Promise<Table> {
  const file: AsyncBuffer = {
    byteLength: blob.size,
    slice: (start, end = blob.size) => blob.slice(start, end).arrayBuffer(),
  };
  const found = await refusing(() => parquetMetadataAsync(file, { parsers: PARSERS }));
  const metadata = { ...found, schema: found.schema.map(exactDecimal) };
  const elements = await refusing(() => parquetSchema(metadata).children.map((child) => child.element));
  return {
    columns: elements.map((element) => element.name),
    place: "row",
    read: (wanted) => partsOf(file, metadata, wanted, new Map(elements.map((each) => [each.name, each])), advance),
  };
}

/** The library would divide a whole decimal into a number that isn't exact; as bytes it is. */
function exactDecimal(element: SchemaElement): SchemaElement {
  const { converted_type: converted, ...others } = element;
  return converted === "DECIMAL" && (element.scale ?? 0) === 0 ? others : element;
}

/** What the library throws says nothing to people. */
async function refusing<T>(read: () => T | Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof ReadError || error instanceof DOMException) throw error;
    throw new ReadError("damaged", { what: "parquet" });
  }
}

async function* partsOf(
  file: AsyncBuffer,
  metadata: FileMetaData,
  wanted: readonly string[],
  elements: ReadonlyMap<string, SchemaElement>,
  advance: Advance,
): AsyncGenerator<Part> {
  const zones = zonesOf(metadata);
  // Bytes stay bytes: they may be names that aren't text.
  const options = { file, metadata, columns: [...wanted], compressors, utf8: false, parsers: PARSERS };
  const scan = await refusing(() => parquetScan(options));
  for (const { rowStart, rowEnd } of scan.ranges) {
    if (rowEnd - rowStart > MOST_ROWS) throw new ReadError("too_large", { limit: MOST_ROWS });
    const columns: Column[] = [];
    for (const column of wanted) {
      const values = await refusing(() => scan.readColumn({ column, rowStart, rowEnd }));
      if (values.length !== rowEnd - rowStart) throw new ReadError("damaged", { what: "parquet" });
      columns.push(columnOf(Array.from(values as ArrayLike<unknown>), elements.get(column)!, zones.get(column)));
    }
    for (let start = rowStart; start < rowEnd; start += ROWS) {
      const size = Math.min(ROWS, rowEnd - start);
      const first = start - rowStart;
      yield {
        columns: columns.map((column) => ({ ...column, cells: column.cells.slice(first, first + size) })),
        numbers: Array.from({ length: size }, (_, place) => start + place + 1),
        rowsIn: size,
        notes: [],
      };
    }
    advance(rowEnd / Number(metadata.num_rows));
  }
}

function columnOf(values: readonly unknown[], element: SchemaElement, zone = ""): Column {
  const isDecimal = element.logical_type?.type === "DECIMAL" || element.precision !== undefined;
  const cells = values.map((value) => cellOf(value, isDecimal));
  return isTimestamp(element) ? { cells, instants: { zone } } : { cells };
}

function isTimestamp({ type, converted_type: converted, logical_type: logical }: SchemaElement): boolean {
  return type === "INT96" || logical?.type === "TIMESTAMP" || (converted?.startsWith("TIMESTAMP") ?? false);
}

function cellOf(value: unknown, isDecimal: boolean): Cell {
  if (value === undefined || value === null) return null;
  if (value instanceof Uint8Array) return isDecimal ? bigEndian(value) : value;
  return typeof value === "object" ? jsonOf(value) : (value as Cell);
}

function bigEndian(bytes: Uint8Array): bigint {
  const value = bytes.reduce((sum, byte) => sum * 256n + BigInt(byte), 0n);
  return BigInt.asIntN(8 * bytes.length, value);
}
