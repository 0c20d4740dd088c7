// Decks to study: cards with a front and a back, out of a table or an Anki package.

import { ID } from "../core";
import { contentOf } from "./content";
import { cardsOfTable } from "./deck_table";
import { ReadError } from "./errors";
import { Counts } from "./log";
import { cardsOfNotes } from "./notes";
import { stemOf } from "./read";

/** A card as plain text; its id is the same whenever the same deck is read again. */
export interface DeckCard {
  readonly id: string;
  readonly front: string;
  readonly back: string;
}

/** Why a row or a note is no card: it has no text on a side, or its id or its front was there before. */
export type DeckSkip = "front_missing" | "back_missing" | "repeated";

export interface Deck {
  readonly name: string;
  readonly cards: readonly DeckCard[];
  readonly skipped: Readonly<Partial<Record<DeckSkip, number>>>;
}

/** A card as it is found: null is an id that the file doesn't give. */
export interface FoundCard {
  readonly id: string | null;
  readonly front: string;
  readonly back: string;
}

/** Cards, and the deck's own name where the file has one. */
export interface FoundCards {
  readonly name: string | null;
  readonly cards: Iterable<FoundCard>;
}

/** Read a deck: what runs in the worker. */
export async function readDeckFile(file: File): Promise<Deck> {
  const { kind, file: content } = await contentOf(file, file.name);
  if (kind === "json" || kind === "parquet") throw new ReadError("no_cards", {});
  const found = await (kind === "csv" ? cardsOfTable(content) : cardsOfNotes(content));
  return { name: found.name ?? stemOf(file.name), ...usable(found.cards) };
}

function usable(found: Iterable<FoundCard>): Omit<Deck, "name"> {
  const cards = new Map<string, DeckCard>();
  const skipped = new Counts<DeckSkip>();
  for (const { id: given, front, back } of found) {
    const id = given !== null && ID.test(given) ? given : hashOf(given ?? front);
    const reason = front === "" ? "front_missing" : back === "" ? "back_missing" : cards.has(id) ? "repeated" : null;
    if (reason === null) cards.set(id, { id, front, back });
    else skipped.add(reason);
  }
  if (cards.size === 0) throw new ReadError("no_cards", {});
  return { cards: [...cards.values()], skipped: Object.fromEntries(skipped) };
}

const OFFSET_BASIS = 0xcbf29ce484222325n;
const PRIME = 0x100000001b3n;

/** The 64-bit FNV-1a hash of a text, in hexadecimal: short, and the same in every browser. */
function hashOf(text: string): string {
  let hash = OFFSET_BASIS;
  for (const byte of new TextEncoder().encode(text)) hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * PRIME);
  return hash.toString(16).padStart(16, "0");
}
