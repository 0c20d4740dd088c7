// Sending the reviews to the service's memory, in parts: so there is progress, and a way to stop.

import type { Client, RejectedReview } from "recall-client";

import type { ReviewLog } from "../../readers";
import type { LearnerColumns } from "../analysis";
import { importRequests } from "./requests";

/** What became of all reviews. */
export interface Sent {
  readonly accepted: number;
  readonly repeated: number;
  readonly rejected: readonly RejectedReview[];
  /** Reviews that weren't sent, since the service can't have a card of that name. */
  readonly unnamed: number;
  /** Reviews whose study day the service counts otherwise than the log: no offset from UTC gives it. */
  readonly misfits: number;
}

/** Send one learner's reviews; `onProgress` is told the share that is done. */
export async function sendReviews(
  client: Client,
  learner: string,
  log: Pick<ReviewLog, "cardNames">,
  columns: LearnerColumns,
  stop: AbortSignal,
  onProgress: (share: number) => void,
): Promise<Sent> {
  const { parts, reviews, unnamed, misfits } = importRequests(learner, log.cardNames, columns);
  let sent: Sent = { accepted: 0, repeated: 0, rejected: [], unnamed, misfits };
  let done = 0;
  for await (const part of parts) {
    const stored = await client.learner(learner).importCards(part, {}, { signal: stop });
    sent = {
      ...sent,
      accepted: sent.accepted + stored.accepted,
      repeated: sent.repeated + stored.repeated,
      rejected: [...sent.rejected, ...stored.rejected],
    };
    done += part.reduce((sum, card) => sum + card.reviews.length, 0);
    onProgress(done / reviews);
  }
  return sent;
}
