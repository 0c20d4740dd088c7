// Sending a learner's reviews: `study` and `importCards`, of lists of any length.

/** @import { CallSettings, StoredReviews, StudyResults } from "../types/api.js" */
/** @import { Connection } from "./connection.js" */

import { CARDS_PER_IMPORT, elementsOf, plain, REVIEWS_PER_IMPORT } from "./batches.js";
import { ImportTally, readImported } from "./imported.js";
import { Sender } from "./sending.js";
import { readStudied, StudyTally } from "./studied.js";

/**
 * Send a learner's reviews by time: in that order, the service learns from those of a request. What is said of a
 * card is as of after all of the list: of a list in several parts, a review of each card that isn't in the last part
 * is sent once more.
 * @param {Connection} connection
 * @param {string} path
 * @param {Iterable<object>} reviews
 * @param {object} options
 * @param {CallSettings} settings
 * @returns {Promise<StudyResults>}
 */
export async function study(connection, path, reviews, options, settings) {
  const listed = [...reviews].map(plain).map(withEventId);
  const sent = elementsOf(listed);
  const tally = new StudyTally(listed.length);
  const to = { path, options: plain(options) };
  const sender = new Sender(connection, connection.begin(settings), to, readStudied, tally);
  const moments = listed.map(momentOf);
  const of = (/** @type {{ position: number }} */ { position }) => moments[position] ?? -Infinity;
  await sender.send([...sent].sort((a, b) => (of(a) < of(b) ? -1 : Number(of(a) > of(b)))));
  const outdated = new Set(tally.outdated);
  await sender.sendAgain(sent.filter(({ position }) => outdated.has(position)));
  return tally.results;
}

/**
 * Send cards with their reviews.
 * @param {Connection} connection
 * @param {string} path
 * @param {Iterable<object>} cards
 * @param {object} options
 * @param {CallSettings} settings
 * @returns {Promise<StoredReviews>}
 */
export async function importCards(connection, path, cards, options, settings) {
  const listed = elementsOf([...cards].map(plain));
  const tally = new ImportTally();
  const limits = { perCall: CARDS_PER_IMPORT, reviewsPerCall: REVIEWS_PER_IMPORT };
  const to = { path, options: plain(options), name: /** @type {const} */ ("cards"), ...limits };
  await new Sender(connection, connection.begin(settings), to, readImported, tally).send(listed);
  return tally.stored;
}

/**
 * Give a review an id before it is first sent, so that it stays the same review in every attempt.
 * @param {any} review
 */
function withEventId(review) {
  const isReview = typeof review === "object" && review !== null && !Array.isArray(review);
  return isReview ? { event_id: crypto.randomUUID(), ...review } : review;
}

/**
 * Return when a review took place; one whose time is wrong comes first, to be rejected.
 * @param {any} review
 */
function momentOf(review) {
  const moment = Date.parse(review?.reviewed_at);
  return Number.isNaN(moment) ? -Infinity : moment;
}
