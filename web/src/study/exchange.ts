// What goes to the service's memory and comes back from it: each step may be repeated, none loses a review.

import { InvalidInputError, type Learner, NotFoundError, type StudyReview } from "recall-client";

import type { Rating } from "../core";
import { isOlderService } from "../service/errors";
import { changeReviews, loadLearner, loadReviews, putLearner, replaceSent, reviewsIn } from "./database";
import { byTime, isoTime, offsetOf, type StoredReview } from "./records";

const BATCH = 1000; // reviews; the service's limit
const MOST_DUE = 1000; // cards; likewise
const AHEAD = 58 * 86_400_000; // milliseconds: the service looks 60 days ahead of its own clock

/** Take back at the service what was undone here. */
export async function sendUndone(service: Learner, learner: string): Promise<boolean> {
  const undone = await reviewsIn(learner, "undoing");
  for (const review of undone) {
    try {
      await service.undo(review.eventId);
    } catch (error) {
      // The service never got it, or it is undone already.
      if (!(error instanceof NotFoundError && ["event_id", "learner"].includes(error.field ?? ""))) throw error;
    }
    await changeReviews([review], () => null);
  }
  return undone.length > 0;
}

/** Send the reviews that wait, oldest first. */
export async function sendWaiting(service: Learner, learner: string): Promise<void> {
  for (;;) {
    const batch = (await reviewsIn(learner, "waiting")).sort(byTime).slice(0, BATCH);
    if (!batch.length) return;
    // From here on an undo has to be sent as well; what was undone just before is left out.
    const marked = await changeReviews(batch, (stored) => ({ ...stored, attempted: true }));
    const left = marked.filter(({ state }) => state === "waiting");
    if (left.length) await sendBatch(service, learner, left);
  }
}

async function sendBatch(service: Learner, learner: string, batch: readonly StoredReview[]): Promise<void> {
  let sent;
  try {
    sent = await service.study(batch.map(asSent));
  } catch (error) {
    if (!(error instanceof InvalidInputError && error.field?.startsWith("reviews[")) || isOlderService(error)) throw error;
    // Every review of the batch is wrong, and the service names the first: so each is sent alone.
    if (batch.length > 1) for (const review of batch) await sendBatch(service, learner, [review]);
    else await reject(batch[0]!, error.message);
    return;
  }
  const problems = new Map(sent.rejected.map(({ index, message }) => [index, message]));
  for (const [index, message] of problems) await reject(batch[index]!, message);
  await changeReviews(batch.filter((_, index) => !problems.has(index)), delivered);
  const { due, ...about } = await loadLearner(learner);
  const said = sent.results.flatMap((result) => (result ? [[result.card, Date.parse(result.due_at)] as const] : []));
  const target = sent.results.find((result) => result)?.target_recall ?? about.target;
  await putLearner({ ...about, target, due: { ...due, ...Object.fromEntries(said) } });
}

async function reject(review: StoredReview, problem: string): Promise<void> {
  await changeReviews([review], (stored) => (stored.state === "undoing" ? null : { ...stored, state: "rejected", problem }));
}

/** A review that was undone while it was on its way stays to be undone. */
function delivered(stored: StoredReview): StoredReview {
  return stored.state === "waiting" ? { ...stored, state: "sent" } : stored;
}

function asSent({ eventId, card, rating, at, offset, milliseconds }: StoredReview): StudyReview {
  const sent = { event_id: eventId, card, rating, reviewed_at: isoTime(at, offset) };
  return milliseconds === null ? sent : { ...sent, duration_ms: milliseconds };
}

/**
 * Bring this device's reviews to what the service has, which other devices may have changed.
 * @param always Also where their number and the last one's time are the same: then some may differ still.
 * @returns How many reviews this device has of a learner of whom the service knows nothing.
 */
export async function pull(service: Learner, learner: string, always: boolean): Promise<number> {
  const here = (await loadReviews(learner)).filter(({ state }) => state === "sent");
  const there = await describedBy(service);
  if (!there?.reviews) return here.length;
  const last = here.reduce((latest, { at }) => Math.max(latest, at), Number.NEGATIVE_INFINITY);
  if (!always && there.reviews === here.length && Date.parse(there.last_reviewed_at ?? "") === last) return 0;
  const exported: StoredReview[] = [];
  for await (const { event_id: eventId, card, rating, reviewed_at: at, duration_ms: milliseconds = null } of service.export()) {
    const time = { at: Date.parse(at), offset: offsetOf(at) };
    exported.push({ learner, card, eventId, rating: rating as Rating, ...time, milliseconds, state: "sent", attempted: true });
  }
  await replaceSent(learner, exported);
  return 0;
}

/** What the service knows of the learner; null where it knows nothing. */
async function describedBy(service: Learner) {
  try {
    return await service.describe();
  } catch (error) {
    if (error instanceof NotFoundError && error.field === "learner") return null;
    throw error;
  }
}

/** Get the due dates by which the service would go. */
export async function refreshDue(service: Learner, learner: string): Promise<void> {
  const until = new Date(Date.now() + AHEAD).toISOString();
  const { cards, target_recall: target } = await service.due({ limit: MOST_DUE, until });
  await putLearner({ learner, target, due: Object.fromEntries(cards.map(({ card, due_at }) => [card, Date.parse(due_at)])) });
}
