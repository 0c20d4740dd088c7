// SQLite, which loads only when somebody brings a file of Anki's.

import type { Database, SqlJsStatic, SqlValue } from "sql.js";
import wasmUrl from "sql.js/dist/sql-wasm-browser.wasm?url";

import { ReadError } from "./errors";

const WRITE_AHEAD = 2; // in the two bytes of the head that say how the database is journalled
const JOURNAL_AT = [18, 19];
const ROLLBACK = 1;

let loaded: Promise<SqlJsStatic> | undefined;

async function load(): Promise<SqlJsStatic> {
  const [{ default: start }, wasm] = await Promise.all([import("sql.js"), fetch(wasmUrl)]);
  return start({ wasmBinary: await wasm.arrayBuffer() });
}

/**
 * Read a database, and close it.
 *
 * @throws ReadError - `damaged` where anything but `read` itself finds a problem
 */
export async function withDatabase<T>(file: Blob, read: (database: Database) => T): Promise<T> {
  const sqlite = await (loaded ??= load());
  const bytes = new Uint8Array(await file.arrayBuffer());
  // A copy without the file of changes beside it can't be opened in that mode, and needs none.
  for (const at of JOURNAL_AT) if (bytes[at] === WRITE_AHEAD) bytes[at] = ROLLBACK;
  let database: Database | undefined;
  try {
    database = new sqlite.Database(bytes);
    return read(database);
  } catch (error) {
    if (error instanceof ReadError) throw error;
    throw new ReadError("damaged", { what: "collection" });
  } finally {
    database?.close();
  }
}

/** The rows of a query, one at a time. */
export function* rowsOf(database: Database, query: string): Generator<SqlValue[]> {
  const statement = database.prepare(query);
  try {
    while (statement.step()) yield statement.get();
  } finally {
    statement.free();
  }
}
