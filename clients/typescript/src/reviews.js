// Sending review outcomes: the same result as of a single request, however many it takes.

/** @import { CallSettings, RejectedReview, ReviewOutcome, StoredReviews } from "../types/api.js" */
/** @import { ReviewsResponse } from "../types/recall-api.js" */
/** @import { Element } from "./batches.js" */
/** @import { Connection } from "./connection.js" */

import { elementsOf, OUTCOMES_PER_CALL, plain, split } from "./batches.js";
import { InvalidInputError, RecallError } from "./errors.js";
import { areIndexes, reader, WrongShapeError } from "./shapes.js";

/**
 * Send review outcomes; an error's `stored` says what became of the parts before.
 * @param {Connection} connection
 * @param {Iterable<ReviewOutcome>} outcomes
 * @param {CallSettings} settings
 * @returns {Promise<StoredReviews>}
 */
export async function sendReviews(connection, outcomes, settings) {
  const listed = [...outcomes].map(plain);
  const tally = new Tally(listed.map((one) => one?.event_id));
  const call = connection.begin(settings);
  /** @param {Element[]} part */
  const send = (part) =>
    connection.sendPart(call, "/v1/reviews", "reviews", part, {}, (body) => readStored(body, part.length));
  try {
    await sendParts(elementsOf(listed), tally, send);
  } catch (error) {
    if (error instanceof RecallError) error.stored = tally.stored;
    throw error;
  }
  return tally.stored;
}

/**
 * Send the parts of a list and keep a tally.
 *
 * The service refuses a request of which every review is wrong, and names the first. As a part of a list with a
 * right one, each of them would be rejected by name: so such a part is sent with a right one.
 * @param {Element[]} listed
 * @param {Tally} tally
 * @param {(part: Element[]) => Promise<ReviewsResponse>} send
 */
async function sendParts(listed, tally, send) {
  const refused = [];
  for (const part of split(listed, {}, OUTCOMES_PER_CALL)) {
    try {
      tally.add(part, await send(part));
    } catch (error) {
      if (!(error instanceof InvalidInputError) || !error.field?.startsWith("reviews[")) throw error;
      refused.push({ part, error });
    }
  }
  const right = tally.right === undefined ? undefined : listed[tally.right];
  for (const { part, error } of refused) {
    if (!right) throw error;
    for (const smaller of split(part, {}, OUTCOMES_PER_CALL - 1, right.bytes)) {
      const together = [right, ...smaller];
      tally.add(together, await send(together), 1);
    }
  }
}

/**
 * Read the response to so many reviews.
 * @param {any} body
 * @param {number} reviews
 * @returns {ReviewsResponse}
 */
function readStored(body, reviews) {
  const { accepted, repeated, rejected } = reader("ReviewsResponse")(body);
  const indexes = rejected.map((/** @type {any} */ one) => one?.index);
  const described = rejected.every((/** @type {any} */ one) => typeof one?.error?.message === "string");
  if (accepted + repeated + rejected.length !== reviews || !areIndexes(indexes, reviews) || !described) {
    throw new WrongShapeError(`the counts aren't those of ${reviews} reviews`);
  }
  return body;
}

/** What became of the reviews of a list, from the responses to its parts. */
class Tally {
  #eventIds;
  /** Position of the first stored review with each id. @type {Map<string, number>} */
  #stored = new Map();
  #accepted = 0;
  #repeated = 0;
  /** @type {RejectedReview[]} */
  #rejected = [];

  /** @param {any[]} eventIds Of each review of the list. */
  constructor(eventIds) {
    this.#eventIds = eventIds;
  }

  /** What became of them so far. @returns {StoredReviews} */
  get stored() {
    const rejected = [...this.#rejected].sort((a, b) => a.index - b.index);
    return { accepted: this.#accepted, repeated: this.#repeated, rejected };
  }

  /** Position of a review that the service took; undefined before there is one. */
  get right() {
    return this.#stored.values().next().value;
  }

  /**
   * Add a part of the list; an id of an earlier part is repeated, as it would be in a single request.
   * @param {Element[]} part
   * @param {ReviewsResponse} response
   * @param {number} [known] How many reviews of the part were added before.
   */
  add(part, { accepted, repeated, rejected }, known = 0) {
    const wrong = new Set(rejected.map(({ index }) => index));
    const positions = part.filter((_, index) => !wrong.has(index)).map(({ position }) => position);
    const ids = new Map(positions.map((position) => [this.#eventIds[position], position]));
    const again = Math.min(accepted, [...ids.keys()].filter((id) => this.#stored.has(id)).length);
    this.#accepted += accepted - again;
    this.#repeated += repeated + again - known;
    this.#stored = new Map([...ids, ...this.#stored]);
    for (const { index, error } of rejected) {
      const position = /** @type {Element} */ (part[index]).position;
      const named = (/** @type {string} */ text) => text.replace(`reviews[${index}]`, `reviews[${position}]`);
      this.#rejected.push({ index: position, message: named(error.message), field: named(error.field) });
    }
  }
}
