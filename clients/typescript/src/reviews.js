// Sending review outcomes.

/** @import { CallSettings, RejectedReview, ReviewOutcome, StoredReviews } from "../types/api.js" */
/** @import { ReviewsResponse } from "../types/recall-api.js" */
/** @import { Element } from "./batches.js" */
/** @import { Connection } from "./connection.js" */

import { elementsOf, plain } from "./batches.js";
import { Sender } from "./sending.js";
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
  await new Sender(connection, call, { path: "/v1/reviews" }, readStored, tally).send(elementsOf(listed));
  return tally.stored;
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

/**
 * Return a rejected review by its position in the caller's list.
 * @param {"reviews" | "cards"} name The field of the list.
 * @param {number} index Position in the request of the review, or of its card.
 * @param {number} position That in the caller's list.
 * @param {{ message: string, field: string }} error
 * @returns {RejectedReview}
 */
export function rejectedOf(name, index, position, { message, field }) {
  const [sent, listed] = [`${name}[${index}]`, `${name}[${position}]`];
  return { index: position, message: message.replace(sent, listed), field: field.replace(sent, listed) };
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
      this.#rejected.push(rejectedOf("reviews", index, /** @type {Element} */ (part[index]).position, error));
    }
  }
}
