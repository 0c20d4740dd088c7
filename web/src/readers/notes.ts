// The cards of an Anki collection: a front and a back, or a text with gaps, by the ids that its review log has.

import { deckNamesOf, refuseStandIn } from "./collection";
import type { FoundCard, FoundCards } from "./deck";
import { hasGap, parseGaps, withGap } from "./gaps";
import { plainText } from "./plain_text";
import { rowsOf, withDatabase } from "./sqlite";
import { number, text } from "./values";

const BETWEEN_FIELDS = "\x1f";
const CARDS = "select cards.id, cards.ord, notes.flds from cards join notes on notes.id = cards.nid order by cards.nid, cards.ord";

/** Read the cards of a collection; where it has one deck, its name. */
export function cardsOfNotes(file: Blob): Promise<FoundCards> {
  return withDatabase(file, (database) => {
    refuseStandIn(database);
    const decks = deckNamesOf(database);
    const cards = [...rowsOf(database, CARDS)].map(([id, place, fields]) => ({
      id: String(id),
      ...sidesOf(number(place!), (text(fields!) ?? "").split(BETWEEN_FIELDS)),
    }));
    return { name: decks.length === 1 ? decks[0]! : null, cards };
  });
}

/**
 * What a note's card asks and answers. Its templates aren't read: of a text with gaps each card hides one; else the
 * first card asks for the other fields by the first one, and each further card for the first one by the field at its
 * place, as in the note types that come with Anki.
 */
function sidesOf(place: number, [first = "", ...others]: readonly string[]): Omit<FoundCard, "id"> {
  const further = others.map(plainText);
  const back = further.find((side) => side !== "") ?? "";
  const gaps = parseGaps(first);
  if (!hasGap(gaps)) {
    const front = plainText(first);
    return place === 0 ? { front, back } : { front: further[place - 1] || back, back: front };
  }
  if (!hasGap(gaps, place + 1)) return { front: "", back }; // its gap was taken away
  const whole = plainText(withGap(gaps, null));
  // Of a hidden part of a picture, there is no text to ask for.
  const front = whole === "" ? "" : plainText(withGap(gaps, place + 1));
  return { front, back: [whole, back].filter((side) => side !== "").join("\n\n") };
}
