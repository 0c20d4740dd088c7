// What people and programs call the columns of a review log.

import { ReadError } from "./errors";

export type Spellings = Readonly<Record<string, readonly string[]>>;

// Names that stand for a field beyond doubt: two of them in one table contradict each other.
export const NAMES = {
  learner: [
    "learner", "learner_id", "user", "user_id", "userid", "uid", "student", "student_id",
    "anon_student_id", "participant", "participant_id", "subject_id", "person_id",
  ],
  card: [
    "card", "card_id", "cardid", "cid", "item", "item_id", "itemid", "word_id", "lexeme_id", "fact_id",
    "flashcard", "flashcard_id", "question_id",
  ],
  reviewed_at: [
    "reviewed_at", "review_time", "review_date", "review_datetime", "review_timestamp", "reviewed",
    "reviewed_on", "review_at", "answered_at", "timestamp", "datetime", "review",
  ],
  rating: ["rating", "review_rating", "grade", "ease", "quality"],
  recalled: ["recalled", "correct", "is_correct", "remembered", "passed", "success"],
  duration_ms: ["duration_ms", "review_duration", "review_duration_ms", "duration", "time_taken_ms"],
  day: ["day"],
  kind: ["kind"],
  state: ["state", "review_state"],
} as const satisfies Spellings;

// Names that stand for a field only where nothing above does: they may as well mean something else.
export const LOOSE = {
  learner: ["username", "user_name", "student_name", "user.id", "learner.id", "student.id"],
  card: ["word", "lexeme", "fact", "question", "front", "card.id", "card.card_id", "item.id", "word.id"],
  reviewed_at: ["time", "ts", "at", "date", "date_time", "created_at"],
  rating: ["answer", "button", "score", "response", "result"],
} as const satisfies Spellings;

/** A column's name as this project writes it: `Card ID`, `cardId` and `card-id` are `card_id`. */
export function normalised(name: string): string {
  return name
    .replace(/^[\ufeff \t\r\n'"]+|[\ufeff \t\r\n'"]+$/g, "")
    .replace(/(?<=[a-z0-9])(?=[A-Z])/g, "_")
    .replace(/[\s_-]+/g, "_")
    .toLowerCase();
}

/** The only column for a field. */
export function oneOf(field: string, columns: readonly string[]): string {
  const [first = "", ...others] = columns;
  if (others.length === 0) return first;
  if (others.every((each) => each === first)) throw new ReadError("column_twice", { column: first });
  throw new ReadError("two_columns", { field, columns });
}
