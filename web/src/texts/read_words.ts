// What the readers found, in words for people: why a file can't be read, what was left out, how it was understood.

import type {
  DeckSkip, Example, Note, ReadError, ReadErrorCode, ReadErrorValues, SkipReason, TimeUnit,
} from "../readers";
import { asNumber } from "./format";
import { locale, t } from ".";

const MOST_LISTED = 8;

/** Ways to say values, which the texts of a language are given. */
export interface Say {
  number(value: number): string;
  list(names: readonly string[]): string;
  skipped(reason: SkipReason): string;
  example(example: Example | null): string;
}

type NoteCode = Note["code"];
type NoteOf<C extends NoteCode> = Extract<Note, { code: C }>;

/** The words of the readers in one language. */
export interface ReadersTexts {
  readonly errors: { readonly [C in ReadErrorCode]: (values: ReadErrorValues[C], say: Say) => string };
  readonly skipped: Readonly<Record<SkipReason, string>>;
  readonly deckSkipped: Readonly<Record<DeckSkip, string>>;
  readonly notes: { readonly [C in NoteCode]: (note: NoteOf<C>, say: Say) => string };
  readonly units: Readonly<Record<TimeUnit, string>>;
  readonly places: Readonly<Record<Example["place"], (number: string) => string>>;
  readonly example: (place: string, column: string | null, value: string | null) => string;
}

const say: Say = {
  number: asNumber,
  list: (names) => {
    const shown = names.length > MOST_LISTED ? [...names.slice(0, MOST_LISTED), "…"] : names;
    return new Intl.ListFormat(locale.value, { type: "conjunction" }).format(shown);
  },
  skipped: (reason) => t.value.readers.skipped[reason],
  example: (example) => (example === null ? "" : exampleWords(example)),
};

/** Why a file can't be read, and what helps. */
export function readErrorWords({ code, values }: ReadError): string {
  const words = t.value.readers.errors[code] as (values: object, say: Say) => string;
  return words(values, say);
}

/** How something was understood that could mean something else. */
export function noteWords(note: Note): string {
  const words = t.value.readers.notes[note.code] as (note: Note, say: Say) => string;
  return words(note, say);
}

/** Where a row stands, and what stands there: "line 9, column reviewed_at: “soon”". */
export function exampleWords({ place, number, column, value }: Example): string {
  const { places, example } = t.value.readers;
  return example(places[place](String(number)), column, value);
}
