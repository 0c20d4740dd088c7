/** @import { StoredReviews } from "../types/api.js" */
/** Base class of this package's errors. */
export class RecallError extends Error {
    /**
     * @param {string} message
     * @param {ErrorOptions} [options]
     */
    constructor(message: string, options?: ErrorOptions);
    /**
     * Of an error of `sendReviews`, `study` or `importCards`: what became of the parts of the list that the service
     * responded to.
     * @type {StoredReviews | undefined}
     */
    stored: StoredReviews | undefined;
    /**
     * Whether another attempt may succeed.
     * @internal
     */
    passing: boolean;
    /** Number of attempts that the request took, the last one included. */
    attempts: number;
}
/** No whole response came, in none of the attempts; `cause` has the reason. */
export class ConnectionFailedError extends RecallError {
}
/** The call wasn't complete within its `timeoutMs`. */
export class TimedOutError extends ConnectionFailedError {
}
/** The service responded with an error. */
export class ApiError extends RecallError {
    /**
     * @param {string} message
     * @param {Described} described
     */
    constructor(message: string, { status, code, field, requestId, retryAfter }: Described);
    status: number;
    code: string;
    field: string | null;
    requestId: string | null;
    retryAfter: number | null;
    /**
     * Name a card, review or text by its position in the caller's list.
     * @param {number[]} positions For each element of the part that was sent, its position in that list.
     * @internal
     */
    renumber(positions: number[]): void;
}
/** A field is missing, unknown, of the wrong type or out of range. */
export class InvalidInputError extends ApiError {
}
/** The API key isn't a valid one. */
export class ForbiddenError extends ApiError {
}
/** The service knows no such learner, card or review, or has this call turned off. */
export class NotFoundError extends ApiError {
}
/** One card alone is larger than a call may be. */
export class BodyTooLargeError extends ApiError {
}
/** Too many calls: in a short time, or for the day. */
export class ThrottledError extends ApiError {
}
/** The service can't load a model, or can't reach its store, at the moment. */
export class UnavailableError extends ApiError {
}
/** The response isn't one that a Recall service gives: check the endpoint. */
export class ForeignResponseError extends ApiError {
}
/**
 * What an error response says.
 */
export type Described = {
    /**
     * HTTP status, 400 to 599; another one if it isn't the service that responded.
     */
    status: number;
    /**
     * Stable name of the error for programs, such as `invalid_input`.
     */
    code: string;
    /**
     * Name of the input that is wrong, such as `cards[3].difficulty`.
     */
    field: string | null;
    /**
     * Id by which the service's operator finds the call in the log.
     */
    requestId: string | null;
    /**
     * Seconds to wait before another call.
     */
    retryAfter: number | null;
};
import type { StoredReviews } from "../types/api.js";
