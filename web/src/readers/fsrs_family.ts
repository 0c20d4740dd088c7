// Review logs of the FSRS schedulers: py-fsrs, ts-fsrs, go-fsrs (SiYuan's riff), and fsrs-optimizer's table.

import { text, type Column } from "./values";
import type { Converted } from "./layouts";

// A card that was moved by hand has a rating of its own, and is no review.
const MANUAL = ["0", "manual"];

/** Leave out what isn't a review. */
export function reviewsOfScheduler(fields: ReadonlyMap<string, Column>, size: number): Converted {
  const given = fields.get("rating")?.cells ?? [];
  const rows = [...Array(size).keys()];
  const reviews = rows.filter((row) => !MANUAL.includes(text(given[row] ?? null)?.toLowerCase() ?? ""));
  return { fields, rows: reviews, skipped: { moved_by_hand: size - reviews.length }, notes: [] };
}
