import type { ReadersTexts } from "../read_words";

const EXPORT = "Wähle in Anki „Datei“, „Exportieren“ und kreuze „Mit Lernplanung“ an, oder exportiere ein Sammlungspaket (.colpkg).";
const OTHER_FORMATS = {
  workbook: "Das ist eine Arbeitsmappe. Speichere die Tabelle als „CSV UTF-8“ und wähle diese Datei.",
  arrow: "Das ist eine Arrow-Datei. Schreib sie als Parquet.",
  pdf: "Das ist ein PDF. Wähle die Tabelle, aus der es gemacht ist.",
  rar: "Das ist ein RAR-Archiv. Entpacke es und wähle das Protokoll der Wiederholungen darin.",
  "7z": "Das ist ein 7z-Archiv. Entpacke es und wähle das Protokoll der Wiederholungen darin.",
  tar: "Das ist ein tar-Archiv. Entpacke es und wähle das Protokoll der Wiederholungen darin.",
  bzip2: "Das ist mit bzip2 gepackt. Entpacke es und wähle, was darin ist.",
  xz: "Das ist mit xz gepackt. Entpacke es und wähle, was darin ist.",
};
const DAMAGED = {
  zip: "Das Paket ist beschädigt oder unvollständig. Exportiere es noch einmal oder lade es neu herunter.",
  gzip: "Die gepackte Datei ist beschädigt oder unvollständig. Packe sie neu oder lade sie neu herunter.",
  zstd: "Die Zstandard-Daten in dieser Datei sind beschädigt oder unvollständig. Exportiere sie noch einmal oder lade sie neu herunter.",
  collection:
    "Das ist keine Anki-Sammlung, oder sie ist beschädigt. Prüfe sie in Anki („Extras“, „Datenbank überprüfen“) und exportiere sie noch einmal.",
  parquet: "Die Parquet-Datei ist beschädigt oder unvollständig. Schreib sie neu oder lade sie neu herunter.",
};
const FIELDS: Record<string, string> = {
  learner: "wer gelernt hat",
  card: "die Karte",
  reviewed_at: "die Zeit",
  rating: "die Bewertung",
  recalled: "ob die Karte gewusst wurde",
  duration_ms: "die Antwortdauer",
  day: "den Lerntag",
};
const UNITS = { seconds: "Sekunden", milliseconds: "Millisekunden", microseconds: "Mikrosekunden", nanoseconds: "Nanosekunden" };

function field(name: string): string {
  return FIELDS[name] ?? name;
}

export const readers: ReadersTexts = {
  errors: {
    empty: () => "Die Datei ist leer. Exportiere sie noch einmal oder lade sie neu herunter.",
    unreadable: () =>
      "Die Datei lässt sich nicht lesen: Sie wurde verschoben oder geändert, oder der Speicher reicht nicht. Wähle sie noch einmal oder nimm einen kleineren Teil.",
    not_a_review_log: () => "Das ist kein Protokoll von Wiederholungen. Wähle eine Anki-Sammlung oder ein Anki-Paket, CSV, Parquet oder JSON.",
    other_format: ({ what }) => OTHER_FORMATS[what],
    wrong_content: ({ suffix }) => `Der Inhalt der Datei ist nicht, was ${suffix} verspricht. Exportiere sie noch einmal oder lade sie neu herunter.`,
    damaged: ({ what }) => DAMAGED[what],
    locked_archive: () => "Das Archiv braucht ein Passwort oder ist so gepackt, wie diese Seite es nicht kennt. Entpacke es zuerst.",
    nested_archive: () => "Darin sind Archive in Archiven. Entpacke sie und wähle das Paket selbst.",
    too_large: () => "Das ist zu groß für einen Browser. Nimm einen kleineren Teil davon.",
    several_files: ({ count }, say) =>
      count === 0
        ? "Das Zip ist leer. Exportiere es noch einmal oder lade es neu herunter."
        : `In diesem Zip sind keine Anki-Sammlung und ${say.number(count)} Dateien statt einer Tabelle. Entpacke es und wähle das Protokoll der Wiederholungen.`,
    several_collections: ({ names }, say) => `Darin sind mehrere Sammlungen: ${say.list(names)}. Entpacke es und wähle eine.`,
    collection_open: () =>
      "Die Sammlung wurde gepackt, während Anki sie offen hatte; die letzten Wiederholungen fehlen darin. Schließe Anki und packe sie noch einmal.",
    stand_in: () =>
      "Das ist nicht deine Sammlung, sondern was in einem Paket für alte Versionen von Anki an ihrer Stelle steht. Wähle das ganze Paket (.colpkg oder .apkg).",
    no_reviews: () => `In der Sammlung sind keine Wiederholungen. ${EXPORT}`,
    none_is_a_review: ({ skipped }, say) => {
      const reasons = Object.entries(skipped).map(([reason, count]) => `${say.number(count)} × ${say.skipped(reason as keyof typeof skipped)}`);
      return `Keiner der Einträge ist eine Wiederholung: ${reasons.join("; ")}.`;
    },
    no_rows: () => "Darin sind keine Wiederholungen. Eine Tabelle braucht die Namen der Spalten in der ersten Zeile und eine Zeile je Wiederholung.",
    missing_columns: ({ columns, found }, say) => {
      const missing = columns.map((fields) => fields.map(field).join(" oder "));
      const present = found.length > 0 ? ` Gefunden: ${say.list(found.map((name) => name || "(ohne Namen)"))}.` : "";
      return `Es fehlt eine Spalte für ${say.list(missing)}.${present} Nenne die Spalten in der ersten Zeile card, reviewed_at und rating.`;
    },
    column_twice: ({ column }) => `Die Spalte „${column}“ kommt mehrmals vor. Behalte eine davon.`,
    two_columns: ({ columns }, say) => `Die Spalten ${say.list(columns)} können dasselbe bedeuten. Behalte eine davon.`,
    distances_only: () =>
      "Dieser Datensatz sagt, wie viele Tage zwischen Wiederholungen liegen, aber nicht, wann sie waren. Ein Plan braucht Daten: Wähle ein Protokoll mit Zeiten.",
    quotation_mark: ({ line, lastLine, rows }, say) =>
      `Zeile ${line}: Ein Anführungszeichen öffnet ein Feld, das erst in Zeile ${lastLine} endet; ${rows === 1 ? "eine Zeile ginge" : `${say.number(rows)} Zeilen gingen`} darin verloren. Entferne das Zeichen oder schreib es in Anführungszeichen doppelt.`,
    quotation_mark_open: ({ line }) => `Zeile ${line}: Ein Anführungszeichen öffnet ein Feld, das nie endet. Entferne oder schließe es.`,
    not_json: ({ line }) =>
      `Das ist kein JSON, oder es ist abgeschnitten, in dem Wert, der in Zeile ${line} beginnt. Gebraucht wird eine Liste von Objekten oder ein Objekt nach dem anderen.`,
    not_an_object: ({ entry }) => `Eintrag ${entry} ist kein Objekt. Jede Wiederholung muss eines sein.`,
    several_lists: ({ names }, say) => `Die Listen ${say.list(names)} können jede die Wiederholungen sein. Behalte eine davon.`,
    other_scale: ({ column, numbers }, say) => {
      const found = numbers.map(([number, rows]) => `${number} in ${say.number(rows)} ${rows === 1 ? "Zeile" : "Zeilen"}`);
      return `Die Spalte „${column}“ hat eine andere Skala als 1 Nochmal, 2 Schwer, 3 Gut und 4 Einfach: darin stehen ${say.list(found)}. Ändere ihre Zahlen in diese.`;
    },
    mostly_bad: ({ bad, rows, reason, count, example }, say) => {
      const first = example === null ? "" : `, zuerst in ${say.example(example)}`;
      return `${say.number(bad)} von ${say.number(rows)} Zeilen sind nicht zu brauchen, die meisten aus einem Grund: ${say.skipped(reason)} (${say.number(count)}${first}). Verbessere die Datei.`;
    },
    no_cards: () => "Darin sind keine Karten mit Vorder- und Rückseite. Wähle eine Tabelle mit zwei Spalten oder ein Anki-Paket.",
  },
  skipped: {
    learner_missing: "es fehlt, wer gelernt hat",
    card_missing: "die Karte fehlt",
    learner_inexact: "wer gelernt hat, ist nicht genau: eine zu lange Zahl für eine Tabellenkalkulation oder für Gleitkomma",
    card_inexact: "die Karte ist nicht genau: eine zu lange Zahl für eine Tabellenkalkulation oder für Gleitkomma",
    time_missing: "die Zeit fehlt",
    time_other_unit: "die Zeit zählt in einer anderen Einheit als die meisten",
    time_unreadable:
      "die Zeit hat keine Form wie 2026-03-01T08:30:00Z oder 2026-03-01 10:30:00+02:00 und ist auch keine Zahl der Sekunden oder Millisekunden seit 1970",
    time_before_1980: "die Zeit liegt vor 1980",
    time_before_2006: "die Zeit liegt vor 2006, als es Anki noch nicht gab",
    time_in_future: "die Zeit liegt in der Zukunft",
    rating_missing: "die Bewertung fehlt",
    rating_unknown: "die Bewertung ist weder 1 bis 4 noch again, hard, good oder easy",
    recalled_missing: "es fehlt, ob die Karte gewusst wurde",
    recalled_unknown: "ob die Karte gewusst wurde, ist weder 0 oder 1 noch no oder yes",
    repeated: "wiederholt Person, Karte und Zeit einer früheren Zeile",
    too_many_fields: "hat mehr Felder, als die erste Zeile nennt",
    forget: "„Vergessen“ in Anki ist keine Wiederholung: Die Geschichte der Karte beginnt neu",
    not_answered: "neu geplant in Anki, keine Wiederholung",
    preview: "Vorschau in einem Auswahlstapel von Anki, keine Wiederholung",
    moved_by_hand: "von Hand neu geplant, keine Wiederholung",
    id_inexact: "die Nummer ist nicht genau: zu lang für eine Tabellenkalkulation",
  },
  deckSkipped: {
    front_missing: "kein Text auf der Vorderseite",
    back_missing: "kein Text auf der Rückseite",
    repeated: "dieselbe Karte wie eine andere",
  },
  notes: {
    no_zone: () => "Zeiten ohne Zeitzone gelten als UTC.",
    times_by_size: ({ unit }) => `Zeiten sind ${UNITS[unit]} seit 1970, ihrer Größe nach.`,
    durations_by_size: ({ unit }) => `Antwortzeiten sind ${UNITS[unit]}, ihrer Größe nach.`,
    encoding_guessed: () =>
      "Text, der nicht UTF-8 ist, gilt als Windows-1252: Namen mit Umlauten können falsch aussehen, bleiben aber verschieden.",
    nul_left_out: () => "NUL-Bytes im Text sind weggelassen.",
    whole_numbers: ({ example }) => `Zahlen wie ${example} in Namen werden ohne .0 gelesen.`,
    no_factor: () => "Ohne die Spalten factor und type sind Vorschau und „Vergessen“ in Anki nicht von Wiederholungen zu unterscheiden.",
    begun_anew: ({ count }, say) =>
      `${count === 1 ? "Eine Geschichte beginnt" : `${say.number(count)} Geschichten beginnen`} neu, bei einem „Vergessen“ oder weil eine Karte nach Wiederholungen neu gelernt wurde. Die Antworten davor zählen als die einer anderen Karte.`,
    ignored_columns: ({ columns }, say) => `Nicht gebrauchte Spalten: ${say.list(columns)}.`,
    days_derived: () => "Lerntage sind aus den Zeiten berechnet: Die der Datei fehlen in manchen Zeilen oder fallen im Lauf der Zeit.",
    split_sessions: ({ soon, scored }, say) =>
      `${say.number(soon)} von ${say.number(scored)} Wiederholungen, die zählen, sind weniger als eine Stunde nach der vorigen derselben Karte. Lerntage scheinen zu beginnen, während gelernt wird: Wähle die Zeitzone, in der du gelernt hast.`,
  },
  units: UNITS,
  places: { line: (number) => `Zeile ${number}`, entry: (number) => `Eintrag ${number}`, row: (number) => `Zeile ${number}` },
  example: (place, column, value) =>
    column === null ? place : `${place}, Spalte ${column}: ${value === null ? "leer" : `„${value}“`}`,
};
