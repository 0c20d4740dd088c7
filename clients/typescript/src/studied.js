// The result of a list of reviews that was studied in parts: that of a single request.

/** @import { RejectedReview, StoredReviews, StudiedReview, StudyResults } from "../types/api.js" */
/** @import { StudyRejected, StudyResponse } from "../types/recall-api.js" */
/** @import { Element } from "./batches.js" */

import { rejectedOf } from "./reviews.js";
import { reader, WrongShapeError } from "./shapes.js";

/**
 * Read the response to so many reviews.
 * @param {any} body
 * @param {number} length
 * @returns {StudyResponse}
 */
export function readStudied(body, length) {
  const { results, accepted, repeated, rejected } = reader("StudyResponse")(body);
  const counts = [accepted + repeated + rejected, results.length];
  if (counts.some((count) => count !== length)) {
    throw new WrongShapeError(`the counts aren't those of ${length} reviews`);
  }
  for (const one of results) {
    if (isRejected(one)) reader("FieldError")(reader("StudyRejected")(one).error);
    else reader("StudyAccepted")(one);
  }
  return body;
}

/**
 * @param {StudiedReview | StudyRejected} result
 * @returns {result is StudyRejected}
 */
function isRejected(result) {
  return result?.status === "rejected";
}

/** What became of the reviews of a list, from the responses to its parts. */
export class StudyTally {
  /** @type {(StudiedReview | null)[]} */
  #results;
  /** @type {RejectedReview[]} */
  #rejected = [];
  /** @type {string | undefined} */
  #version;
  /**
   * Of each card, what the service said last, and how many requests had stored a review by then.
   * @type {Map<string, { latest: StudiedReview, storing: number }>}
   */
  #cards = new Map();
  #storing = 0;
  /**
   * Position of a review that the service took.
   * @type {number | undefined}
   */
  right;

  /** @param {number} reviews Length of the list. */
  constructor(reviews) {
    this.#results = Array.from({ length: reviews }, () => null);
  }

  /** What became of them so far. @returns {StoredReviews} */
  get stored() {
    const count = (/** @type {string} */ status) => this.#results.filter((one) => one?.status === status).length;
    const rejected = [...this.#rejected].sort((a, b) => a.index - b.index);
    return { accepted: count("accepted"), repeated: count("repeated"), rejected };
  }

  /** What became of all of them, each with its card's interval as of now. @returns {StudyResults} */
  get results() {
    const results = this.#results.map((result) => result && this.#asOfNow(result));
    return { ...this.stored, results, ...(this.#version !== undefined && { model_version: this.#version }) };
  }

  /** Positions of reviews, one for each card whose interval is from before another part was stored. */
  get outdated() {
    const positions = new Map(this.#results.map((result, position) => [result?.card, position]));
    const old = [...this.#cards].filter(([, { storing }]) => storing < this.#storing);
    return old.map(([card]) => /** @type {number} */ (positions.get(card)));
  }

  /**
   * Add a part of the list.
   * @param {Element[]} part
   * @param {StudyResponse} response
   * @param {number} [known] How many reviews of the part, at its start, were added before.
   */
  add(part, response, known = 0) {
    this.#version = response.model_version;
    this.#storing += Number(response.accepted > 0);
    for (const [index, result] of response.results.entries()) {
      const { position } = /** @type {Element} */ (part[index]);
      if (!isRejected(result)) this.#cards.set(result.card, { latest: result, storing: this.#storing });
      if (index < known) continue;
      if (isRejected(result)) {
        this.#rejected.push(rejectedOf("reviews", index, position, result.error));
      } else {
        this.#results[position] = result;
        this.right = position;
      }
    }
  }

  /**
   * @param {StudiedReview} result
   * @returns {StudiedReview}
   */
  #asOfNow(result) {
    const { new: _, ...card } = this.#cards.get(result.card)?.latest ?? result;
    const { event_id, status, recall_probability, new: isNew } = result;
    return { ...card, event_id, status, recall_probability, ...(isNew && { new: isNew }) };
  }
}
