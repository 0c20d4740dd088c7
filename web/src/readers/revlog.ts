/*
 * Which entries of Anki's table `revlog` are reviews, and of which card.
 *
 * Each row is one entry: `id` is its time in milliseconds since 1970, `cid` the card, `ease` the button 1 to 4, or 0
 * where none was pressed, `factor` the card's ease or difficulty afterwards, `time` the milliseconds taken, `type`
 * 0 learn, 1 review, 2 relearn, 3 filtered, 4 manual, 5 rescheduled. The rules are those by which Anki's own optimizer
 * chooses reviews, except where a comment says why not.
 */

import { Counts, type Note, type SkipReason } from "./log";
import { number, type Cell, type Column } from "./values";

export const ENTRY_FIELDS = ["id", "cid", "ease", "factor", "time", "type"] as const;
const [LEARN, REVIEW, FILTERED, MANUAL, RESCHEDULED] = [0, 1, 3, 4, 5];
const EARLIEST = Date.UTC(2006, 0); // ms; Anki was first released in October 2006
const LAST_TIME = 2 ** 43; // ms; in the year 2248

/** Columns of entries, each entry once. */
export interface Entries {
  readonly id: Float64Array;
  /** The card; of a table with several learners, a number of its own for each of a learner's. */
  readonly cid: Float64Array;
  readonly ease: readonly Cell[];
  readonly factor: readonly Cell[];
  readonly time: readonly Cell[];
  readonly type: readonly Cell[];
}

/** The reviews among entries. */
export interface Chosen {
  readonly fields: ReadonlyMap<string, Column>;
  /** Which entries they are. */
  readonly rows: readonly number[];
  readonly skipped: Counts<SkipReason>;
  readonly notes: readonly Note[];
}

/**
 * Choose the reviews among the entries of one person's review log.
 *
 * Where a card's history begins anew, the reviews before are those of another card, whose name is minus the `id` of
 * the entry at which it begins anew.
 */
export function reviewsOfEntries(entries: Entries): Chosen {
  const { id, cid } = entries;
  const order = Uint32Array.from(id.keys()).sort((a, b) => before(cid[a]!, cid[b]!) || before(id[a]!, id[b]!) || a - b);
  const [ease, type, factor] = [entries.ease, entries.type, entries.factor].map((cells) => cells.map(number));
  const reasons = Array.from(id, (_, entry) => reasonOf(ease![entry]!, type![entry]!, factor![entry]!));
  const endsAt = beginnings(entries, order, type!, reasons);
  const skipped = new Counts<SkipReason>();
  for (const reason of reasons) if (reason !== null) skipped.add(reason);
  const rows = [...id.keys()].filter((entry) => reasons[entry] === null);
  const card = rows.map((entry) => (Number.isNaN(endsAt[entry]!) ? cid[entry]! : -endsAt[entry]!));
  const fields = new Map<string, Column>([
    ["reviewed_at", { cells: rows.map((entry) => clipped(id[entry]!) * 1000), instants: { zone: "UTC" } }],
    ["card", { cells: card.map((name) => (Number.isNaN(name) ? null : BigInt(Math.round(name)))) }],
    ["rating", { cells: rows.map((entry) => entries.ease[entry] ?? null) }],
    ["duration_ms", { cells: rows.map((entry) => entries.time[entry] ?? null) }],
  ]);
  return { fields, rows, skipped, notes: begunAnew(entries, rows, card) };
}

function before(one: number, other: number): number {
  return Number.isNaN(one) || Number.isNaN(other) ? Number(Number.isNaN(one)) - Number(Number.isNaN(other)) : one - other;
}

function reasonOf(ease: number, type: number, factor: number): SkipReason | null {
  if (ease === 0 && type === MANUAL && factor === 0) return "forget";
  // Anki counts an entry of these types that has a button; it never writes one.
  if (ease === 0 || type === MANUAL || type === RESCHEDULED) return "not_answered";
  return type === FILTERED && factor === 0 ? "preview" : null;
}

/**
 * For each entry the time at which its card's history next begins anew; NaN where it doesn't.
 *
 * A card also begins anew where it is learnt after it was reviewed: older versions of Anki wrote no entry at a Forget.
 * Anki leaves out what came before; here it stays, for those answers were recalled or failed too.
 */
function beginnings(entries: Entries, order: Uint32Array, type: readonly number[], reasons: readonly (SkipReason | null)[]) {
  const { id, cid } = entries;
  const isAnew = new Uint8Array(id.length);
  let last = Number.NaN; // the type of the card's review before
  order.forEach((entry, place) => {
    if (place === 0 || cid[order[place - 1]!] !== cid[entry]) last = Number.NaN;
    // A clock that was never set says nothing of the order.
    const counts = reasons[entry] === null && clipped(id[entry]!) >= EARLIEST;
    const learntAgain = counts && type[entry] === LEARN && last >= REVIEW && last <= FILTERED;
    isAnew[entry] = Number(reasons[entry] === "forget" || learntAgain);
    if (counts && !Number.isNaN(type[entry]!)) last = type[entry]!;
  });
  const endsAt = new Float64Array(id.length).fill(Number.NaN);
  for (let place = order.length - 2; place >= 0; place--) {
    const [entry, next] = [order[place]!, order[place + 1]!];
    if (cid[entry] === cid[next]) endsAt[entry] = isAnew[next] === 1 ? id[next]! : endsAt[next]!;
  }
  return endsAt;
}

function clipped(milliseconds: number): number {
  return Math.min(Math.max(milliseconds, 0), LAST_TIME);
}

function begunAnew({ id, cid }: Entries, rows: readonly number[], card: readonly number[]): Note[] {
  const counted = [...rows.keys()].filter((place) => clipped(id[rows[place]!]!) >= EARLIEST);
  const lives = new Set(counted.map((place) => card[place]!));
  const cards = new Set(counted.map((place) => cid[rows[place]!]!));
  const count = lives.size - cards.size;
  return count > 0 ? [{ code: "begun_anew", count }] : [];
}
