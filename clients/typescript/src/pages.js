// Responses of JSON lines, which come in pages.

/** @import { Reader } from "./exchange.js" */

import { resultOf } from "./exchange.js";

/**
 * A page of a list.
 * @template T
 * @typedef {object} Page
 * @property {T[]} lines What its lines say.
 * @property {string | null} after The `after` by which the next page is asked for; null of the last page.
 */

/**
 * Return the page that a response holds. The next page is known from the `Link`, of which only the `after` counts:
 * its host and path may be those behind a proxy.
 * @template T
 * @param {Response} response
 * @param {string} text Its body.
 * @param {Reader<T>} read Reads a line.
 * @returns {Page<T>}
 */
export function pageOf(response, text, read) {
  const lines = resultOf(response, text, (body) => /** @type {unknown[]} */ (body).map(read), parsedLines);
  const [, next] = /<([^<>]*)>\s*;\s*rel="?next"?/.exec(response.headers.get("Link") ?? "") ?? [];
  const after = next === undefined ? null : new URL(next, "https://service.invalid").searchParams.get("after");
  return { lines, after };
}

/** @param {string} text */
function parsedLines(text) {
  const lines = text.split("\n");
  if (lines.pop() !== "") throw new SyntaxError("the last line has no end");
  return lines.map((line) => JSON.parse(line));
}
