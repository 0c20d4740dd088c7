// What becomes of a list of cards: the responses to its parts, as one.

/** @import { CallSettings, Ranking, Results } from "../types/api.js" */
/** @import { Element } from "./batches.js" */
/** @import { Connection } from "./connection.js" */
/** @import { Reader } from "./exchange.js" */

import { CARDS_PER_CALL, CARDS_PER_RANKING, elementsOf, isIterable, jsonOf, plain, split } from "./batches.js";
import { readList, readRanking } from "./shapes.js";

const PREDICT_OPTIONS = ["learner_state", "now", "time_zone", "day_starts_at"];

/**
 * Send one card by itself.
 * @template T
 * @param {Connection} connection
 * @param {string} path
 * @param {object} card
 * @param {object} options
 * @param {CallSettings} settings
 * @param {Reader<T>} read
 * @returns {Promise<T>}
 */
export function oneCard(connection, path, card, options, settings, read) {
  return connection.send(connection.begin(settings), path, jsonOf({ ...plain(card), ...asSent(options) }), read);
}

/**
 * Send one card by itself, or a list in as many requests as its length requires.
 * @template T
 * @param {Connection} connection
 * @param {string} path
 * @param {object | Iterable<object>} cards
 * @param {object} options
 * @param {CallSettings} settings
 * @param {Reader<T>} read
 * @returns {Promise<T | Results<T>>}
 */
export async function oneOrSeveral(connection, path, cards, options, settings, read) {
  if (!isIterable(cards)) return oneCard(connection, path, cards, options, settings, read);
  const deck = new Deck(connection, cards, options, settings);
  const responses = [];
  for (const part of deck.parts(CARDS_PER_CALL)) {
    responses.push(
      await deck.send(path, part, (body) => {
        const { results, learner_state } = readList(body, part.length);
        return { results: results.map(read), learner_state };
      }),
    );
  }
  const state = await deck.stateAfter(responses.map(({ learner_state }) => learner_state));
  return { results: responses.flatMap(({ results }) => results), ...state };
}

/**
 * Rank a deck: the rankings of its parts, merged.
 * @param {Connection} connection
 * @param {Iterable<object>} cards
 * @param {object} options
 * @param {CallSettings} settings
 * @returns {Promise<Ranking>}
 */
export async function rank(connection, cards, options, settings) {
  const deck = new Deck(connection, cards, options, settings);
  const { limit } = deck.options;
  if (typeof limit === "number" && limit > CARDS_PER_RANKING) delete deck.options.limit; // no part has as many cards
  const rankings = [];
  const responses = [];
  for (const part of deck.parts(CARDS_PER_RANKING)) {
    const response = await deck.send("/v1/rank", part, (body) => readRanking(body, part.length));
    responses.push(response);
    rankings.push(
      response.ranking.map((card) => ({ ...card, index: /** @type {Element} */ (part[card.index]).position })),
    );
  }
  const state = await deck.stateAfter(responses.map(({ learner_state }) => learner_state));
  // Sorting is stable: among equals the earlier part's card comes first, as in a single ranking.
  const ranking = rankings.length === 1 ? rankings.flat() : rankings.flat().sort((a, b) => urgency(a) - urgency(b));
  const version = responses.at(-1)?.model_version;
  return { ranking: ranking.slice(0, limit), ...(version !== undefined && { model_version: version }), ...state };
}

/** A list of cards, and the options that all of its parts share. */
class Deck {
  #connection;
  #call;
  /** @type {any[]} */
  #cards;

  /**
   * @param {Connection} connection
   * @param {Iterable<object>} cards
   * @param {object} options
   * @param {CallSettings} settings
   */
  constructor(connection, cards, options, settings) {
    this.#connection = connection;
    this.#call = connection.begin(settings);
    this.#cards = [...cards].map(plain);
    this.options = asSent(options);
  }

  /**
   * Return the parts; all are predicted for the same moment.
   * @param {number} cardsPerCall
   */
  parts(cardsPerCall) {
    const parts = split(elementsOf(this.#cards), this.options, cardsPerCall);
    if (parts.length > 1) this.options.now ??= new Date().toISOString();
    return parts;
  }

  /**
   * Send a part.
   * @template T
   * @param {string} path
   * @param {Element[]} part
   * @param {Reader<T>} read
   * @returns {Promise<T>}
   */
  send(path, part, read, options = this.options) {
    return this.#connection.sendPart(this.#call, path, "cards", part, options, read);
  }

  /**
   * Return the learner's state after all outcomes, as a single request would.
   *
   * Every part is predicted with the state that the caller gave, whatever the outcomes in another part. So the
   * cards with outcomes are sent once more, one part after the other, each with the state that the part before
   * returned.
   * @param {(string | null | undefined)[]} states The state that the response to each part has.
   * @returns {Promise<{ learner_state?: string | null }>}
   */
  async stateAfter(states) {
    let state = states.length ? states.at(-1) : this.options.learner_state;
    if (states.length > 1) {
      const taught = elementsOf(this.#cards.map(asPredicted)).filter(({ position }) => hasOutcome(this.#cards[position]));
      const options = Object.fromEntries(Object.entries(this.options).filter(([name]) => PREDICT_OPTIONS.includes(name)));
      for (const [number, part] of split(taught, options, CARDS_PER_CALL).entries()) {
        const moved = number === 0 ? options : { ...options, learner_state: state };
        state = (await this.send("/v1/predict", part, (body) => readList(body, part.length), moved)).learner_state;
      }
    }
    return state === undefined ? {} : { learner_state: state };
  }
}

/** @param {any} card */
function hasOutcome(card) {
  return card.recalled !== undefined || card.rating !== undefined;
}

/**
 * Return a card without what only `schedule` accepts.
 * @param {any} card
 */
function asPredicted({ last_review_at: _, ...card }) {
  return card;
}

/**
 * Return the options that were given; null means "not given", but a state of null is sent.
 * @param {any} options
 * @returns {any}
 */
function asSent(options) {
  const { learner_state } = options;
  return { ...plain(options), ...(learner_state !== undefined && { learner_state }) };
}

/** @param {{ recall_probability: number, expected_loss?: number }} card */
function urgency(card) {
  return card.expected_loss === undefined ? card.recall_probability : -card.expected_loss;
}
