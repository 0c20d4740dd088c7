// Evaluates the page's model on vectors: JSON in, JSON out. `vectors.py` says what each one holds, and `expected.py`
// what is written of it.

import { readFileSync, writeFileSync } from "node:fs";

import * as core from "../../web/src/core";
import type { Artifact, Curve, LearnerState, Rating, StudyReview } from "../../web/src/core";
import { updated } from "../../web/src/core/learner";

type Numbers = readonly number[];
type Rows = readonly Numbers[];

const [vectorsFile, resultsFile] = process.argv.slice(2) as [string, string];
const { models, states, ...vectors } = JSON.parse(readFileSync(vectorsFile, "utf8"));
const artifacts: Artifact[] = models.map(core.decodeArtifact);
const learners: LearnerState[] = states.map((numbers: Numbers, i: number) => (i === 0 ? core.START : stateOf(numbers)));

/** A state from `lower`'s numbers. */
function stateOf(numbers: Numbers): LearnerState {
  const mean = numbers.slice(0, 6);
  const at = (i: number, j: number) => 6 + (Math.max(i, j) * (Math.max(i, j) + 1)) / 2 + Math.min(i, j);
  return { mean, covariance: mean.map((_, i) => mean.map((_, j) => numbers[at(i, j)]!)) };
}

function lower({ mean, covariance }: LearnerState): Numbers {
  return [...mean, ...covariance.flatMap((row, i) => row.slice(0, i + 1))];
}

function curveOf([logStability, logDecay, slipLogit]: Numbers): Curve {
  return { logStability: logStability!, logDecay: logDecay!, slipLogit: slipLogit! };
}

function numbersOf({ logStability, logDecay, slipLogit }: Curve): Numbers {
  return [logStability, logDecay, slipLogit];
}

function reviewsOf(rows: Rows): StudyReview[] {
  return rows.map(([time, rating, day, seconds]) => ({ time: time!, rating: rating as Rating, day: day!, seconds: seconds! }));
}

/** Reviews of [ms since 1970, rating, the answer's ms], with times in days from an origin. */
function timed(rows: Rows, timeZone: string, startsAt: number, originMs: number): StudyReview[] {
  return rows.map(([atMs, rating, durationMs]) => ({
    time: (atMs! - originMs) / core.MILLISECONDS_PER_DAY,
    rating: rating as Rating,
    day: core.studyDay(atMs!, core.offsetMinutes(atMs!, timeZone), startsAt / 60),
    seconds: durationMs! / 1000,
  }));
}

/** The bounds that a request sends. */
function boundsOf(sent: Record<string, number>): core.Bounds {
  return core.boundsOf({
    ...("min_interval" in sent && { shortest: sent["min_interval"] }),
    ...("min_relearning_interval" in sent && { shortestAgain: sent["min_relearning_interval"] }),
    ...("max_interval" in sent && { longest: sent["max_interval"] }),
  });
}

const READERS = {
  artifact: core.decodeArtifact,
  state: (text: string) => core.decodeState(text, 0),
  reviews: (rows: Rows) => core.historyOf(reviewsOf(rows)),
  bounds: boundsOf,
};

const KINDS = {
  curve(numbers: Numbers, days: number, target: number): Numbers {
    const curve = curveOf(numbers);
    return [core.recallProbability(curve, days), core.interval(curve, target)];
  },

  history(model: number, reviews: Rows, state: number, days: number, target: number): Numbers {
    const history = core.historyOf(reviewsOf(reviews));
    const curve = core.cardCurve(artifacts[model]!, history, learners[state]);
    const { stability, difficulty } = history.memory;
    const recall = [core.recallProbability(curve, days), core.retrievability(history.memory, days)];
    const left = [stability, difficulty, ...numbersOf(curve), ...core.historyFeatures(history)];
    return [...recall, core.interval(curve, target), ...left];
  },

  three_inputs(model: number, count: number, difficulty: number, state: number, days: number, target: number): Numbers {
    const curve = artifacts[model]!.threeInputs.curve(count, difficulty, learners[state]);
    return [core.recallProbability(curve, days), core.interval(curve, target), ...numbersOf(curve)];
  },

  outcome(state: number, curve: Numbers, first: boolean, f: number, days: number, recalled: boolean): Numbers {
    const along = first ? ([1, 1, 0, 0, f, 0] as const) : ([1, 0, 0, 0, 0, f] as const);
    return lower(updated(learners[state]!, curveOf(curve), along, days, recalled));
  },

  buttons(model: number, reviews: Rows, [time, day]: [number, number], target: number, state: number, sent: Record<string, number>): Numbers {
    const history = reviews.length > 0 ? core.historyOf(reviewsOf(reviews)) : null;
    const [artifact, now, learner] = [artifacts[model]!, { time, day }, learners[state]!];
    const buttons = core.buttons(artifact, history, now, target, learner, boundsOf(sent));
    const found = core.RATINGS.flatMap((rating) => {
      const { days, reachable, highestRecall } = buttons[rating];
      return [highestRecall, days, reachable ? 1 : 0];
    });
    if (history === null) return found;
    const remembered = core.rememberedButtons(artifact, history, now, target, learner);
    return [...found, ...core.RATINGS.map((rating) => remembered[rating].days)];
  },

  text(state: number, taughtBy: number, model: number): [string, Numbers] {
    const text = core.encodeState(learners[state]!, taughtBy);
    return [text, lower(core.decodeState(text, model))];
  },

  day(atMs: number, timeZone: string, startsAt: number): Numbers {
    const offset = core.offsetMinutes(atMs, timeZone);
    return [offset, core.studyDay(atMs, offset, startsAt / 60)];
  },

  refused(what: keyof typeof READERS, given: unknown): [string, string | null] | null {
    const read = READERS[what] as (given: unknown) => unknown;
    try {
      read(given);
    } catch (error) {
      return [(error as Error).name, error instanceof core.InvalidInputError ? error.field : null];
    }
    return null;
  },

  learner(model: number, cards: readonly Rows[]): Numbers {
    return lower(core.learn(artifacts[model]!, cards.map(reviewsOf)));
  },

  request(rows: Rows, nowMs: number, timeZone: string, startsAt: number, sent: string, target: number, rating: number): [Numbers, Numbers, string] {
    const artifact = artifacts[0]!;
    const state = core.decodeState(sent, artifact.fingerprint);
    const history = core.historyOf(timed(rows, timeZone, startsAt, nowMs));
    const now = { time: 0, day: core.studyDay(nowMs, core.offsetMinutes(nowMs, timeZone), startsAt / 60) };
    const curve = core.cardCurve(artifact, history, state);
    const due = core.schedule(curve, target, core.DEFAULT_BOUNDS, history.rating === core.AGAIN);
    const buttons = core.buttons(artifact, history, now, target, state);
    const recall = [-history.time, 0, 10, 20, 30, 40].map((days) => core.recallProbability(curve, days));
    const intervals = [due.days, ...core.RATINGS.map((each) => buttons[each].days)];
    const learned = core.learnerAfter(artifact, history, now, state, rating !== core.AGAIN);
    return [recall, intervals, core.encodeState(learned, artifact.fingerprint)];
  },

  remembered(cards: readonly Rows[], nowMs: number, timeZone: string, startsAt: number, target: number): [Numbers, Numbers[]] {
    const artifact = artifacts[0]!;
    const reviews = cards.map((rows) => timed(rows, timeZone, startsAt, 0));
    const state = core.learn(artifact, reviews);
    const day = core.studyDay(nowMs, core.offsetMinutes(nowMs, timeZone), startsAt / 60);
    const now = { time: nowMs / core.MILLISECONDS_PER_DAY, day };
    const buttons = reviews.map((card) => core.rememberedButtons(artifact, core.historyOf(card), now, target, state));
    return [lower(state), buttons.map((each) => core.RATINGS.map((rating) => each[rating].days))];
  },
};

const results = Object.entries(vectors).map(([kind, inputs]) => {
  const evaluate = KINDS[kind as keyof typeof KINDS] as (...input: unknown[]) => unknown;
  return [kind, (inputs as unknown[][]).map((input) => evaluate(...input))];
});
const fingerprints = artifacts.map(({ fingerprint }) => fingerprint);
writeFileSync(resultsFile, JSON.stringify({ fingerprints, ...Object.fromEntries(results) }));
