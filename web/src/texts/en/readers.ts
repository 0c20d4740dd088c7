import type { ReadersTexts } from "../read_words";

const EXPORT = "In Anki choose File, Export, and tick “Include scheduling information”, or export a collection package (.colpkg).";
const OTHER_FORMATS = {
  workbook: "This is a spreadsheet's workbook. Save the table as “CSV UTF-8” and choose that file.",
  arrow: "This is an Arrow file. Write it as Parquet.",
  pdf: "This is a PDF. Choose the table that it was made of.",
  rar: "This is a RAR archive. Unpack it and choose the review log in it.",
  "7z": "This is a 7z archive. Unpack it and choose the review log in it.",
  tar: "This is a tar archive. Unpack it and choose the review log in it.",
  bzip2: "This is compressed with bzip2. Unpack it and choose what is in it.",
  xz: "This is compressed with xz. Unpack it and choose what is in it.",
};
const DAMAGED = {
  zip: "The package is damaged or incomplete. Export or download it again.",
  gzip: "The compressed file is damaged or incomplete. Compress or download it again.",
  zstd: "The Zstandard in this file is damaged or incomplete. Export or download it again.",
  collection:
    "This isn't an Anki collection, or it is damaged. Check it in Anki (Tools, Check Database) and export it again.",
  parquet: "The Parquet file is damaged or incomplete. Write or download it again.",
};
const FIELDS: Record<string, string> = {
  learner: "the learner",
  card: "the card",
  reviewed_at: "the time",
  rating: "the rating",
  recalled: "whether the card was recalled",
  duration_ms: "the time taken",
  day: "the study day",
};
const UNITS = { seconds: "seconds", milliseconds: "milliseconds", microseconds: "microseconds", nanoseconds: "nanoseconds" };

function field(name: string): string {
  return FIELDS[name] ?? name;
}

export const readers: ReadersTexts = {
  errors: {
    empty: () => "The file is empty. Export or download it again.",
    unreadable: () => "The file can't be read: it was moved or changed, or there isn't enough memory. Choose it again, or a smaller part of it.",
    not_a_review_log: () => "This isn't a review log. Choose an Anki collection or package, CSV, Parquet or JSON.",
    other_format: ({ what }) => OTHER_FORMATS[what],
    wrong_content: ({ suffix }) => `The file's content isn't what ${suffix} promises. Export or download it again.`,
    damaged: ({ what }) => DAMAGED[what],
    locked_archive: () => "The archive needs a password, or is packed in a way that this page doesn't know. Unpack it first.",
    nested_archive: () => "There are archives inside archives. Unpack them and choose the package itself.",
    too_large: () => "This is too large for a browser. Choose a smaller part of it.",
    several_files: ({ count }, say) =>
      count === 0
        ? "The zip is empty. Export or download it again."
        : `This zip holds no Anki collection, and ${say.number(count)} files instead of one table. Unpack it and choose the review log.`,
    several_collections: ({ names }, say) => `There are several collections in it: ${say.list(names)}. Unpack it and choose one.`,
    collection_open: () => "The collection was packed while Anki had it open, so the last reviews are missing in it. Close Anki and pack it again.",
    stand_in: () =>
      "This isn't your collection, but what stands in for it in a package for old versions of Anki. Choose the whole package (.colpkg or .apkg).",
    no_reviews: () => `The collection holds no reviews. ${EXPORT}`,
    none_is_a_review: ({ skipped }, say) => {
      const reasons = Object.entries(skipped).map(([reason, count]) => `${say.number(count)} × ${say.skipped(reason as keyof typeof skipped)}`);
      return `None of its entries is a review: ${reasons.join("; ")}.`;
    },
    no_rows: () => "There are no reviews in it. A table needs the columns' names in its first line, and a row for each review.",
    missing_columns: ({ columns, found }, say) => {
      const missing = columns.map((fields) => fields.map(field).join(" or "));
      const present = found.length > 0 ? ` Found: ${say.list(found.map((name) => name || "(no name)"))}.` : "";
      return `There is no column for ${say.list(missing)}.${present} Name the columns card, reviewed_at and rating in the first line.`;
    },
    column_twice: ({ column }) => `The column “${column}” is there more than once. Keep one of them.`,
    two_columns: ({ field: name, columns }, say) => `The columns ${say.list(columns)} may each be ${field(name)}. Keep one of them.`,
    distances_only: () =>
      "This data set says how many days lie between reviews, but not when they were. A plan needs dates: choose a log with times.",
    quotation_mark: ({ line, lastLine, rows }, say) =>
      `Line ${line}: a quotation mark opens a field that ends only in line ${lastLine}, and ${rows === 1 ? "a row" : `${say.number(rows)} rows`} would be lost in it. Remove the mark, or write it twice within quotation marks.`,
    quotation_mark_open: ({ line }) => `Line ${line}: a quotation mark opens a field that never ends. Remove or close it.`,
    not_json: ({ line }) => `This isn't JSON, or it is cut off, in the value that begins in line ${line}. A list of objects is needed, or one object after another.`,
    not_an_object: ({ entry }) => `Entry ${entry} isn't an object. There must be one for each review.`,
    several_lists: ({ names }, say) => `The lists ${say.list(names)} may each be the reviews. Keep one of them.`,
    other_scale: ({ column, numbers }, say) => {
      const found = numbers.map(([number, rows]) => `${number} in ${say.number(rows)} ${rows === 1 ? "row" : "rows"}`);
      return `The column “${column}” isn't on the scale of 1 Again, 2 Hard, 3 Good and 4 Easy: it has ${say.list(found)}. Change its numbers to these.`;
    },
    mostly_bad: ({ bad, rows, reason, count, example }, say) => {
      const first = example === null ? "" : `, first in ${say.example(example)}`;
      return `${say.number(bad)} of ${say.number(rows)} rows can't be used, most of them for one reason: ${say.skipped(reason)} (${say.number(count)}${first}). Correct the file.`;
    },
    no_cards: () => "There are no cards with a front and a back in it. Choose a table with two columns, or an Anki package.",
  },
  skipped: {
    learner_missing: "the learner is missing",
    card_missing: "the card is missing",
    learner_inexact: "the learner isn't exact: a number too long for a spreadsheet or for floating point",
    card_inexact: "the card isn't exact: a number too long for a spreadsheet or for floating point",
    time_missing: "the time is missing",
    time_other_unit: "the time counts in another unit than most",
    time_unreadable: "the time isn't in a form such as 2026-03-01T08:30:00Z or 2026-03-01 10:30:00+02:00, or seconds or milliseconds since 1970",
    time_before_1980: "the time is before 1980",
    time_before_2006: "the time is before 2006, when there was no Anki",
    time_in_future: "the time is in the future",
    rating_missing: "the rating is missing",
    rating_unknown: "the rating isn't 1 to 4, or again, hard, good or easy",
    recalled_missing: "whether the card was recalled is missing",
    recalled_unknown: "whether the card was recalled is neither 0 or 1 nor no or yes",
    repeated: "it repeats an earlier row's learner, card and time",
    too_many_fields: "it has more fields than the first line names",
    forget: "“Forget” in Anki isn't a review: the card's history begins anew",
    not_answered: "rescheduling in Anki isn't a review",
    preview: "a preview in a filtered deck of Anki isn't a review",
    moved_by_hand: "a card that was rescheduled by hand wasn't reviewed",
    id_inexact: "the id isn't exact: a number too long for a spreadsheet",
  },
  deckSkipped: {
    front_missing: "no text on the front",
    back_missing: "no text on the back",
    repeated: "the same card as another",
  },
  notes: {
    no_zone: () => "Times without a time zone are read as UTC.",
    times_by_size: ({ unit }) => `Times are ${UNITS[unit]} since 1970, by their size.`,
    durations_by_size: ({ unit }) => `Durations are ${UNITS[unit]}, by their size.`,
    encoding_guessed: () => "Text that isn't UTF-8 is read as Windows-1252: names with letters outside ASCII may look wrong, but stay different.",
    nul_left_out: () => "NUL bytes in the text are left out.",
    whole_numbers: ({ example }) => `Numbers such as ${example} in names are read without their .0.`,
    no_factor: () => "Without the columns factor and type, previews and “Forget” in Anki can't be told from reviews.",
    begun_anew: ({ count }, say) =>
      `${count === 1 ? "One history begins" : `${say.number(count)} histories begin`} anew, at a “Forget” or because a card was learnt again after reviews. The answers before count as those of another card.`,
    ignored_columns: ({ columns }, say) => `Columns that aren't needed: ${say.list(columns)}.`,
    days_derived: () => "Study days are derived from the times: the file's own are missing in some rows, or fall as time passes.",
    split_sessions: ({ soon, scored }, say) =>
      `${say.number(soon)} of ${say.number(scored)} reviews that count are less than an hour after the card's review before. Study days seem to begin while people study: choose the time zone in which you studied.`,
  },
  units: UNITS,
  places: { line: (number) => `line ${number}`, entry: (number) => `entry ${number}`, row: (number) => `row ${number}` },
  example: (place, column, value) =>
    column === null ? place : `${place}, column ${column}: ${value === null ? "empty" : `“${value}”`}`,
};
