// What went wrong with the service, in words for people. The service's own text is shown only where it says what the
// reader can change.

import {
  ApiError,
  BodyTooLargeError,
  ConnectionFailedError,
  ForbiddenError,
  ForeignResponseError,
  InvalidInputError,
  NotFoundError,
  TimedOutError,
  UnavailableError,
} from "recall-client";

import { t } from "../texts";
import { asNumber } from "../texts/format";
import { online } from "./online";

/** Path of a call that the deployment's owner can turn on, and the setting in `cdk.json` that does it. */
const SETTINGS = [
  ["/v1/learners", "memory"],
  ["/v1/reviews", "reviews_retention_days"],
  ["/v1/quality", "reviews_retention_days"],
  ["/v1/embed", "text"],
  ["/v1/similar", "text"],
  ["/v1/topics", "text"],
] as const;

/** What to tell the reader about an error of a call of the client. */
export function wordsOf(error: unknown): string {
  const words = t.value.errors;
  if (error instanceof TimedOutError) return words.tooSlow;
  if (error instanceof ConnectionFailedError) return online.value ? words.unreachable : words.offline;
  if (error instanceof ForeignResponseError) return words.foreign;
  if (error instanceof ApiError) return ofApi(error);
  return words.unexpected;
}

/** Whether the same request may succeed later, without anybody changing anything. */
export function isPassing(error: unknown): boolean {
  if (error instanceof ConnectionFailedError) return true;
  return error instanceof ApiError && [429, 500, 502, 503, 504].includes(error.status);
}

function ofApi(error: ApiError): string {
  const words = t.value.errors;
  if (error instanceof ForbiddenError) return error.field === "learner" ? words.otherLearners : words.wrongKey;
  if (error instanceof NotFoundError) return ofNotFound(error);
  if (error instanceof BodyTooLargeError) return words.tooLarge;
  if (error instanceof InvalidInputError) return isOlderService(error) ? words.older : words.refused(error.message);
  if (error.code === "quota_exceeded") return words.quota;
  if (error.status === 429) return words.throttled(again(error));
  if (error instanceof UnavailableError) return words.unavailable(again(error));
  if (error.status === 405 || error.status === 415) return words.older;
  return words.broken(error.requestId);
}

function ofNotFound(error: NotFoundError): string {
  const words = t.value.errors;
  if (error.field !== "path") return words.notKnown;
  const off = SETTINGS.find(([path]) => error.message.includes(`${path} is off`));
  if (off) return words.off(off[1]);
  return isOlderService(error) ? words.older : words.nothingYet;
}

/** Whether the service knows no such path or field: it is of an older version than this page. */
export function isOlderService(error: ApiError): boolean {
  return error.message.includes(" is unknown; known are ");
}

function again({ retryAfter }: ApiError): string {
  return retryAfter ? t.value.errors.inSeconds(asNumber(Math.ceil(retryAfter)), retryAfter > 1) : t.value.errors.later;
}
