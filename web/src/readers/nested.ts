// Reviews inside of JSON: lists within objects, objects within objects, or a table column by column.

import { LOOSE, NAMES, normalised } from "./columns";
import { ReadError } from "./errors";
import { fitsAny } from "./layouts";

export type Json = string | number | bigint | boolean | null | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json;
}

// What has an id of its own.
const CARDS: ReadonlySet<string> = new Set([...NAMES.card, ...LOOSE.card]);
const THINGS: ReadonlySet<string> = new Set([...NAMES.learner, ...NAMES.card, "word", "deck", "note"]);

/**
 * Find the reviews in what a JSON file holds.
 *
 * What surrounds a review, such as its card, is among its own values, and inner objects are flat: `{"card": {"id": 1}}`
 * is `{"card.id": 1}`.
 */
export function* reviewsIn(given: Json): Generator<JsonObject> {
  const value = listed(given);
  const entries = isList(value) ? value : records(value);
  for (const [place, entry] of entries.entries()) {
    // Some write each review's JSON as text: `[log.to_json() for log in logs]`.
    const found = typeof entry === "string" ? parsedText(entry) : entry;
    if (!isObject(found)) throw new ReadError("not_an_object", { entry: place + 1 });
    yield* expanded(flat(found), {});
  }
}

function parsedText(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return null;
  }
}

function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !isList(value);
}

function isListOfObjects(value: Json | undefined): value is readonly JsonObject[] {
  return isList(value) && value.length > 0 && value.every(isObject);
}

/** Make lists of objects that stand under keys: the key is the card's name where they have none. */
function listed(value: Json): Json {
  if (isList(value)) return value.map(listed);
  if (!isObject(value)) return value;
  const inside = Object.fromEntries(Object.entries(value).map(([key, each]) => [key, listed(each)]));
  const entries = Object.entries(inside);
  const several = entries.length > 1; // of one, the key may as well be a word such as "data"
  if (!several || fitsAny(Object.keys(inside)) || !entries.every(([, each]) => isOfReviews(each))) return inside;
  return (entries as [string, JsonObject][]).map(([key, each]) => (hasCard(each) ? each : { card: key, ...each }));
}

/** Tell whether an object is a review, or holds a list of them, whatever key it stands under. */
function isOfReviews(value: Json): boolean {
  if (!isObject(value)) return false;
  const own = flat(value);
  return fitsAny([...Object.keys(own), "card"]) || Object.values(own).some(isListOfObjects);
}

function hasCard(entry: JsonObject): boolean {
  const own = flat(entry);
  const inner = Object.values(own).flatMap((value) => (isListOfObjects(value) ? Object.keys(flat(value[0]!)) : []));
  return [...Object.keys(own), ...inner].some((name) => CARDS.has(normalised(name)));
}

/** Turn a table that is given column by column, as pandas writes it, into its rows. */
function records(value: Json): readonly Json[] {
  if (!isObject(value) || Object.keys(value).length === 0) return value ? [value] : [];
  const { columns: names, data: rows } = value;
  if (isList(names) && isList(rows) && rows.every((row) => isList(row) && row.length === names.length)) {
    const named = (row: readonly Json[]) => Object.fromEntries(names.map((name, place) => [String(name), row[place]!]));
    return (rows as readonly (readonly Json[])[]).map(named);
  }
  if (!fitsAny(Object.keys(value))) return [value];
  const columns = Object.entries(value);
  const [, first] = columns[0]!;
  const rowNames = isObject(first) ? Object.keys(first) : isList(first) ? [...first.keys()].map(String) : null;
  const isAlike = ([, each]: [string, Json]): boolean =>
    isList(each) === isList(first) && typeof each === "object" && each !== null && Object.keys(each).join() === rowNames?.join();
  if (rowNames === null || !columns.every(isAlike)) return [value];
  return rowNames.map((row) => Object.fromEntries(columns.map(([name, each]) => [name, (each as JsonObject)[row]!])));
}

/** Name inner objects' values by their own name: a card's, a learner's and those of several by more. */
function flat(entry: JsonObject): JsonObject {
  if (!Object.values(entry).some(isObject)) return entry;
  const found = [...paths(entry, [])];
  const short = found.map(([path]) => shortName(path));
  const taken = new Map<string, number>();
  for (const name of [...short.filter((_, place) => found[place]![0].length > 1), ...Object.keys(entry)]) {
    taken.set(name, (taken.get(name) ?? 0) + 1);
  }
  return Object.fromEntries(
    found.map(([path, value], place) => {
      const name = short[place]!;
      return [path.length > 1 && taken.get(name) === 1 ? name : path.join("."), value];
    }),
  );
}

function shortName(path: readonly string[]): string {
  const outer = path.at(-2);
  return path.slice(outer !== undefined && THINGS.has(normalised(outer)) ? -2 : -1).join(".");
}

function* paths(value: Json, path: readonly string[]): Generator<[readonly string[], Json]> {
  const entries = isObject(value) ? Object.entries(value) : [];
  if (entries.length === 1 && entries[0]![0].startsWith("$")) {
    yield* paths(entries[0]![1], path); // MongoDB writes {"$date": …} for values that JSON doesn't have
  } else if (isObject(value) && (entries.length > 0 || path.length === 0)) {
    for (const [key, each] of entries) yield* paths(each, [...path, key]);
  } else {
    yield [path, value];
  }
}

/** Give an entry that is a review, or those in its lists, each with the values that surround it. */
function* expanded(entry: JsonObject, outer: JsonObject, listName = ""): Generator<JsonObject> {
  const lists = Object.entries(entry).filter((pair): pair is [string, readonly JsonObject[]] => isListOfObjects(pair[1]));
  const own = Object.fromEntries(Object.entries(entry).filter(([, value]) => !isListOfObjects(value)));
  if (lists.length === 0 || fitsAny(Object.keys(own))) {
    yield { ...outer, ...own };
    return;
  }
  const inner = lists.map(([key, value]) => [key, value.map(flat)] as const);
  const around = { ...outer, ...withIdNamed(own, listName, hasCard({ ...outer, ...entry })) };
  const namesWith = (first: JsonObject, ...more: string[]): string[] => [...Object.keys(around), ...Object.keys(first), ...more];
  const fitting = inner.filter(([, value]) => fitsAny(namesWith(value[0]!)));
  if (fitting.length > 1) throw new ReadError("several_lists", { names: fitting.map(([key]) => key) });
  const isByCard =
    inner.length > 1 && fitting.length === 0 && inner.every(([, value]) => fitsAny(namesWith(value[0]!, "card")));
  for (const [key, values] of fitting.length > 0 ? fitting : inner) {
    for (const each of values) yield* expanded(each, isByCard ? { ...around, card: key } : around, key);
  }
}

/** Name the `id` of what reviews are listed in: a learner's in a list of users, otherwise a card's. */
function withIdNamed(entry: JsonObject, listName: string, hasCardAlready: boolean): JsonObject {
  const isLearner = (NAMES.learner as readonly string[]).includes(normalised(listName).replace(/s$/, ""));
  const name = isLearner ? "user_id" : hasCardAlready ? "id" : "card_id";
  return Object.fromEntries(Object.entries(entry).map(([key, value]) => [key === "id" ? name : key, value]));
}
