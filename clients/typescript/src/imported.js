// The result of cards that were imported in parts: that of a single request.

/** @import { RejectedReview, StoredReviews } from "../types/api.js" */
/** @import { ImportResponse } from "../types/recall-api.js" */
/** @import { Element } from "./batches.js" */

import { rejectedOf } from "./reviews.js";
import { areIndexes, reader, WrongShapeError } from "./shapes.js";

/**
 * Read the response to so many cards.
 * @param {any} body
 * @param {number} length
 * @returns {ImportResponse}
 */
export function readImported(body, length) {
  for (const one of reader("ImportResponse")(body).rejected) {
    const { card, error } = reader("RejectedImport")(one);
    reader("FieldError")(error);
    if (!areIndexes([card], length)) throw new WrongShapeError(`a rejected review isn't one of ${length} cards`);
  }
  return body;
}

/** What became of the reviews of cards, from the responses to the parts of the list. */
export class ImportTally {
  #accepted = 0;
  #repeated = 0;
  /** @type {RejectedReview[]} */
  #rejected = [];
  /**
   * Position of a card of which the service took a review.
   * @type {number | undefined}
   */
  right;

  /** What became of them so far. @returns {StoredReviews} */
  get stored() {
    const rejected = [...this.#rejected].sort((a, b) => a.index - b.index || Number(a.review) - Number(b.review));
    return { accepted: this.#accepted, repeated: this.#repeated, rejected };
  }

  /**
   * Add a part of the list.
   * @param {Element[]} part
   * @param {ImportResponse} response
   * @param {number} [known] How many cards of the part, at its start, were added before.
   */
  add(part, { accepted, repeated, rejected }, known = 0) {
    const taken = part.map(({ reviews }) => reviews);
    for (const { card } of rejected) taken[card] = Number(taken[card]) - 1;
    this.#accepted += accepted;
    this.#repeated += repeated - taken.slice(0, known).reduce((sum, count) => sum + count, 0);
    this.right = part.find((_, index) => taken[index])?.position ?? this.right;
    for (const { card, review, error } of rejected.filter((one) => one.card >= known)) {
      const { position } = /** @type {Element} */ (part[card]);
      this.#rejected.push({ ...rejectedOf("cards", card, position, error), review });
    }
  }
}
