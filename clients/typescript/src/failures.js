// The errors of responses that aren't what a call is for.

import {
  ApiError,
  BodyTooLargeError,
  ForbiddenError,
  ForeignResponseError,
  InvalidInputError,
  NotFoundError,
  ThrottledError,
  UnavailableError,
} from "./errors.js";

/** @type {Record<number, typeof ApiError>} */
const BY_STATUS = {
  400: InvalidInputError,
  403: ForbiddenError,
  404: NotFoundError,
  413: BodyTooLargeError,
  429: ThrottledError,
  503: UnavailableError,
};

/**
 * Return the error of a response that isn't a success.
 * @param {Response} response
 * @param {string} text Its body.
 * @returns {ApiError}
 */
export function errorOf(response, text) {
  const { status } = response;
  const described = describedIn(text);
  if (!described) return foreign(response, "not in the service's own shape", BY_STATUS[status]);
  const { error, request_id: requestId } = described;
  const Kind = BY_STATUS[status] ?? ApiError;
  const { code, field } = error;
  return new Kind(error.message, { status, code, field, requestId, retryAfter: retryAfterOf(response) });
}

/**
 * Return the error of a response that a Recall service doesn't give.
 * @param {Response} response
 * @param {string} problem What is wrong with it.
 * @param {typeof ApiError} [Kind] Class of the error.
 * @returns {ApiError}
 */
export function foreign(response, problem, Kind = ForeignResponseError) {
  return new Kind(`status ${response.status}, ${problem}: check the endpoint`, {
    status: response.status,
    code: "unknown",
    field: null,
    requestId: response.headers.get("X-Request-Id"),
    retryAfter: retryAfterOf(response),
  });
}

/**
 * Return an error's body, if it has the service's shape.
 * @param {string} text
 * @returns {import("../types/recall-api.js").Error | null}
 */
function describedIn(text) {
  try {
    const body = JSON.parse(text);
    const { code, message, field } = body.error;
    const whole = [code, message, body.request_id].every((one) => typeof one === "string");
    return whole && (field === null || typeof field === "string") ? body : null;
  } catch {
    return null;
  }
}

/**
 * Return the seconds that `Retry-After` asks for, as a number or as a date; null without it.
 * @param {Response} response
 * @returns {number | null}
 */
function retryAfterOf({ headers }) {
  const text = headers.get("Retry-After")?.trim() ?? "";
  if (/^\d+$/.test(text)) return Number(text);
  const [until, sent] = [Date.parse(text), Date.parse(headers.get("Date") ?? "")];
  return Number.isNaN(until) || Number.isNaN(sent) ? null : Math.max(0, (until - sent) / 1000);
}
