// The methods of a learner whom the service remembers.

/**
 * @import {
 *   CallSettings, CardOptions, DueCards, DueOptions, ExportedReview, ForgottenCard, ForgottenLearner, ImportedCard,
 *   ImportOptions, RejectedReview, RememberedCard, RememberedLearner, StoredReviews, StudiedReview, StudyOptions, StudyResults,
 *   StudyReview, UndoneReview
 * } from "../types/api.js"
 */
/** @import { Connection } from "./connection.js" */

import { isIterable } from "./batches.js";
import { InvalidInputError, NotFoundError } from "./errors.js";
import { pathOf, segmentOf } from "./paths.js";
import { reader, SHAPES } from "./shapes.js";
import { importCards, study } from "./studying.js";

const NAMES_OF_WHAT_IS_GONE = ["learner", "card", "event_id"];

/**
 * A learner whom the service remembers: made by `learner` of a client, whose connections it uses. A method rejects
 * with a `NotFoundError` if the service doesn't remember learners, or doesn't know what the method asks for.
 */
export class Learner {
  #connection;
  #segment;

  /**
   * @param {object} connection A client's.
   * @param {string} learner Id of your own.
   */
  constructor(connection, learner) {
    this.#connection = /** @type {Connection} */ (connection); // whose declarations aren't published
    this.#segment = segmentOf("learner", learner);
  }

  /**
   * Store a review, and return when its card is due. It is stored once, however often it is sent.
   * @overload
   * @param {StudyReview} reviews
   * @param {StudyOptions} [options]
   * @param {CallSettings} [settings]
   * @returns {Promise<StudiedReview>}
   */
  /**
   * Store any number of reviews, and return when their cards are due. An error's `stored` says what became of the
   * reviews of the requests before the one that failed.
   * @overload
   * @param {Iterable<StudyReview>} reviews
   * @param {StudyOptions} [options]
   * @param {CallSettings} [settings]
   * @returns {Promise<StudyResults>}
   */
  /**
   * @param {StudyReview | Iterable<StudyReview>} reviews
   * @param {StudyOptions} [options]
   * @param {CallSettings} [settings]
   * @returns {Promise<StudiedReview | StudyResults>}
   */
  async study(reviews, options = {}, settings = {}) {
    const path = pathOf([this.#segment, "reviews"]);
    if (isIterable(reviews)) return study(this.#connection, path, reviews, options, settings);
    const studied = await study(this.#connection, path, [reviews], options, settings);
    const [result] = studied.results;
    if (result) return result;
    const { message, field } = /** @type {RejectedReview} */ (studied.rejected[0]); // its card is full, for example
    throw new InvalidInputError(message, { status: 400, code: "invalid_input", field, requestId: null, retryAfter: null });
  }

  /**
   * The cards to review now, and a forecast.
   * @param {DueOptions} [options]
   * @param {CallSettings} [settings]
   * @returns {Promise<DueCards>}
   */
  due(options = {}, settings = {}) {
    return this.#call("GET", pathOf([this.#segment, "due"], options), "DueResponse", settings);
  }

  /**
   * What is known of a card: recall now, when it is due, its reviews.
   * @param {string} card
   * @param {CardOptions} [options]
   * @param {CallSettings} [settings]
   * @returns {Promise<RememberedCard>}
   */
  async card(card, options = {}, settings = {}) {
    return this.#call("GET", this.#pathOfCard(card, options), "RememberedCardResponse", settings);
  }

  /**
   * What is known of the learner.
   * @param {CallSettings} [settings]
   * @returns {Promise<RememberedLearner>}
   */
  describe(settings = {}) {
    return this.#call("GET", pathOf([this.#segment]), "RememberedLearnerResponse", settings);
  }

  /**
   * Delete a review, as if it had never been; `study` returns its id.
   * @param {string} eventId
   * @param {CallSettings} [settings]
   * @returns {Promise<UndoneReview>}
   */
  async undo(eventId, settings = {}) {
    const path = pathOf([this.#segment, "reviews", segmentOf("event_id", eventId)]);
    const gone = { event_id: eventId, card: null, reviews: null };
    return this.#delete(path, "DeleteReviewResponse", gone, settings);
  }

  /**
   * Delete a card with its reviews.
   * @param {string} card
   * @param {CallSettings} [settings]
   * @returns {Promise<ForgottenCard>}
   */
  async forgetCard(card, settings = {}) {
    return this.#delete(this.#pathOfCard(card), "DeleteCardResponse", { card, reviews: null }, settings);
  }

  /**
   * Delete everything about the learner; it isn't an error if there is nothing.
   * @param {CallSettings} [settings]
   * @returns {Promise<ForgottenLearner>}
   */
  forget(settings = {}) {
    return this.#call("DELETE", pathOf([this.#segment]), "DeleteLearnerResponse", settings);
  }

  /**
   * All reviews as they were sent, card by card, each card's by time; they come in pages, of which each may take as
   * long as a call.
   * @param {CallSettings} [settings]
   * @returns {AsyncGenerator<ExportedReview, void, undefined>}
   */
  async *export(settings = {}) {
    /** @type {string | null} */
    let after = null;
    do {
      const path = pathOf([this.#segment, "export"], { after });
      const page = await this.#connection.page(this.#connection.begin(settings), path, reader("ExportedReview"));
      yield* page.lines;
      ({ after } = page);
    } while (after !== null);
  }

  /**
   * Store cards' reviews from elsewhere; importing them again changes nothing. An error's `stored` says what became of
   * the cards of the requests before the one that failed.
   * @param {Iterable<ImportedCard>} cards
   * @param {ImportOptions} [options]
   * @param {CallSettings} [settings]
   * @returns {Promise<StoredReviews>}
   */
  importCards(cards, options = {}, settings = {}) {
    return importCards(this.#connection, pathOf([this.#segment, "import"]), cards, options, settings);
  }

  /**
   * @param {string} card
   * @param {object} [options]
   */
  #pathOfCard(card, options) {
    return pathOf([this.#segment, "cards", segmentOf("card", card)], options);
  }

  /**
   * @param {"GET" | "DELETE"} method
   * @param {string} path
   * @param {keyof typeof SHAPES} shape
   * @param {CallSettings} settings
   */
  #call(method, path, shape, settings) {
    return this.#connection.send(this.#connection.begin(settings), path, null, reader(shape), method);
  }

  /**
   * Delete; `gone` is the result if an attempt of which no response came has deleted it before.
   * @template T
   * @param {string} path
   * @param {keyof typeof SHAPES} shape
   * @param {T} gone
   * @param {CallSettings} settings
   * @returns {Promise<T>}
   */
  async #delete(path, shape, gone, settings) {
    try {
      return await this.#call("DELETE", path, shape, settings);
    } catch (error) {
      const deleted = error instanceof NotFoundError && NAMES_OF_WHAT_IS_GONE.includes(error.field ?? "");
      if (deleted && error.attempts > 1) return gone;
      throw error;
    }
  }
}
