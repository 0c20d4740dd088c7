// The stored form of a model: JSON that says what it is, so that what isn't understood can be refused.

import { DamagedArtifactError, UnsupportedArtifactError } from "./errors";
import { FEATURES } from "./features";
import { fingerprintOf } from "./fingerprint";
import { HISTORY_FEATURES, HistoryModel, type Line } from "./history";
import { ThreeInputModel } from "./three_inputs";

const SCHEMA_VERSION = 2;
const KIND = "power_curve";
const HEADS = ["new_learner", "known_learner"] as const;
const COEFFICIENTS = ["intercept", "log_review_count", "logit_difficulty", "first_day"] as const;
const SINGLE = ["log_decay", "slip_logit"] as const;

/** Lowest and highest value of an input to which a model needn't extrapolate. */
export type Range = readonly [number, number];

/** A model and what is known of its training. */
export interface Artifact {
  /** Gives the curves of cards of which three inputs are known. */
  readonly threeInputs: ThreeInputModel;
  /** Gives the curves of cards whose reviews are known; null of a model without this part. */
  readonly history: HistoryModel | null;
  /**
   * Of days since the last review, review days and difficulty; without end where the record has none. The days have no
   * lowest one: a curve begins with its review, however long training's shortest interval was.
   */
  readonly ranges: readonly [Range, Range, Range];
  /** Where it comes from: `reviews`, `learners`, `simulated`, `metrics` and so on. */
  readonly training: Readonly<Record<string, unknown>>;
  /** From 0 to 2³² − 1; another one for other parameters. Says which model taught a learner's state. */
  readonly fingerprint: number;
}

type Fields = Readonly<Record<string, unknown>>;

/**
 * Read a model, as `GET /v1/model/parameters` answers it.
 * @throws {DamagedArtifactError} If it isn't an artifact, or a part of it is missing.
 * @throws {UnsupportedArtifactError} If its schema, kind or features aren't the ones that this version knows, or
 * its parameters would break a curve's guarantees.
 */
export function decodeArtifact(json: unknown): Artifact {
  if (!isObject(json)) throw new DamagedArtifactError("the artifact isn't a JSON object");
  for (const [key, known] of [["schema_version", SCHEMA_VERSION], ["kind", KIND], ["features", FEATURES]] as const) {
    if (!(key in json)) throw new DamagedArtifactError(`the artifact has no ${key}`);
    if (!equal(json[key], known)) {
      const [found, expected] = [JSON.stringify(json[key]), JSON.stringify(known)];
      throw new UnsupportedArtifactError(`the artifact's ${key} is ${found}; known is ${expected}`);
    }
  }
  const { training } = json;
  if (!isObject(training)) throw new DamagedArtifactError("the artifact has no training record");
  const threeInputs = readThreeInputs(json["three_inputs"]);
  const history = "history" in json ? readHistory(json["history"]) : null;
  const ranges = readRanges(training["ranges"]);
  return { threeInputs, history, ranges, training, fingerprint: fingerprintOf(threeInputs, history) };
}

function readThreeInputs(data: unknown): ThreeInputModel {
  const part = "the artifact's three_inputs";
  const { log_stability: line, ...single } = exactly(data, ["log_stability", ...SINGLE], part);
  const numbers = { ...exactly(line, COEFFICIENTS, `${part}.log_stability`), ...single };
  if (!allNumbers(Object.values(numbers))) throw new DamagedArtifactError(`${part} must hold numbers`);
  const values = numbers as Record<(typeof COEFFICIENTS)[number] | (typeof SINGLE)[number], number>;
  return new ThreeInputModel({
    intercept: values.intercept,
    logReviewCount: values.log_review_count,
    logitDifficulty: values.logit_difficulty,
    firstDay: values.first_day,
    logDecay: values.log_decay,
    slipLogit: values.slip_logit,
  });
}

function readHistory(data: unknown): HistoryModel {
  const { features, ...heads } = exactly(data, ["features", ...HEADS], "the history model");
  if (!equal(features, HISTORY_FEATURES)) {
    const [found, known] = [JSON.stringify(features), JSON.stringify(HISTORY_FEATURES)];
    throw new UnsupportedArtifactError(`the history model's features are ${found}; known are ${known}`);
  }
  return new HistoryModel(readLine("new_learner", heads), readLine("known_learner", heads));
}

function readLine(head: (typeof HEADS)[number], heads: Fields): Line {
  const part = `the history model's ${head}`;
  const line = exactly(heads[head], ["log_stability", ...SINGLE], part);
  const { log_stability: coefficients, log_decay: logDecay, slip_logit: slipLogit } = line;
  if (!Array.isArray(coefficients)) {
    throw new DamagedArtifactError(`${part}.log_stability must be a list of numbers`);
  }
  if (!allNumbers([...coefficients, logDecay, slipLogit])) throw new DamagedArtifactError(`${part} must hold numbers`);
  return { logStability: coefficients, logDecay: logDecay as number, slipLogit: slipLogit as number };
}

function readRanges(ranges: unknown): Artifact["ranges"] {
  if (ranges === undefined || ranges === null) return [ENDLESS, ENDLESS, ENDLESS];
  const pairs = FEATURES.map(({ name }) => (isObject(ranges) ? ranges[name] : undefined));
  if (!pairs.every((pair) => Array.isArray(pair) && pair.length === 2 && allNumbers(pair))) {
    throw new DamagedArtifactError("the artifact's training.ranges must hold two numbers a feature");
  }
  const [[, days], reviewDays, difficulty] = pairs as unknown as Artifact["ranges"];
  return [[-Infinity, days], reviewDays, difficulty];
}

const ENDLESS: Range = [-Infinity, Infinity];

function isObject(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function allNumbers(values: readonly unknown[]): values is readonly number[] {
  return values.every((value) => typeof value === "number");
}

/** A part with these fields and no others. */
function exactly(part: unknown, names: readonly string[], what: string): Fields {
  if (!isObject(part) || !equal(Object.keys(part).sort(), [...names].sort())) {
    throw new DamagedArtifactError(`${what} must have exactly ${names.join(", ")}`);
  }
  return part;
}

/** Whether two JSON values are the same; the order of an object's fields doesn't matter. */
function equal(a: unknown, b: unknown): boolean {
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((each, i) => equal(each, b[i]));
  if (!isObject(a) || !isObject(b)) return a === b;
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => name in b && equal(a[name], b[name]));
}
