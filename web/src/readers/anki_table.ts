// Anki's table `revlog` as a table of its own: exported by a database program, or by an add-on.

import type { Converted } from "./layouts";
import type { Note } from "./log";
import { reviewsOfEntries } from "./revlog";
import { number, rounded, text, type Cell, type Column } from "./values";

/** Choose the reviews among the entries, by the rules for collections. */
export function reviewsOfAnkiTable(fields: ReadonlyMap<string, Column>, size: number): Converted {
  const column = (name: string): readonly Cell[] => fields.get(name)?.cells ?? [];
  const [ids, cids, learners] = [column("id"), column("cid"), column("learner")];
  const exact = [...Array(size).keys()].filter((row) => !rounded(ids[row] ?? null) && !rounded(cids[row] ?? null));
  // Two learners who were given the same deck have cards with the same id.
  const cardOf = numbering();
  const seen = new Set<string>();
  const cards = exact.map((row) => {
    const card = number(cids[row] ?? null);
    return Number.isNaN(card) ? Number.NaN : cardOf(`${text(learners[row] ?? null)} ${card}`);
  });
  const once = [...exact.keys()].filter((place) => {
    const key = `${number(ids[exact[place]!] ?? null)} ${cards[place]}`;
    if (key.includes("NaN")) return true;
    return seen.has(key) ? false : seen.add(key);
  });
  const rows = once.map((place) => exact[place]!);
  const of = (name: string): Cell[] => rows.map((row) => column(name)[row] ?? null);
  const found = reviewsOfEntries({
    id: Float64Array.from(of("id"), number),
    cid: Float64Array.from(once, (place) => cards[place]!),
    ease: of("ease"),
    factor: of("factor"),
    time: of("time"),
    type: of("type"),
  });
  const chosen = found.rows.map((place) => rows[place]!);
  const given = found.fields.get("card")?.cells ?? [];
  const card = given.map((name, place) => (isNew(name) ? name : named(cids[chosen[place]!] ?? null)));
  found.skipped.add("repeated", exact.length - once.length);
  found.skipped.add("id_inexact", size - exact.length);
  return {
    fields: new Map([
      ...found.fields,
      ["card", { cells: card }],
      ["learner", { cells: chosen.map((row) => learners[row] ?? null) }],
    ]),
    rows: chosen,
    isConverted: true,
    skipped: Object.fromEntries(found.skipped),
    notes: [...(fields.has("factor") && fields.has("type") ? [] : NO_FACTOR), ...found.notes],
  };
}

const NO_FACTOR: readonly Note[] = [{ code: "no_factor" }];

function numbering(): (key: string) => number {
  const numbers = new Map<string, number>();
  return (key) => {
    const known = numbers.get(key) ?? numbers.size + 1;
    numbers.set(key, known);
    return known;
  };
}

function isNew(name: Cell): boolean {
  return typeof name === "bigint" && name < 0n;
}

function named(cid: Cell): Cell {
  const value = number(cid);
  return Number.isNaN(value) ? null : BigInt(Math.round(value));
}
