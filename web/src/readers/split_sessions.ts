// Whether study days seem to begin while people study.

import type { Note, ReviewColumns } from "./log";

const SOON = 3_600_000; // ms
// With their right study days the logs of 29 Anki users have no more than 0.9 % of such reviews.
const MOST_SOON = 0.01;
const FEWEST = 10;

/** Say for which learner many reviews are on a new day though the card's review before was within the hour. */
export function splitSessions(
  reviews: ReviewColumns,
  learnerOfCard: Uint32Array,
  learners: readonly string[],
): readonly Note[] {
  const scored = new Uint32Array(learners.length);
  const soon = new Uint32Array(learners.length);
  const { card, day, time } = reviews;
  for (let review = 1; review < card.length; review++) {
    if (card[review] !== card[review - 1] || day[review]! - day[review - 1]! < 1) continue;
    const whose = learnerOfCard[card[review]!]!;
    scored[whose]! += 1;
    if (time[review]! - time[review - 1]! < SOON) soon[whose]! += 1;
  }
  const split = [...learners.keys()].filter((each) => soon[each]! >= Math.max(FEWEST, MOST_SOON * scored[each]!));
  const most = split.sort((a, b) => soon[a]! - soon[b]!).at(-1);
  if (most === undefined) return [];
  return [{ code: "split_sessions", learner: learners[most]!, soon: soon[most]!, scored: scored[most]! }];
}
