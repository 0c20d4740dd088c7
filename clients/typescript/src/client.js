// The client's methods.

/**
 * @import {
 *   CallSettings, Card, ClientSettings, Curve, CurveCard, CurveOptions, Embeddings, Health, Model, ModelParameters,
 *   Prediction, PredictOptions, Quality, Ranking, RankOptions, RatedSchedule, Results, ReviewedCard, ReviewOutcome,
 *   Schedule, ScheduledCard, ScheduleOptions, SimilarOptions, SimilarTexts, StoredReviews, Topics
 * } from "../types/api.js"
 */

import { jsonOf, plain } from "./batches.js";
import { Connection } from "./connection.js";
import { oneCard, oneOrSeveral, rank } from "./decks.js";
import { Learner } from "./learner.js";
import { sendReviews } from "./reviews.js";
import { reader, readRatedSchedule, readSchedule } from "./shapes.js";
import { embed, listed } from "./texts.js";

/**
 * A Recall service. Every method rejects with a `RecallError`, or with the reason of the signal that ended it.
 */
export class Client {
  #connection;

  /**
   * @param {string} endpoint Base URL of the API, ending with the stage.
   * @param {string} apiKey The key of the usage plan.
   * @param {ClientSettings} [settings]
   */
  constructor(endpoint, apiKey, settings = {}) {
    this.#connection = new Connection(endpoint, apiKey, settings);
  }

  /**
   * How likely a card is still remembered.
   * @overload
   * @param {Card} cards
   * @param {PredictOptions} [options]
   * @param {CallSettings} [settings]
   * @returns {Promise<Prediction>}
   */
  /**
   * How likely several cards are still remembered, in the order of the cards.
   * @overload
   * @param {Iterable<Card>} cards
   * @param {PredictOptions} [options]
   * @param {CallSettings} [settings]
   * @returns {Promise<Results<Prediction>>}
   */
  /**
   * @param {Card | Iterable<Card>} cards
   * @param {PredictOptions} [options]
   * @param {CallSettings} [settings]
   * @returns {Promise<Prediction | Results<Prediction>>}
   */
  predict(cards, options = {}, settings = {}) {
    return oneOrSeveral(this.#connection, "/v1/predict", cards, options, settings, reader("PredictOneResponse"));
  }

  /**
   * When a card is due.
   * @overload
   * @param {ScheduledCard} cards
   * @param {ScheduleOptions} [options]
   * @param {CallSettings} [settings]
   * @returns {Promise<Schedule>}
   */
  /**
   * When several cards are due, in the order of the cards.
   * @overload
   * @param {Iterable<ScheduledCard>} cards
   * @param {ScheduleOptions} [options]
   * @param {CallSettings} [settings]
   * @returns {Promise<Results<Schedule>>}
   */
  /**
   * @param {ScheduledCard | Iterable<ScheduledCard>} cards
   * @param {ScheduleOptions} [options]
   * @param {CallSettings} [settings]
   * @returns {Promise<Schedule | Results<Schedule>>}
   */
  schedule(cards, options = {}, settings = {}) {
    return oneOrSeveral(this.#connection, "/v1/schedule", cards, options, settings, readSchedule);
  }

  /**
   * When a card would be due after each rating that could be given now.
   * @overload
   * @param {ReviewedCard} cards
   * @param {ScheduleOptions} [options]
   * @param {CallSettings} [settings]
   * @returns {Promise<RatedSchedule>}
   */
  /**
   * When several cards would be due after each rating that could be given now, in the order of the cards.
   * @overload
   * @param {Iterable<ReviewedCard>} cards
   * @param {ScheduleOptions} [options]
   * @param {CallSettings} [settings]
   * @returns {Promise<Results<RatedSchedule>>}
   */
  /**
   * @param {ReviewedCard | Iterable<ReviewedCard>} cards
   * @param {ScheduleOptions} [options]
   * @param {CallSettings} [settings]
   * @returns {Promise<RatedSchedule | Results<RatedSchedule>>}
   */
  scheduleEachRating(cards, options = {}, settings = {}) {
    const forEach = { ...options, for_each_rating: true };
    return oneOrSeveral(this.#connection, "/v1/schedule", cards, forEach, settings, readRatedSchedule);
  }

  /**
   * How a card is forgotten, ready to plot.
   * @param {CurveCard} card
   * @param {CurveOptions} [options]
   * @param {CallSettings} [settings]
   * @returns {Promise<Curve>}
   */
  curve(card, options = {}, settings = {}) {
    return oneCard(this.#connection, "/v1/curve", card, options, settings, reader("CurveResponse"));
  }

  /**
   * The order in which to review cards.
   * @param {Iterable<Card>} cards
   * @param {RankOptions} [options]
   * @param {CallSettings} [settings]
   * @returns {Promise<Ranking>}
   */
  rank(cards, options = {}, settings = {}) {
    return rank(this.#connection, cards, options, settings);
  }

  /**
   * Send the outcomes of reviews, to measure and train the model; sending them again is safe. An error's `stored`
   * says what became of the reviews of the requests before the one that failed.
   * @param {Iterable<ReviewOutcome>} outcomes
   * @param {CallSettings} [settings]
   * @returns {Promise<StoredReviews>}
   */
  sendReviews(outcomes, settings = {}) {
    return sendReviews(this.#connection, outcomes, settings);
  }

  /**
   * The calls about a learner whom the service remembers; nothing is sent yet.
   * @param {string} learner Id of your own: 1 to 128 characters, no control characters; not a name or an address of a
   *   person.
   * @returns {Learner}
   */
  learner(learner) {
    return new Learner(this.#connection, learner);
  }

  /**
   * The vector of each text, in their order; of English texts only. Of more than about a thousand, give the call a longer
   * `timeoutMs`: the service takes a hundred texts a second.
   * @param {Iterable<string>} texts
   * @param {CallSettings} [settings]
   * @returns {Promise<Embeddings>}
   */
  embed(texts, settings = {}) {
    return embed(this.#connection, texts, settings);
  }

  /**
   * Which of up to 1,000 English texts are alike: near-duplicates, and what is easily confused.
   * @param {Iterable<string>} texts
   * @param {SimilarOptions} [options]
   * @param {CallSettings} [settings]
   * @returns {Promise<SimilarTexts>}
   */
  async similar(texts, options = {}, settings = {}) {
    const given = plain(options);
    if (given.among) given.among = listed(given.among, "among");
    const body = jsonOf({ texts: listed(texts), ...given });
    return this.#connection.send(this.#connection.begin(settings), "/v1/similar", body, reader("SimilarResponse"));
  }

  /**
   * What 2 to 1,000 English texts are about: groups of those that are alike.
   * @param {Iterable<string>} texts
   * @param {CallSettings} [settings]
   * @returns {Promise<Topics>}
   */
  async topics(texts, settings = {}) {
    const body = jsonOf({ texts: listed(texts) });
    return this.#connection.send(this.#connection.begin(settings), "/v1/topics", body, reader("TopicsResponse"));
  }

  /**
   * The description of the model that predicts, and how good it was.
   * @param {CallSettings} [settings]
   * @returns {Promise<Model>}
   */
  model(settings = {}) {
    return this.#get("/v1/model", settings, "ModelResponse");
  }

  /**
   * The model's coefficients; a 404 error where the model is the owner's own.
   * @param {CallSettings} [settings]
   * @returns {Promise<ModelParameters>}
   */
  modelParameters(settings = {}) {
    return this.#get("/v1/model/parameters", settings, "ModelParametersResponse");
  }

  /**
   * That the service can predict, and with which version of the model.
   * @param {CallSettings} [settings]
   * @returns {Promise<Health>}
   */
  health(settings = {}) {
    return this.#get("/v1/health", settings, "HealthResponse");
  }

  /**
   * How right the predictions were, day by day; a 404 error where that isn't known.
   * @param {CallSettings} [settings]
   * @returns {Promise<Quality>}
   */
  quality(settings = {}) {
    return this.#get("/v1/quality", settings, "QualityResponse");
  }

  /**
   * @param {string} path
   * @param {CallSettings} settings
   * @param {"ModelResponse" | "ModelParametersResponse" | "HealthResponse" | "QualityResponse"} shape
   */
  #get(path, settings, shape) {
    return this.#connection.send(this.#connection.begin(settings), path, null, reader(shape));
  }
}
