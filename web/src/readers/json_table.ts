// Tables in JSON: a list of objects, objects one after another, or either inside other objects.

import { encodingOf, textOf } from "./encodings";
import { ReadError } from "./errors";
import { reviewsIn, type Json } from "./nested";
import { ROWS, type Advance, type Part, type Table } from "./table";
import type { Cell } from "./values";

const LONGEST = 256 * 1024 * 1024; // characters: all of it is held at once

/** Read a JSON file. */
export async function openJson(file: Blob, advance: Advance): Promise<Table> {
  const encoding = await encodingOf(file);
  const parts: string[] = [];
  let length = 0;
  for await (const part of textOf(file, encoding.name, advance)) {
    length += part.length;
    if (length > LONGEST) throw new ReadError("too_large", { limit: LONGEST });
    parts.push(part);
  }
  const text = parts.join("").replaceAll("\0", "").replace(/^[\ufeff\x1e \t\r\n]+|[\x1e \t\r\n]+$/g, "");
  const entries = [...reviewsIn(documents(text))];
  if (entries.length === 0) throw new ReadError("no_rows", {});
  const columns = [...new Set(entries.flatMap((entry) => Object.keys(entry)))];
  async function* read(wanted: readonly string[]): AsyncGenerator<Part> {
    for (let start = 0; start < entries.length; start += ROWS) {
      const rows = entries.slice(start, start + ROWS);
      yield {
        columns: wanted.map((name) => ({ cells: rows.map((entry) => cellOf(entry[name])) })),
        numbers: rows.map((_, place) => start + place + 1),
        rowsIn: rows.length,
        notes: encoding.notes,
      };
    }
  }
  return { columns, place: "entry", read };
}

function cellOf(value: Json | undefined): Cell {
  if (value === undefined || value === null) return null;
  return typeof value === "object" ? jsonOf(value) : value;
}

/** An object as text; JSON has no numbers beyond 2⁵³ that stay exact. */
export function jsonOf(value: object): string {
  return JSON.stringify(value, (_, each: unknown) => (typeof each === "bigint" ? String(each) : each));
}

/** Parse one value, or several one after another: in lines, or over lines as they are when indented. */
function documents(text: string): Json {
  try {
    return parsed(text);
  } catch {
    const found: Json[] = [];
    for (let start = 0; start < text.length; start = nextStart(text, start)) {
      const end = endOfValue(text, start);
      try {
        found.push(parsed(text.slice(start, end)));
      } catch {
        throw new ReadError("not_json", { line: text.slice(0, start).split("\n").length });
      }
      start = end;
    }
    return found.length === 1 ? found[0]! : found;
  }
}

// Between values, some writers put commas, and RFC 7464 a record separator.
const BETWEEN = /[ \t\r\n,\x1e]*/y;
const TOKEN = /"(?:[^"\\]|\\.)*"|[[\]{}]/gs;

function nextStart(text: string, from: number): number {
  BETWEEN.lastIndex = from;
  return from + (BETWEEN.exec(text)?.[0].length ?? 0);
}

/** Where the value that begins here ends. */
function endOfValue(text: string, start: number): number {
  TOKEN.lastIndex = start;
  let depth = 0;
  for (let token = TOKEN.exec(text); token !== null; token = TOKEN.exec(text)) {
    if (token[0] === "{" || token[0] === "[") depth += 1;
    else if (token[0] === "}" || token[0] === "]") depth -= 1;
    if (depth <= 0) return TOKEN.lastIndex;
  }
  return text.length;
}

type Reviver = (key: string, value: unknown, context?: { source?: string }) => unknown;

/** Parse JSON as Python does: NaN is a missing value, and numbers beyond 2⁵³ stay exact where the browser tells them. */
function parsed(text: string): Json {
  const plain = /\b(?:NaN|Infinity)\b/.test(text) ? withoutNaN(text) : text;
  const exact: Reviver = (_key, value, context) =>
    typeof value === "number" && !Number.isSafeInteger(value) && /^-?\d+$/.test(context?.source ?? "")
      ? BigInt(context!.source!)
      : value;
  return JSON.parse(plain, /\d{16}/.test(plain) ? (exact as Parameters<typeof JSON.parse>[1]) : undefined) as Json;
}

function withoutNaN(text: string): string {
  return text.replaceAll(/"(?:[^"\\]|\\.)*"|-?\b(?:NaN|Infinity)\b/gs, (token) => (token.startsWith('"') ? token : "null"));
}

