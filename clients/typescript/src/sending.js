// Sending reviews: the same result as of a single request, however many it takes.

/** @import { StoredReviews } from "../types/api.js" */
/** @import { Element } from "./batches.js" */
/** @import { Connection } from "./connection.js" */

import { OUTCOMES_PER_CALL, REVIEWS_PER_CALL, split } from "./batches.js";
import { InvalidInputError, RecallError } from "./errors.js";

/**
 * The call that takes reviews.
 * @typedef {object} Destination
 * @property {string} path
 * @property {object} [options] The other fields of its body.
 * @property {"reviews" | "cards"} [name] The field of the list.
 * @property {number} [perCall] How many elements a list may have.
 * @property {number} [reviewsPerCall] How many reviews its cards may have in all.
 */

/**
 * Adds up the responses to the parts of a list.
 * @template T
 * @typedef {object} Tally
 * @property {StoredReviews} stored What became of the reviews so far.
 * @property {number | undefined} right Position of a review that the service took; undefined before there is one.
 * @property {(part: Element[], response: T, known?: number) => void} add Add the response to a part, of which the
 *   first `known` elements were added before.
 */

/**
 * Sends the parts of a list and keeps a tally; an error's `stored` says what became of the parts before.
 * @template T
 */
export class Sender {
  #connection;
  #call;
  #to;
  #read;
  #tally;

  /**
   * @param {Connection} connection
   * @param {ReturnType<Connection["begin"]>} call
   * @param {Destination} to
   * @param {(body: any, length: number) => T} read Reads the response to a list of this length.
   * @param {Tally<T>} tally
   */
  constructor(connection, call, to, read, tally) {
    this.#connection = connection;
    this.#call = call;
    this.#to = { options: {}, name: /** @type {const} */ ("reviews"), perCall: OUTCOMES_PER_CALL, ...to };
    this.#read = read;
    this.#tally = tally;
  }

  /**
   * Send a list.
   *
   * The service refuses a request of which every review is wrong, and names the first. As a part of a list with a
   * right one, each of them would be rejected by name: so such a part is sent with a right one.
   * @param {Element[]} listed
   */
  async send(listed) {
    const refused = [];
    for (const part of this.#parts(listed)) {
      try {
        await this.#add(part);
      } catch (error) {
        if (!(error instanceof InvalidInputError) || !error.field?.startsWith(`${this.#to.name}[`)) throw error;
        refused.push({ part, error });
      }
    }
    const right = listed.filter(({ position }) => position === this.#tally.right);
    for (const { part, error } of refused) {
      if (!right.length) throw error;
      for (const smaller of this.#parts(part, right)) await this.#add(smaller, 1);
    }
  }

  /**
   * Send reviews that are stored already: what the service says of their cards now counts.
   * @param {Element[]} stored
   */
  async sendAgain(stored) {
    for (const part of this.#parts(stored)) await this.#add(part, part.length);
  }

  /**
   * Return the parts of a list, each behind what is to stand before it.
   * @param {Element[]} listed
   * @param {Element[]} [right]
   */
  #parts(listed, right = []) {
    const { options, perCall, reviewsPerCall = REVIEWS_PER_CALL } = this.#to;
    const reserved = right.reduce((sum, { bytes }) => sum + bytes, 0);
    const reviews = right.reduce((sum, { reviews }) => sum + reviews, 0);
    const parts = split(listed, options, perCall - right.length, reserved, reviewsPerCall - reviews);
    return parts.map((part) => [...right, ...part]);
  }

  /**
   * @param {Element[]} part
   * @param {number} [known]
   */
  async #add(part, known = 0) {
    const { path, name, options } = this.#to;
    /** @param {unknown} body */
    const read = (body) => this.#read(body, part.length);
    try {
      this.#tally.add(part, await this.#connection.sendPart(this.#call, path, name, part, options, read), known);
    } catch (error) {
      if (error instanceof RecallError) error.stored = this.#tally.stored;
      throw error;
    }
  }
}
