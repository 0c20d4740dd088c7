// The notes of an Anki collection as cards: a front and a back, or a text with gaps.

import { deckNamesOf, refuseStandIn } from "./collection";
import type { FoundCard, FoundCards } from "./deck";
import { plainText } from "./plain_text";
import { rowsOf, withDatabase } from "./sqlite";
import { text } from "./values";

const BETWEEN_FIELDS = "\x1f";
const GAP = /\{\{c(\d+)::([\s\S]*?)(?:::([\s\S]*?))?\}\}/g;

/** Read the cards of a collection; where it has one deck, its name. */
export function cardsOfNotes(file: Blob): Promise<FoundCards> {
  return withDatabase(file, (database) => {
    refuseStandIn(database);
    const notes = [...rowsOf(database, "select id, flds from notes order by id")];
    const decks = deckNamesOf(database);
    const cards = notes.flatMap(([id, fields]) => cardsOf(String(id), (text(fields!) ?? "").split(BETWEEN_FIELDS)));
    return { name: decks.length === 1 ? decks[0]! : null, cards };
  });
}

function cardsOf(id: string, [front = "", ...others]: readonly string[]): FoundCard[] {
  const back = others.map(plainText).find((side) => side !== "") ?? "";
  const gaps = [...new Set([...front.matchAll(GAP)].map(([, number]) => number!))].sort();
  if (gaps.length === 0) return [{ id, front: plainText(front), back }];
  const whole = plainText(front.replaceAll(GAP, "$2"));
  return gaps.map((gap) => ({
    id: `${id}-${gap}`,
    front: plainText(withGap(front, gap)),
    back: back === "" ? whole : `${whole}\n\n${back}`,
  }));
}

function withGap(front: string, gap: string): string {
  return front.replaceAll(GAP, (_, number: string, hidden: string, hint?: string) =>
    number === gap ? `[${hint ?? "…"}]` : hidden,
  );
}
