// What the responses must have, so that another service's are noticed.

/** @import { Interval } from "../types/recall-api.js" */
/** @import { Embeddings, Ranking, RatedSchedule, Schedule } from "../types/api.js" */

/** A response isn't one of the call. */
export class WrongShapeError extends Error {}

const CARD = { model: "string", model_version: "string" };
/** Kind of each required field: as `typeof` says, "array", or "nullable". */
export const SHAPES = {
  PredictOneResponse: { ...CARD, recall_probability: "number" },
  ScheduleManyTargets: { ...CARD, intervals: "array" },
  ScheduleForEachRating: { ...CARD, again: "array", hard: "array", good: "array", easy: "array" },
  Interval: { interval_days: "number", target_recall: "number", reachable: "boolean" },
  CurveResponse: { ...CARD, days: "array", recall_probability: "array" },
  PredictCardsResponse: { results: "array", model_version: "string" },
  RankResponse: { ranking: "array", model_version: "string" },
  Ranked: { index: "number", recall_probability: "number" },
  ReviewsResponse: { accepted: "number", repeated: "number", rejected: "array" },
  StudyResponse: { results: "array", accepted: "number", repeated: "number", rejected: "number", model_version: "string" },
  StudyAccepted: {
    event_id: "string",
    card: "string",
    status: "string",
    recall_probability: "nullable",
    interval_days: "number",
    due_at: "string",
    target_recall: "number",
    reachable: "boolean",
  },
  StudyRejected: { status: "string", error: "object" },
  FieldError: { code: "string", message: "string", field: "string" },
  DueResponse: { cards: "array", due: "number", forecast: "array", target_recall: "number", model_version: "string" },
  RememberedCardResponse: {
    ...CARD,
    card: "string",
    recall_probability: "number",
    interval_days: "number",
    due_at: "string",
    target_recall: "number",
    reachable: "boolean",
    state: "object",
    reviews: "array",
  },
  RememberedLearnerResponse: {
    learner: "string",
    cards: "number",
    reviews: "number",
    failures: "number",
    retention: "array",
    learner_state: "nullable",
    certainty: "number",
    target_recall: "number",
    last_reviewed_at: "nullable",
    model_version: "string",
  },
  DeleteReviewResponse: { event_id: "string", card: "string", reviews: "number" },
  DeleteCardResponse: { card: "string", reviews: "number" },
  DeleteLearnerResponse: { cards: "number" },
  ExportedReview: { event_id: "string", card: "string", rating: "number", reviewed_at: "string" },
  ImportResponse: { accepted: "number", repeated: "number", rejected: "array", model_version: "string" },
  RejectedImport: { card: "number", review: "number", error: "object" },
  ModelResponse: {
    model_version: "string",
    trained_at: "nullable",
    training: "nullable",
    features: "array",
    maximum_cards: "number",
  },
  ModelParametersResponse: {
    model_version: "string",
    schema_version: "number",
    kind: "string",
    features: "array",
    three_inputs: "object",
    training: "object",
  },
  HealthResponse: { status: "string", model_version: "string", degraded: "boolean" },
  EmbedResponse: { embeddings: "array", count: "number", dimension: "number", model: "string", language: "string", truncated: "number" },
  SimilarResponse: { pairs: "array", model: "string", language: "string", truncated: "number" },
  TopicsResponse: { topics: "array", model: "string", language: "string", truncated: "number" },
  QualityResponse: { made_at: "string", model_version: "string", week: "nullable", days: "array" },
};
const DIMENSION = 384; // numbers of a vector
const INTERVAL = ["interval_days", "target_recall", "reachable", "highest_recall", "due_at", "bound_by", "extrapolated"];
const RATINGS = /** @type {const} */ (["again", "hard", "good", "easy"]);

/**
 * Return what reads a response with this schema of the OpenAPI document.
 * @param {keyof typeof SHAPES} name
 * @returns {(body: any) => any}
 */
export function reader(name) {
  return (body) => checked(body, name);
}

/**
 * @param {any} body
 * @param {keyof typeof SHAPES} name
 */
function checked(body, name) {
  if (typeof body !== "object" || body === null) throw new WrongShapeError("it isn't an object");
  for (const [field, kind] of Object.entries(SHAPES[name])) {
    const value = body[field];
    const found = Array.isArray(value) ? "array" : typeof value;
    if (kind === "nullable" ? value === undefined : found !== kind) {
      throw new WrongShapeError(`${field} is ${value === undefined ? "missing" : `of type ${found}`}`);
    }
  }
  return body;
}

/**
 * Read the response for a list of cards, whose results are still JSON.
 * @param {any} body
 * @param {number} cards How many were sent.
 * @returns {{ results: unknown[], learner_state?: string | null }}
 */
export function readList(body, cards) {
  const { results } = checked(body, "PredictCardsResponse");
  if (results.length !== cards) throw new WrongShapeError(`${results.length} results of ${cards} cards`);
  return body;
}

/**
 * Read the schedule of one card; for a single target, its interval isn't in a list of its own.
 * @param {any} body
 * @returns {Schedule}
 */
export function readSchedule(body) {
  if (typeof body !== "object" || body === null || "intervals" in body) {
    return { ...checked(body, "ScheduleManyTargets"), intervals: intervalsOf(body) };
  }
  const [own, others] = [true, false].map((inside) =>
    Object.fromEntries(Object.entries(body).filter(([name]) => INTERVAL.includes(name) === inside)),
  );
  return { ...checked({ ...others, intervals: [own] }, "ScheduleManyTargets"), intervals: intervalsOf(own) };
}

/**
 * Read the schedule of one card for each rating, for a single target or for a list of them.
 * @param {any} body
 * @returns {RatedSchedule}
 */
export function readRatedSchedule(body) {
  const listed = { ...body };
  for (const name of RATINGS) listed[name] = intervalsOf(listed[name]);
  return checked(listed, "ScheduleForEachRating");
}

/**
 * @param {any} value An interval, or an object that has a list of them.
 * @returns {Interval[]}
 */
function intervalsOf(value) {
  const intervals = Array.isArray(value?.intervals) ? value.intervals : [value];
  return intervals.map(reader("Interval"));
}

/**
 * Read the ranking of so many cards.
 * @param {any} body
 * @param {number} cards
 * @returns {Ranking}
 */
export function readRanking(body, cards) {
  /** @type {number[]} */
  const indexes = checked(body, "RankResponse").ranking.map((/** @type {any} */ one) => checked(one, "Ranked").index);
  if (!areIndexes(indexes, cards)) throw new WrongShapeError(`the ranking isn't one of ${cards} cards`);
  return body;
}

/**
 * Read the vectors of so many texts, each of which is base64 of little-endian 32-bit floats.
 * @param {any} body
 * @param {number} texts
 * @returns {Required<Embeddings>}
 */
export function readEmbeddings(body, texts) {
  const { embeddings, model, truncated } = checked(body, "EmbedResponse");
  if (embeddings.length !== texts) throw new WrongShapeError(`${embeddings.length} vectors of ${texts} texts`);
  return { vectors: embeddings.map(vectorOf), model, truncated };
}

/** @param {unknown} encoded */
function vectorOf(encoded) {
  let bytes;
  try {
    bytes = atob(String(encoded));
  } catch {
    throw new WrongShapeError("a vector isn't base64");
  }
  if (bytes.length !== DIMENSION * Float32Array.BYTES_PER_ELEMENT) throw new WrongShapeError(`a vector has ${bytes.length} bytes`);
  const view = new DataView(Uint8Array.from(bytes, (byte) => byte.charCodeAt(0)).buffer);
  return Float32Array.from({ length: DIMENSION }, (_, index) => view.getFloat32(index * Float32Array.BYTES_PER_ELEMENT, true));
}

/**
 * Return whether numbers are different positions in a list of this length.
 * @param {unknown[]} indexes
 * @param {number} length
 */
export function areIndexes(indexes, length) {
  const inside = indexes.every((one) => Number.isInteger(one) && Number(one) >= 0 && Number(one) < length);
  return inside && new Set(indexes).size === indexes.length;
}
