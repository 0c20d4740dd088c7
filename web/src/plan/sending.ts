// Sending the reviews to the service's memory, in parts: so there is progress, and a way to stop.

import type { Client, ImportedCard, RejectedReview } from "recall-client";

import type { ReviewLog } from "../readers";
import type { LearnerColumns } from "./analysis";

/** What became of all reviews. */
export interface Sent {
  readonly accepted: number;
  readonly repeated: number;
  readonly rejected: readonly RejectedReview[];
}

const REVIEWS_PER_PART = 5_000; // half of what a request takes
const CARDS_PER_PART = 500;
export const LEARNER_ID = /^[A-Za-z0-9._:-]{1,128}$/;

/** Send one learner's reviews; `onProgress` is told the share that is done. */
export async function sendReviews(
  client: Client,
  learner: string,
  log: Pick<ReviewLog, "cardNames">,
  columns: LearnerColumns,
  stop: AbortSignal,
  onProgress: (share: number) => void,
): Promise<Sent> {
  const cards = importedCards(log, columns);
  const all = columns.card.length;
  let sent: Sent = { accepted: 0, repeated: 0, rejected: [] };
  let done = 0;
  for (const part of partsOf(cards)) {
    const stored = await client.learner(learner).importCards(part, {}, { signal: stop });
    sent = {
      accepted: sent.accepted + stored.accepted,
      repeated: sent.repeated + stored.repeated,
      rejected: [...sent.rejected, ...stored.rejected],
    };
    done += part.reduce((sum, { reviews }) => sum + reviews.length, 0);
    onProgress(done / all);
  }
  return sent;
}

function importedCards({ cardNames }: Pick<ReviewLog, "cardNames">, { card, time, rating, seconds }: LearnerColumns): ImportedCard[] {
  const cards = new Map<number, ImportedCard>();
  card.forEach((number, i) => {
    const found = cards.get(number) ?? { card: cardNames[number]!, reviews: [] };
    cards.set(number, found);
    const duration = Number.isNaN(seconds[i]!) ? {} : { duration_ms: Math.round(1000 * seconds[i]!) };
    found.reviews.push({ reviewed_at: new Date(time[i]!).toISOString(), rating: rating[i] as 1 | 2 | 3 | 4, ...duration });
  });
  return [...cards.values()];
}

function* partsOf(cards: readonly ImportedCard[]): Generator<ImportedCard[]> {
  let part: ImportedCard[] = [];
  let reviews = 0;
  for (const card of cards) {
    if (part.length === CARDS_PER_PART || (part.length > 0 && reviews + card.reviews.length > REVIEWS_PER_PART)) {
      yield part;
      [part, reviews] = [[], 0];
    }
    part.push(card);
    reviews += card.reviews.length;
  }
  if (part.length) yield part;
}
