// Texts of cards: a list of any length to embed, in as many requests as it takes.

/** @import { CallSettings, Embeddings } from "../types/api.js" */
/** @import { Connection } from "./connection.js" */

import { elementsOf, split, TEXTS_PER_CALL } from "./batches.js";
import { readEmbeddings } from "./shapes.js";

const OPTIONS = { encoding: "base64" }; // a third of the bytes

/**
 * Return texts as a list; one text, whose letters would be taken for texts, is a TypeError.
 * @param {Iterable<string>} texts
 * @param {"texts" | "among"} name
 */
export function listed(texts, name = "texts") {
  if (typeof texts === "string") throw new TypeError(`${name} must be a list of texts, not one text`);
  return [...texts];
}

/**
 * Embed texts.
 * @param {Connection} connection
 * @param {Iterable<string>} texts
 * @param {CallSettings} settings
 * @returns {Promise<Embeddings>}
 */
export async function embed(connection, texts, settings) {
  const call = connection.begin(settings);
  const responses = [];
  for (const part of split(elementsOf(listed(texts)), OPTIONS, TEXTS_PER_CALL)) {
    const read = (/** @type {any} */ body) => readEmbeddings(body, part.length);
    responses.push(await connection.sendPart(call, "/v1/embed", "texts", part, OPTIONS, read));
  }
  const model = responses.at(-1)?.model;
  return {
    vectors: responses.flatMap(({ vectors }) => vectors),
    ...(model !== undefined && { model }),
    truncated: responses.reduce((sum, { truncated }) => sum + truncated, 0),
  };
}
