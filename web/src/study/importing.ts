// Importing a deck: a file is read in the page, and its cards are kept on this device.

import { signal } from "@preact/signals";

import { type Deck, readDeck, ReadError } from "../readers";
import { t } from "../texts";
import { readErrorWords } from "../texts/read_words";
import { type DeckImport, importDeck } from "./actions";

interface Imported extends DeckImport {
  skipped: Deck["skipped"];
}

export const importing = signal(false);
export const imported = signal<Imported | null>(null);
/** Why the last import failed, in words. */
export const importProblem = signal<string | null>(null);

export function importFile(file: File): Promise<void> {
  return keep(() => readDeck(file));
}

/** The page's own deck, to try it. */
export function importSample(): Promise<void> {
  const { name, cards } = t.value.study.sample;
  const found = cards.map(([front, back]) => ({ id: front, front, back }));
  return keep(() => Promise.resolve({ name, cards: found, skipped: {} }));
}

async function keep(read: () => Promise<Deck>): Promise<void> {
  importing.value = true;
  imported.value = importProblem.value = null;
  try {
    const deck = await read();
    imported.value = { skipped: deck.skipped, ...(await importDeck(deck)) };
  } catch (error) {
    importProblem.value = error instanceof ReadError ? readErrorWords(error) : t.value.study.failed;
  }
  importing.value = false;
}
