// Values of any type into numbers, text and names; what can't be converted becomes missing.

import type { Note } from "./log";

/** A value of a table: text, a number, bytes that may be text, or nothing. */
export type Cell = string | number | bigint | boolean | Uint8Array | null;

/** A column; of `instants`, each cell is a number of microseconds since 1970. */
export interface Column {
  readonly cells: readonly Cell[];
  /** The zone of timestamps: "UTC", another, or "" where the file names none. */
  readonly instants?: { readonly zone: string };
}

const EXACT = 2 ** 53; // from here on floating point leaves out whole numbers
const NUMBER = /^\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?\s*$/;
const INFINITE = /^\s*([+-]?)inf(?:inity)?\s*$/i;
const SHORTENED = /^\d[.,]?\d*[eE]\+\d+$/;
const UTF8 = new TextDecoder("utf-8", { fatal: true });

/** A value as text. Bytes that aren't text keep their codes: as names, different ones stay different. */
export function text(cell: Cell): string | null {
  if (cell === null || typeof cell === "string") return cell;
  if (typeof cell === "boolean") return cell ? "True" : "False";
  return cell instanceof Uint8Array ? decoded(cell) : String(cell);
}

function decoded(bytes: Uint8Array): string {
  try {
    return UTF8.decode(bytes);
  } catch {
    const codes = [...bytes].map((byte) => (byte < 128 ? String.fromCharCode(byte) : `\\x${byte.toString(16)}`));
    return codes.join("");
  }
}

/** A value as a number; NaN where it is none. */
export function number(cell: Cell): number {
  if (typeof cell === "number") return cell;
  if (typeof cell === "bigint" || typeof cell === "boolean") return Number(cell);
  const written = text(cell) ?? "";
  const infinite = INFINITE.exec(written);
  if (infinite !== null) return infinite[1] === "-" ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  return NUMBER.test(written) ? Number(written) : Number.NaN;
}

/** Whether a name is no longer exact: a spreadsheet's 1.5E+12, and floating point beyond 2⁵³. */
export function rounded(cell: Cell): boolean {
  if (typeof cell === "number") return Math.abs(cell) >= EXACT;
  return typeof cell === "string" && SHORTENED.test(cell);
}

/**
 * The names that a column holds.
 *
 * Whole numbers are often written as 12.0, by programs that know no missing integer: in a column in which no
 * number has another fraction, they are the numbers.
 */
export function names(cells: readonly Cell[], field: "learner" | "card"): [(string | null)[], Note[]] {
  const found = cells.map((cell) => text(cell)?.trim() ?? null);
  const example = found.find((name) => name?.endsWith(".0"));
  if (example === undefined || example === null || !allWhole(found)) return [found, []];
  const plain = found.map((name) => name?.replace(/\.0$/, "") ?? null);
  return [plain, [{ code: "whole_numbers", field, example }]];
}

function allWhole(found: readonly (string | null)[]): boolean {
  return found.every((name) => name === null || (name.endsWith(".0") ? /^-?\d+\.0$/ : /^(?!-?\d+\.\d+$)/).test(name));
}
