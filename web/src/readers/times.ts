// Times as people and programs write them: ISO 8601 and its kin, timestamps, and numbers since 1970.

import { isoTime, minutesAhead } from "./iso_time";
import type { Note, TimeUnit } from "./log";
import { minutesAheadIn } from "./zones";
import { number, text, type Cell, type Column } from "./values";

// Text that Date would read too is no date; nor is 03/04/2026, which has two meanings.
const FULL_DATE = /^\d{4}[-/]\d{1,2}[-/]\d/;
const SHORTENED = /^\d(?:[.,]\d{0,8})?[eE]\+?\d+$/;
const ZONED = /(?:UTC|GMT|[Zz]|[ :T]\S*[+-]\d{1,2}(?::?\d{2})?)$/;
// In a second. A number of each that lies between the years below is one of no other.
const UNITS: readonly (readonly [TimeUnit, number])[] = [
  ["seconds", 1],
  ["milliseconds", 1e3],
  ["microseconds", 1e6],
  ["nanoseconds", 1e9],
];
const FIRST = Date.UTC(1980, 0) / 1000;
const LAST = Date.UTC(2100, 0) / 1000;
const LAST_TIME = 2 ** 43 * 1000; // µs; in the year 2248: plainly wrong, and still a time

/** Times of a column. */
export interface Times {
  /** Microseconds since 1970; NaN where unreadable. */
  readonly utc: Float64Array;
  /** Minutes that the clock of each is ahead of UTC, as it is written. */
  readonly ahead: Float64Array;
  /** 1 where a number counts in another unit than most do. */
  readonly otherUnit: Uint8Array;
  readonly notes: readonly Note[];
}

/** Read times; UTC where they name no zone. */
export function times(column: Column): Times {
  return column.instants === undefined ? written(column.cells) : instants(column.cells, column.instants.zone);
}

function instants(cells: readonly Cell[], zone: string): Times {
  const utc = Float64Array.from(cells, number);
  const ahead = new Float64Array(cells.length);
  if (zone !== "" && zone !== "UTC") {
    const aheadAt = minutesAheadIn(zone);
    utc.forEach((micros, row) => (ahead[row] = aheadAt(micros)));
  }
  return { utc, ahead, otherUnit: new Uint8Array(cells.length), notes: zone === "" ? [{ code: "no_zone" }] : [] };
}

function written(cells: readonly Cell[]): Times {
  const utc = new Float64Array(cells.length).fill(Number.NaN);
  const ahead = new Float64Array(cells.length);
  const counted = new Float64Array(cells.length).fill(Number.NaN);
  let zoned = true;
  cells.forEach((cell, row) => {
    const word = typeof cell === "number" ? null : (text(cell)?.trim() ?? null);
    if (word !== null && FULL_DATE.test(word)) {
      utc[row] = isoTime(word);
      ahead[row] = minutesAhead(word);
      zoned &&= Number.isNaN(utc[row]) || ZONED.test(word);
    } else if (word === null || !SHORTENED.test(word)) {
      counted[row] = number(cell); // a spreadsheet's 1.77E+12 is hours off
    }
  });
  const notes: Note[] = zoned ? [] : [{ code: "no_zone" }];
  return since1970(counted, { utc, ahead, otherUnit: new Uint8Array(cells.length), notes });
}

/** Read numbers by the unit that brings most of them between 1980 and 2100. */
function since1970(counted: Float64Array, found: Times): Times {
  const within = (value: number, each: number): boolean => value >= FIRST * each && value <= LAST * each;
  const sizes = UNITS.map(([, each]) => counted.reduce((sum, value) => sum + Number(within(value, each)), 0));
  const most = Math.max(...sizes);
  if (most === 0) return found;
  const [unit, size] = UNITS[sizes.indexOf(most)] ?? ["seconds", 1];
  counted.forEach((value, row) => {
    if (!within(value, size) && UNITS.some(([, each]) => within(value, each))) found.otherUnit[row] = 1;
    else if (!Number.isNaN(value)) found.utc[row] = Math.min(Math.max(Math.round(value * (1e6 / size)), 0), LAST_TIME);
  });
  return { ...found, notes: [...found.notes, { code: "times_by_size", unit }] };
}
