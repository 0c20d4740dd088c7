// Decks as text: a front and a back in each row, with or without names above them, and Anki's notes in plain text.

import { normalised } from "./columns";
import { CsvRows, linesOf } from "./csv_rows";
import type { FoundCard, FoundCards } from "./deck";
import { encodingOf, textOf } from "./encodings";
import { ReadError } from "./errors";
import { plainText } from "./plain_text";

const FRONTS = new Set(["front", "question", "term", "word", "prompt", "q", "vorderseite", "frage", "begriff", "wort"]);
const BACKS = new Set([
  "back", "answer", "definition", "translation", "meaning", "a", "rückseite", "antwort", "übersetzung", "bedeutung",
]);
const IDS = new Set(["id", "card", "card_id", "guid"]);
// What Anki calls separators, and the order in which they are tried.
const SEPARATORS: Readonly<Record<string, string>> = { tab: "\t", semicolon: ";", comma: ",", pipe: "|", colon: ":", space: " " };
const TRIED = ["\t", ";", ",", "|"];
const EXCEL_STATES = /^sep=(.)[\r\n]*$/i;
const SAMPLE = 50; // rows
const MOST_TEXT = 64 * 1024 * 1024; // characters: all cards are held at once

/** What the lines before an export of Anki's say: `#separator:tab`, `#columns:…`, `#guid column:1`. */
type Head = ReadonlyMap<string, string>;

/** Where a row has what. */
interface Places {
  readonly id: number;
  readonly front: number;
  readonly back: number;
}

/** Read the cards of a table. */
export async function cardsOfTable(file: Blob): Promise<FoundCards> {
  if (file.size > MOST_TEXT) throw new ReadError("too_large", { limit: MOST_TEXT });
  const { name } = await encodingOf(file);
  let lines: string[] = [];
  for await (const part of linesOf(textOf(file, name))) lines = lines.concat(part.map((line) => line.replaceAll("\0", "")));
  const [head, headLines] = headOf(lines);
  const stated = EXCEL_STATES.exec(lines[headLines] ?? "")?.[1];
  const first = headLines + Number(stated !== undefined);
  const rowLines = lines.slice(first);
  const separator = stated ?? separatorOf(head, rowLines);
  const rows = rowsOf(rowLines, separator, first + 1, null);
  const [names, isHeader] = namesOf(head, separator, rows[0] ?? []);
  const places = placesOf(head, names, rows[0]?.length ?? 0);
  const asText = isHtml(head) ? plainText : verbatim;
  return { name: null, cards: (isHeader ? rows.slice(1) : rows).map((row) => cardOf(row, places, asText)) };
}

function cardOf(row: readonly string[], places: Places, asText: (field: string) => string): FoundCard {
  const field = (place: number): string => row[place]?.trim() ?? "";
  return { id: field(places.id) || null, front: asText(field(places.front)), back: asText(field(places.back)) };
}

/** Anki exports HTML unless it says otherwise; to everybody else, `a<b` is text. */
function isHtml(head: Head): boolean {
  return head.size > 0 && head.get("html")?.toLowerCase() !== "false";
}

function verbatim(field: string): string {
  return field.replaceAll("\r\n", "\n");
}

function headOf(lines: readonly string[]): [Head, number] {
  const head = new Map<string, string>();
  let first = 0;
  for (let found; (found = /^#([a-z ]+):(.*?)[\r\n]*$/.exec(lines[first] ?? "")); first++) head.set(found[1]!, found[2]!);
  return [head, first];
}

function rowsOf(lines: readonly string[], separator: string, first: number, separators: number | null): (readonly string[])[] {
  const parser = new CsvRows(separator, separators, first);
  const rows = [...lines.map((line) => parser.next(line)), parser.last()];
  return rows.flatMap((row) => (row === null ? [] : [row.fields]));
}

/** The stated separator, or else the one that cuts most of the first rows into as many fields, more than one. */
function separatorOf(head: Head, lines: readonly string[]): string {
  const stated = head.get("separator");
  if (stated !== undefined) return SEPARATORS[stated.toLowerCase()] ?? (stated[0] || "\t");
  const sample = lines.slice(0, SAMPLE);
  const alike = TRIED.map((separator) => {
    const widths = rowsOf(sample, separator, 1, Number.POSITIVE_INFINITY).map((fields) => fields.length);
    const counts = new Map<number, number>();
    for (const width of widths) if (width > 1) counts.set(width, (counts.get(width) ?? 0) + 1);
    return Math.max(0, ...counts.values());
  });
  return TRIED[alike.indexOf(Math.max(...alike))]!;
}

/** The columns' names, and whether the first row is these. */
function namesOf(head: Head, separator: string, first: readonly string[]): [readonly string[], boolean] {
  const stated = head.get("columns");
  if (stated !== undefined) return [stated.split(separator).map(normalised), false];
  const names = first.map(normalised);
  const isHeader = names.some((name) => FRONTS.has(name)) && names.some((name) => BACKS.has(name));
  return isHeader ? [names, true] : [[], false];
}

function placesOf(head: Head, names: readonly string[], width: number): Places {
  // `#guid column:1`, `#deck column:3` and so on are Anki's own, and count from 1.
  const own = [...head].filter(([key]) => key.endsWith(" column")).map(([key, value]) => [key, Number(value) - 1] as const);
  const others = own.map(([, place]) => place);
  const rest = Array.from({ length: Math.max(width, 2) }, (_, place) => place).filter((place) => !others.includes(place));
  const named = (known: ReadonlySet<string>): number | undefined => {
    const place = names.findIndex((name) => known.has(name));
    return place < 0 ? undefined : place;
  };
  const guid = own.find(([key]) => key === "guid column")?.[1];
  const front = named(FRONTS) ?? rest.find((place) => place !== named(BACKS)) ?? -1;
  const back = named(BACKS) ?? rest.find((place) => place > front) ?? -1;
  return { id: guid ?? named(IDS) ?? -1, front, back };
}
