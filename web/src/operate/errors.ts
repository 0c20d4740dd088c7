// What went wrong with the operations API, in words for its owner.

import { OperationsError } from "../service/operations";
import { online } from "../service/online";
import { t } from "../texts";
import { asNumber } from "../texts/format";

/** Whether the request was refused because the session is over. */
export function isSessionOver(error: unknown): boolean {
  return error instanceof OperationsError && error.status === 403 && (error.code === "session_expired" || /token .*expired/i.test(error.message));
}

/** Whether the same request may succeed in a moment, without anybody changing anything. */
export function isPassing(error: unknown): boolean {
  return error instanceof OperationsError && (error.status === null || error.status === 429 || (error.status >= 500 && error.code !== "move_failed"));
}

/** What to tell the owner about an error of a call. */
export function wordsOf(error: unknown): string {
  const words = t.value.operate.errors;
  if (!(error instanceof OperationsError)) return words.unexpected;
  if (error.status === null) return online.value ? words.unreachable : words.offline;
  if (error.status === 403) return ofRefused(error);
  if (error.status === 400) return words.wrongInput(error.message);
  if (error.status === 404) return words.notThere;
  if (error.status === 409) return words.refused(error.message);
  if (error.code === "move_failed") return t.value.operate.move.failed(error.message);
  if (error.status === 429 || error.status === 503) return words.busy(error.retryAfter ? asNumber(error.retryAfter) : null);
  return words.broken(error.requestId);
}

/** Why a signature wasn't taken, as far as the text of AWS or of the service says. */
function ofRefused(error: OperationsError): string {
  const words = t.value.operate.errors;
  if (isSessionOver(error)) return words.sessionOver;
  if (/IAM must allow|not authorized/.test(error.message)) return words.notAllowed;
  return words.wrongCredentials;
}
