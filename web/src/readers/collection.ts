// What an Anki collection's database says of its owner's reviews.

import type { Database, SqlValue } from "sql.js";

import type { Account } from "./account";
import { ReadError } from "./errors";
import { ENTRY_FIELDS, reviewsOfEntries, type Entries } from "./revlog";
import { rowsOf, withDatabase } from "./sqlite";
import type { Advance } from "./table";
import { number, text, type Cell } from "./values";
import type { StudyDays } from "./zones";

const SECONDS_PER_DAY = 86_400;
const ROLLOVER_HOUR = 4; // Anki's default
const MINUTES_PER_DAY = 1440;
const BETWEEN_FIELDS = "\x1f";

/** Read a collection into the account. */
export async function readCollection(file: Blob, learner: string, account: Account, advance: Advance): Promise<void> {
  const found = await withDatabase(file, (database) => {
    const entries = entriesOf(database, advance);
    if (entries.id.length === 0) {
      refuseStandIn(database);
      throw new ReadError("no_reviews", {});
    }
    return { entries, studyDays: studyDaysOf(database) };
  });
  const { fields, rows, skipped, notes } = reviewsOfEntries(found.entries);
  if (rows.length === 0) throw new ReadError("none_is_a_review", { skipped: Object.fromEntries(skipped) });
  account.add({
    fields: new Map([...fields, ["learner", { cells: Array<string>(rows.length).fill(learner) }]]),
    size: rows.length,
    rowsIn: found.entries.id.length,
    skipped,
    notes,
    studyDays: found.studyDays,
    firstYear: 2006,
    place: null,
    numbers: [],
    columns: new Map(),
  });
}

function entriesOf(database: Database, advance: Advance): Entries {
  const [total] = [...rowsOf(database, "select count(*) from revlog")][0]!;
  const columns: Cell[][] = ENTRY_FIELDS.map(() => []);
  let done = 0;
  for (const row of rowsOf(database, `select ${ENTRY_FIELDS.join(", ")} from revlog`)) {
    row.forEach((value, place) => columns[place]!.push(value));
    done += 1;
    if (done % 65_536 === 0) advance(done / number(total!));
  }
  const [id, cid, ease, factor, time, type] = columns as [Cell[], Cell[], Cell[], Cell[], Cell[], Cell[]];
  return { id: Float64Array.from(id, number), cid: Float64Array.from(cid, number), ease, factor, time, type };
}

/**
 * Refuse the collection that Anki puts into a package, beside the real one, for versions before 2.1.50.
 *
 * It holds one note, which asks to update Anki, in the user's language.
 */
export function refuseStandIn(database: Database): void {
  const notes = [...rowsOf(database, "select flds from notes limit 2")].map(([fields]) => text(fields!) ?? "");
  const [note] = notes;
  if (notes.length === 1 && note !== undefined && /anki|\.apkg/i.test(note)) throw new ReadError("stand_in", {});
}

interface Settings {
  readonly rollover?: unknown;
  readonly localOffset?: unknown;
  readonly creationOffset?: unknown;
}

/**
 * Where the learner's study days begin.
 *
 * Anki stores its rollover hour, and how many minutes west of UTC the learner is: now, or when the collection was made.
 * It stores no time zone, so the offset is the same in summer and in winter. A collection is created, as it says, at
 * 4 a.m. of the learner's time: that tells the offset of one from before Anki stored it.
 */
function studyDaysOf(database: Database): StudyDays {
  const [conf, created] = [...rowsOf(database, "select conf, crt from col")][0]!;
  const settings = settingsOf(database, text(conf!));
  const stored = "localOffset" in settings ? settings.localOffset : settings.creationOffset;
  const west = stored ?? ((number(created!) % SECONDS_PER_DAY) / 60 - ROLLOVER_HOUR * 60);
  const startsAt = settings.rollover ?? ROLLOVER_HOUR;
  if (typeof west !== "number" || !(Math.abs(west) < MINUTES_PER_DAY) || typeof startsAt !== "number") {
    throw new ReadError("damaged", { what: "collection" }); // settings that Anki wouldn't write
  }
  return { zone: -west, startsAt };
}

function settingsOf(database: Database, conf: string | null): Settings {
  if (conf) return JSON.parse(conf) as Settings;
  // Since 2020 a table of its own replaces the column.
  const pairs = [...rowsOf(database, "select key, val from config")];
  return Object.fromEntries(pairs.map(([key, value]) => [text(key!), JSON.parse(text(value!) ?? "null") as unknown]));
}

/** The names of the decks that hold cards. */
export function deckNamesOf(database: Database): string[] {
  const used = new Set([...rowsOf(database, "select distinct did from cards")].map(([deck]) => String(deck)));
  const names = hasDecks(database) ? decksOfTable(database) : decksOfColumn(database);
  return names.filter(([id]) => used.has(id)).map(([, name]) => name).sort();
}

function hasDecks(database: Database): boolean {
  return [...rowsOf(database, "select 1 from sqlite_master where type = 'table' and name = 'decks'")].length > 0;
}

function decksOfTable(database: Database): [string, string][] {
  // Its index sorts by rules that only Anki knows.
  const rows = [...rowsOf(database, "select id, name from decks not indexed")];
  return rows.map(([id, name]: SqlValue[]) => [String(id), (text(name!) ?? "").replaceAll(BETWEEN_FIELDS, "::")]);
}

function decksOfColumn(database: Database): [string, string][] {
  const [decks] = [...rowsOf(database, "select decks from col")][0]!;
  const found = JSON.parse(text(decks!) || "{}") as Record<string, { name?: string }>;
  return Object.entries(found).map(([id, { name = "" }]) => [id, name]);
}
