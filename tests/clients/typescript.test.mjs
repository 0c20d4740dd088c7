// What needs no service: limits, pauses, signals and what is refused before anything is sent.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import * as limits from "../../clients/typescript/src/batches.js";
import { ApiError, Client, ConnectionFailedError, ForeignResponseError } from "../../clients/typescript/src/index.js";

const DOCUMENT = JSON.parse(readFileSync(new URL("../../lambda_src/inference/openapi.json", import.meta.url), "utf8"));
const ENDPOINT = "https://a1b2c3d4e5.execute-api.eu-central-1.amazonaws.com/prod/";
const CARD = { days_since_last_review: 3, review_count: 4, difficulty: 5.5 };

/** Return a client whose requests get these responses, and the requests. */
function clientOf(responses, settings = {}) {
  const requests = [];
  const fetch = async (url, init) => {
    requests.push({ url, ...init });
    const next = responses.shift();
    if (next instanceof Error) throw next;
    return next;
  };
  return { client: new Client(ENDPOINT, "key", { fetch, ...settings }), requests };
}

const failure = (status, headers = {}) =>
  Response.json({ error: { code: "some_code", message: "it failed", field: null }, request_id: "r-1" }, { status, headers });

test("limits are those of the document", () => {
  const { components, "x-limits": own } = DOCUMENT;
  const items = (name, list) => components.schemas[name].properties[list].maxItems;
  assert.equal(limits.CARDS_PER_CALL, items("PredictCards", "cards"));
  assert.equal(limits.CARDS_PER_CALL, items("ScheduleCards", "cards"));
  assert.equal(limits.CARDS_PER_RANKING, items("RankRequest", "cards"));
  assert.equal(limits.OUTCOMES_PER_CALL, items("ReviewsRequest", "reviews"));
  assert.equal(limits.OUTCOMES_PER_CALL, items("StudyRequest", "reviews"));
  assert.equal(limits.CARDS_PER_IMPORT, items("ImportRequest", "cards"));
  assert.equal(limits.REVIEWS_PER_IMPORT, components.schemas.ImportResponse.properties.accepted.maximum);
  assert.equal(limits.BODY_BYTES, own.body_bytes);
  assert.equal(limits.REVIEWS_PER_CALL, own.reviews_per_request);
});

test("bodies are measured in bytes of UTF-8", () => {
  const listed = Array.from({ length: 900 }, (_, i) => ({ event_id: `e${i}`, note: "é".repeat(4000) }));
  const parts = limits.split(limits.elementsOf(listed), {}, 1000);
  const sizes = parts.map((part) => Buffer.byteLength(limits.bodyOf("reviews", part, {})));
  assert.equal(parts.flat().length, 900);
  assert.equal(parts.length, 3);
  assert.ok(sizes.every((size) => size <= limits.BODY_BYTES));
});

test("pauses double up to the longest, and begin after Retry-After", async (t) => {
  t.mock.method(Math, "random", () => 1);
  const pauses = [];
  t.mock.method(globalThis, "setTimeout", (act, ms) => {
    if (ms !== 30_000 && ms !== 5_000) {
      pauses.push(ms);
      queueMicrotask(act);
    }
  });
  const responses = [failure(503, { "Retry-After": "2" }), failure(500), new TypeError("reset"), failure(429), failure(504)];
  const { client } = clientOf(responses, { retries: { attempts: 5, firstPauseMs: 100, longestPauseMs: 300 } });
  await assert.rejects(client.predict(CARD), { name: "ApiError", status: 504, requestId: "r-1" });
  assert.deepEqual(pauses, [2100, 200, 300, 300]);
});

test("Retry-After may be a date", async () => {
  const headers = { Date: "Fri, 20 Nov 2026 09:00:00 GMT", "Retry-After": "Fri, 20 Nov 2026 10:00:00 GMT" };
  const { client, requests } = clientOf([failure(429, headers)]);
  await assert.rejects(client.predict(CARD), { name: "ThrottledError", retryAfter: 3600 });
  assert.equal(requests.length, 1);
});

test("a signal ends a call with its reason", async () => {
  const reason = new Error("the page was left");
  const { client, requests } = clientOf([failure(503, { "Retry-After": "9" })]);
  const leaving = new AbortController();
  const call = client.predict(CARD, {}, { signal: leaving.signal });
  setTimeout(() => leaving.abort(reason), 20);
  await assert.rejects(call, reason);
  await assert.rejects(client.predict(CARD, {}, { signal: AbortSignal.abort(reason) }), reason);
  assert.equal(requests.length, 1);
});

test("a call may have its own time", async () => {
  const { client } = clientOf([failure(503, { "Retry-After": "9" })]);
  await assert.rejects(client.model({ timeoutMs: 5_000 }), { name: "UnavailableError", retryAfter: 9 });
});

test("an attempt without a response has its cause", async () => {
  const cause = new TypeError("fetch failed");
  const { client } = clientOf([cause], { retries: { attempts: 1 } });
  await assert.rejects(client.health(), (error) => error instanceof ConnectionFailedError && error.cause === cause);
});

test("a redirect and another service's 400 are foreign", async () => {
  const redirect = new Response(null, { status: 302, headers: { Location: "https://elsewhere.example" } });
  await assert.rejects(clientOf([redirect]).client.health(), ApiError);
  const { client } = clientOf([Response.json({ message: "Bad Request" }, { status: 400 })]);
  await assert.rejects(client.health(), { name: "InvalidInputError", code: "unknown" });
});

const wrongLists = [
  ["predict", { results: [], model_version: "v1" }],
  ["predict", { results: [{ recall_probability: 0.5 }], model_version: "v1" }],
  ["rank", { ranking: [{ index: 1, recall_probability: 0.5 }], model_version: "v1" }],
  ["rank", { ranking: Array(2).fill({ index: 0, recall_probability: 0.5 }), model_version: "v1" }],
  ["sendReviews", { accepted: 2, repeated: 0, rejected: [] }],
  ["schedule", { results: [["interval_days", 3]], model_version: "v1" }],
  ["scheduleEachRating", { results: [{ again: 3 }], model_version: "v1" }],
];
for (const [method, body] of wrongLists) {
  test(`a success that isn't of the list that was sent is foreign: ${method} ${JSON.stringify(body)}`, async () => {
    await assert.rejects(clientOf([Response.json(body)]).client[method]([CARD]), ForeignResponseError);
  });
}

const wrongOfALearner = [
  ["study", { results: [], accepted: 1, repeated: 0, rejected: 0, model_version: "v1" }],
  ["study", { results: [{ status: "accepted" }], accepted: 1, repeated: 0, rejected: 0, model_version: "v1" }],
  ["importCards", { accepted: 0, repeated: 0, rejected: [{ card: 1, review: 0, error: {} }], model_version: "v1" }],
  ["card", { card: "gato" }],
];
for (const [method, body] of wrongOfALearner) {
  test(`a success that isn't of a learner's call is foreign: ${method} ${JSON.stringify(body)}`, async () => {
    const learner = clientOf([Response.json(body)]).client.learner("ada");
    await assert.rejects(learner[method](method === "card" ? "gato" : [CARD]), ForeignResponseError);
  });
}

test("a review of a full card is an error", async () => {
  const error = { code: "invalid_input", message: "reviews[0].card is full", field: "reviews[0].card" };
  const body = { results: [{ status: "rejected", error }], accepted: 0, repeated: 0, rejected: 1, model_version: "v1" };
  const { client } = clientOf([Response.json(body)]);
  const wanted = { name: "InvalidInputError", message: error.message, field: error.field, status: 400 };
  await assert.rejects(client.learner("ada").study({ card: "gato", rating: 3, reviewed_at: "2026-11-20T08:15:00Z" }), wanted);
});

test("ids that URLs don't keep are refused before anything is sent", async () => {
  const { client, requests } = clientOf([]);
  for (const id of ["", ".", "..", "\ud800"]) {
    assert.throws(() => client.learner(id), RangeError);
    await assert.rejects(client.learner("ada").card(id), RangeError);
    await assert.rejects(client.learner("ada").undo(id), RangeError);
  }
  assert.throws(() => client.learner(7), TypeError);
  assert.equal(requests.length, 0);
});

test("an import is split by its reviews", async () => {
  const stored = [10_000, 2_000].map((accepted) => ({ accepted, repeated: 0, rejected: [], model_version: "v1" }));
  const { client, requests } = clientOf(stored.map((body) => Response.json(body)));
  const reviews = Array(2000).fill({ rating: 3, reviewed_at: "2026-11-20T08:15:00Z" });
  const cards = Array.from({ length: 6 }, (_, at) => ({ card: `c${at}`, reviews }));
  assert.deepEqual(await client.learner("ada").importCards(cards), { accepted: 12_000, repeated: 0, rejected: [] });
  assert.deepEqual(requests.map(({ body }) => JSON.parse(body).cards.length), [5, 1]);
});

test("a page that was cut off is asked for again", async () => {
  const line = '{"event_id": "e1", "card": "gato", "rating": 3, "reviewed_at": "2026-11-20T08:15:00Z"}\n';
  const headers = { "Content-Type": "application/jsonl" };
  const next = { ...headers, Link: '<?after=a%2Fb>; rel="next"' };
  const pages = [[line.slice(0, 20), headers], ["{}", headers], [line, next], [line, headers]];
  const { client, requests } = clientOf(pages.map(([text, headers]) => new Response(text, { headers })), {
    retries: { firstPauseMs: 1 },
  });
  const exported = [];
  for await (const { event_id } of client.learner("ada").export()) exported.push(event_id);
  assert.deepEqual(exported, ["e1", "e1"]);
  assert.equal(requests.length, 4);
  assert.ok(requests[3].url.endsWith("/v1/learners/ada/export?after=a%2Fb"));
});

test("numbers that JSON doesn't have are refused before anything is sent", async () => {
  const { client, requests } = clientOf([]);
  await assert.rejects(client.predict([CARD, { ...CARD, difficulty: NaN }]), /difficulty must not be NaN/);
  assert.equal(requests.length, 0);
});

test("a key that no header can hold is refused without quoting it", () => {
  for (const key of ["", "a b", "key\n", "schlüssel"]) {
    assert.throws(() => new Client(ENDPOINT, key), /^TypeError: apiKey must be ASCII without spaces and line breaks$/);
  }
});

test("cards may come from a generator", async () => {
  const result = { recall_probability: 0.5, model: "history", model_version: "v1" };
  const { client, requests } = clientOf([Response.json({ results: [result, result], model_version: "v1" })]);
  function* cards() {
    yield CARD;
    yield { reviews: (function* () { yield { days_ago: 2, rating: 3 }; })() };
  }
  assert.equal((await client.predict(cards(), { now: null })).results.length, 2);
  assert.equal(requests[0].url, "https://a1b2c3d4e5.execute-api.eu-central-1.amazonaws.com/prod/v1/predict");
  assert.deepEqual(JSON.parse(requests[0].body), { cards: [CARD, { reviews: [{ days_ago: 2, rating: 3 }] }] });
});
