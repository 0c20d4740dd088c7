// One response, and the waiting for it.

/**
 * @template T
 * @typedef {(body: unknown) => T} Reader Turns a response's JSON into what a method returns; a `WrongShapeError`
 *   where it is another's.
 */

import { ConnectionFailedError } from "./errors.js";
import { errorOf, foreign } from "./failures.js";
import { WrongShapeError } from "./shapes.js";

// Of a body that has begun: it was whole before it was sent. In Node 20, the body of a response with broken gzip may
// never end, nor does aborting end it.
const SILENCE_MS = 5_000;

/**
 * Reject when a signal aborts.
 * @param {AbortSignal} signal
 * @returns {Promise<never>}
 */
export function aborted(signal) {
  return new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
}

/**
 * Return the body of a response.
 * @param {Response} response
 * @param {(reason: Error) => void} onSilence Called when no more of it comes.
 */
export async function textOf(response, onSilence) {
  if (!response.body) return "";
  const decoder = new TextDecoder();
  const reader = response.body.getReader();
  let text = "";
  for (;;) {
    const silence = setTimeout(() => onSilence(new Error(`silent for ${SILENCE_MS} ms`)), SILENCE_MS);
    const { done, value } = await reader.read().finally(() => clearTimeout(silence));
    if (done) return text + decoder.decode();
    text += decoder.decode(value, { stream: true });
  }
}

/**
 * Return what a response holds.
 * @template T
 * @param {Response} response
 * @param {string} text Its body.
 * @param {Reader<T>} read
 * @param {(text: string) => unknown} [parse] Turns the body into JSON; throws where it is cut off.
 * @returns {T}
 */
export function resultOf(response, text, read, parse = JSON.parse) {
  if (!response.ok) throw errorOf(response, text);
  try {
    return read(parse(text));
  } catch (error) {
    if (error instanceof WrongShapeError) throw foreign(response, `not a response of this call (${error.message})`);
    if (response.headers.get("Content-Type")?.includes("json")) {
      throw new ConnectionFailedError("the response was cut off: its JSON has no end", { cause: error });
    }
    throw foreign(response, "not JSON");
  }
}

/**
 * @param {number} ms
 * @param {AbortSignal | undefined} signal
 * @returns {Promise<void>}
 */
export function sleep(ms, signal) {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", stop);
      resolve();
    }, ms);
    signal?.addEventListener("abort", stop, { once: true });
  });
}
