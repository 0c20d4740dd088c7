// Lists of any length, sent in as many parts as the limits of a request require.

// The service's limits, from its OpenAPI document.
export const CARDS_PER_CALL = 1_000;
export const CARDS_PER_RANKING = 10_000;
export const OUTCOMES_PER_CALL = 1_000;
export const REVIEWS_PER_CALL = 100_000;
export const CARDS_PER_IMPORT = 1_000;
export const REVIEWS_PER_IMPORT = 10_000;
export const TEXTS_PER_CALL = 100;
export const BODY_BYTES = 3_000_000;
const OPTION_BYTES = 300; // kept free for a `learner_state` and a `now`, which may be added after splitting

/**
 * A card, a review outcome or a text as it is sent.
 * @typedef {object} Element
 * @property {number} position Position in the caller's list, from 0.
 * @property {string} text Its JSON.
 * @property {number} bytes Length of that in UTF-8.
 * @property {number} reviews How many reviews it holds: 0 unless it is a card with its history.
 */

const UTF8 = new TextEncoder();

/**
 * Return a card, a review outcome or options without what isn't given; others as they are.
 * @param {any} value
 * @returns {any}
 */
export function plain(value) {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  const given = Object.fromEntries(
    Object.entries(value).filter(([, part]) => part !== undefined && part !== null),
  );
  if (isIterable(given["reviews"])) given["reviews"] = [...given["reviews"]];
  return given;
}

/**
 * Return whether a value is a list of cards, and not a card.
 * @param {any} value
 * @returns {value is Iterable<any>}
 */
export function isIterable(value) {
  return typeof value === "object" && value !== null && Symbol.iterator in value;
}

/**
 * Return a value as JSON, which has no numbers that aren't finite.
 * @param {unknown} value
 */
export function jsonOf(value) {
  return JSON.stringify(value, (name, part) => {
    if (typeof part === "number" && !Number.isFinite(part)) throw new RangeError(`${name} must not be ${part}`);
    return part;
  });
}

/**
 * Return cards, review outcomes or texts as they are sent.
 * @param {any[]} listed Each as `plain` returns it.
 * @returns {Element[]}
 */
export function elementsOf(listed) {
  return listed.map((one, position) => {
    const text = jsonOf(one) ?? "null";
    const reviews = Array.isArray(one?.reviews) ? one.reviews.length : 0;
    return { position, text, bytes: UTF8.encode(text).length, reviews };
  });
}

/**
 * Return elements, in order, in as few parts as the limits of a request allow. One that is too large by itself
 * stays in a part of its own: the service's error says what is wrong with it.
 * @param {Element[]} part
 * @param {object} options The other fields of the body.
 * @param {number} elementsPerCall How many elements a request may have.
 * @param {number} [reserved] Bytes of the body to be kept free.
 * @param {number} [reviewsPerCall] How many reviews the cards of a request may have in all.
 * @returns {Element[][]}
 */
export function split(part, options, elementsPerCall, reserved = 0, reviewsPerCall = REVIEWS_PER_CALL) {
  const room = BODY_BYTES - OPTION_BYTES - reserved - bodyOf("cards", [], options).length;
  /** @type {Element[][]} */
  const parts = [];
  let [bytes, reviews] = [0, 0];
  for (const element of part) {
    bytes += element.bytes + 1;
    reviews += element.reviews;
    const last = parts.at(-1);
    if (!last || last.length >= elementsPerCall || bytes > room || reviews > reviewsPerCall) {
      parts.push([element]);
      [bytes, reviews] = [element.bytes + 1, element.reviews];
    } else {
      last.push(element);
    }
  }
  return parts;
}

/**
 * Return the JSON of a request with a list.
 * @param {"cards" | "reviews" | "texts"} name The field that holds the list.
 * @param {Element[]} part
 * @param {object} options The other fields.
 */
export function bodyOf(name, part, options) {
  const rest = jsonOf(options).slice(1, -1);
  return `{"${name}":[${part.map(({ text }) => text).join(",")}]${rest && `,${rest}`}}`;
}
