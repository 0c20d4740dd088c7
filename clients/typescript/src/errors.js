// The errors of a call.
//
// RecallError
// ├── ConnectionFailedError     no whole response came: network, TLS, a response that was cut off
// │   └── TimedOutError         not within the call's `timeoutMs`
// └── ApiError                  the service responded with an error
//     ├── InvalidInputError     400: `field` names the wrong input
//     ├── ForbiddenError        403: no valid API key
//     ├── NotFoundError         404: no such learner, card or review, or the call isn't on in this service
//     ├── BodyTooLargeError     413: one card alone is larger than a call may be
//     ├── ThrottledError        429: too fast, or the day's quota is used up
//     ├── UnavailableError      503: no model can be loaded, or the store doesn't respond, now
//     └── ForeignResponseError  any other status, or 200: it isn't a Recall service that responded

/** @import { StoredReviews } from "../types/api.js" */

/** Base class of this package's errors. */
export class RecallError extends Error {
  /**
   * Of an error of `sendReviews`, `study` or `importCards`: what became of the parts of the list that the service
   * responded to.
   * @type {StoredReviews | undefined}
   */
  stored = undefined;
  /**
   * Whether another attempt may succeed.
   * @internal
   */
  passing = false;
  /** Number of attempts that the request took, the last one included. */
  attempts = 1;

  /**
   * @param {string} message
   * @param {ErrorOptions} [options]
   */
  constructor(message, options) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** No whole response came, in none of the attempts; `cause` has the reason. */
export class ConnectionFailedError extends RecallError {
  /** @internal */
  passing = true;
}

/** The call wasn't complete within its `timeoutMs`. */
export class TimedOutError extends ConnectionFailedError {
  /** @internal */
  passing = false;
}

/**
 * What an error response says.
 * @typedef {object} Described
 * @property {number} status HTTP status, 400 to 599; another one if it isn't the service that responded.
 * @property {string} code Stable name of the error for programs, such as `invalid_input`.
 * @property {string | null} field Name of the input that is wrong, such as `cards[3].difficulty`.
 * @property {string | null} requestId Id by which the service's operator finds the call in the log.
 * @property {number | null} retryAfter Seconds to wait before another call.
 */

const PLACE = /^(cards|reviews|texts)\[(\d+)\]/;
const PASSING_STATUSES = [429, 500, 502, 503, 504];

/** The service responded with an error. */
export class ApiError extends RecallError {
  /**
   * @param {string} message
   * @param {Described} described
   */
  constructor(message, { status, code, field, requestId, retryAfter }) {
    super(message);
    this.status = status;
    this.code = code;
    this.field = field;
    this.requestId = requestId;
    this.retryAfter = retryAfter;
    this.passing = PASSING_STATUSES.includes(status);
  }

  /**
   * Name a card, review or text by its position in the caller's list.
   * @param {number[]} positions For each element of the part that was sent, its position in that list.
   * @internal
   */
  renumber(positions) {
    const place = PLACE.exec(this.field ?? "");
    const position = place && positions[Number(place[2])];
    if (!place || position === undefined || position === null) return;
    const listed = `${place[1]}[${position}]`;
    this.field = this.field?.replace(place[0], listed) ?? null;
    this.message = this.message.replace(place[0], listed);
  }
}

/** A field is missing, unknown, of the wrong type or out of range. */
export class InvalidInputError extends ApiError {}
/** The API key isn't a valid one. */
export class ForbiddenError extends ApiError {}
/** The service knows no such learner, card or review, or has this call turned off. */
export class NotFoundError extends ApiError {}
/** One card alone is larger than a call may be. */
export class BodyTooLargeError extends ApiError {}
/** Too many calls: in a short time, or for the day. */
export class ThrottledError extends ApiError {}
/** The service can't load a model, or can't reach its store, at the moment. */
export class UnavailableError extends ApiError {}
/** The response isn't one that a Recall service gives: check the endpoint. */
export class ForeignResponseError extends ApiError {}
