// What a model says of a card: recall since each review, when it is due, and what each answer would lead to.

import {
  AGAIN,
  type Artifact,
  buttons,
  type Buttons,
  cardCurve,
  type Curve,
  decodeState,
  DEFAULT_BOUNDS,
  difficultyOf,
  encodeState,
  FEATURES,
  fsrsInterval,
  CardHistory,
  type LearnerState,
  offsetMinutes,
  recallProbability,
  retrievability,
  type Schedule,
  schedule,
  START,
  studyDay,
  type StudyReview,
} from "../core";
import { DAY, type Exploration, type Learner, type Reviews } from "./exploration";
import { counted } from "./rules";

/** Recall from one review to the next; the last segment has no end. */
export interface Segment {
  /** Milliseconds since 1970. */
  readonly from: number;
  readonly to: number;
  /** Recall probability so many days after `from`. */
  readonly recall: (days: number) => number;
}

/** When a card is due, and whether that is later than anything that the model was trained on. */
export interface Due extends Schedule {
  readonly extrapolated: boolean;
}

export interface Answer {
  /** None of a new card. */
  readonly segments: readonly Segment[];
  /** For each target. */
  readonly schedules: readonly Due[];
  /** For the first target; null where three inputs don't tell. */
  readonly buttons: Buttons | null;
  /** Names of inputs beyond everything that the model was trained on. */
  readonly beyond: readonly string[];
}

/** Recall at a moment, in milliseconds since 1970; null before the first review. */
export function recallAt(segments: readonly Segment[], moment: number): number | null {
  const segment = segments.findLast(({ from }) => from <= moment);
  return segment ? segment.recall((moment - segment.from) / DAY) : null;
}

/** The supposed learner's state as the service takes it; null of one of whom nothing is supposed. */
export function stateText({ shift, certainty }: Learner, fingerprint: number): string | null {
  if (shift === 0 && certainty === 0) return null;
  const covariance = START.covariance.map((row, i) => row.map((value) => (i === 0 ? value * (1 - certainty) : value)));
  return encodeState({ mean: START.mean.map((m, i) => (i === 0 ? shift : m)), covariance }, fingerprint);
}

/** The days of a card's reviews as the model counts them: from now, by the learner's study days. */
export function studied(reviews: Reviews, { now, zone }: Exploration): StudyReview[] {
  return counted(reviews, now).map(({ at, rating, seconds }) => ({ time: (at - now) / DAY, rating, seconds, day: dayOf(at, zone) }));
}

function dayOf(at: number, zone: string): number {
  return studyDay(at, offsetMinutes(at, zone));
}

/** The answer of a model that this page can evaluate. */
export function evaluate(artifact: Artifact, explored: Exploration, card: number): Answer {
  const state = decodeState(stateText(explored.learner, artifact.fingerprint), artifact.fingerprint);
  return explored.mode === "inputs" ? ofInputs(artifact, explored, state) : ofHistory(artifact, explored, card, state);
}

function ofInputs(artifact: Artifact, { inputs, now, targets }: Exploration, state: LearnerState): Answer {
  const curve = artifact.threeInputs.curve(inputs.reviewDays, inputs.difficulty, state);
  return {
    segments: [segment(now - inputs.days * DAY, Infinity, curve)],
    schedules: dues(artifact, curve, targets, false),
    buttons: null,
    beyond: beyond(artifact, [inputs.days, inputs.reviewDays, inputs.difficulty]),
  };
}

function ofHistory(artifact: Artifact, explored: Exploration, card: number, state: LearnerState): Answer {
  const { now, zone, targets } = explored;
  const histories = historiesOf(studied(explored.cards[card]!, explored));
  const last = histories.at(-1) ?? null;
  const curve = cardCurve(artifact, last, state);
  return {
    segments: along(histories, now, (history) => (days) => recallProbability(cardCurve(artifact, history, state), days)),
    schedules: dues(artifact, curve, targets, last === null || last.rating === AGAIN),
    buttons: buttons(artifact, last, { time: 0, day: dayOf(now, zone) }, targets[0]!, state),
    beyond: last ? beyond(artifact, [-last.time, last.reviewDays, difficultyOf(last)]) : [],
  };
}

/** What FSRS-6, with its default parameters, says of the same reviews: recall, and days for each target. */
export function fsrs(explored: Exploration, card: number): { segments: Segment[]; days: number[] } | null {
  const histories = historiesOf(studied(explored.cards[card]!, explored));
  const last = histories.at(-1);
  if (explored.mode === "inputs" || last === undefined) return null;
  return {
    segments: along(histories, explored.now, ({ memory }) => (days) => retrievability(memory, days)),
    days: explored.targets.map((target) => fsrsInterval(last.memory, target)),
  };
}

/** The card's history after each of its reviews; where offsets are mixed, no day lies before the last one. */
function historiesOf(reviews: readonly StudyReview[]): CardHistory[] {
  const histories: CardHistory[] = [];
  for (const { time, rating, day, seconds } of reviews) {
    const last = histories.at(-1);
    histories.push(last ? last.after(time, rating, Math.max(day, last.day), seconds) : new CardHistory(time, rating, day, seconds));
  }
  return histories;
}

function along(histories: readonly CardHistory[], now: number, recallOf: (history: CardHistory) => Segment["recall"]): Segment[] {
  const moments = histories.map(({ time }) => now + Math.round(time * DAY));
  return histories.map((history, i) => ({ from: moments[i]!, to: moments[i + 1] ?? Infinity, recall: recallOf(history) }));
}

function dues({ ranges: [days] }: Artifact, curve: Curve, targets: readonly number[], failedLast: boolean): Due[] {
  const schedules = targets.map((target) => schedule(curve, target, DEFAULT_BOUNDS, failedLast));
  return schedules.map((each) => ({ ...each, extrapolated: each.days > days[1] }));
}

function segment(from: number, to: number, curve: Curve): Segment {
  return { from, to, recall: (days) => recallProbability(curve, days) };
}

function beyond({ ranges }: Artifact, inputs: readonly number[]): string[] {
  return FEATURES.filter((_, i) => inputs[i]! < ranges[i]![0] || inputs[i]! > ranges[i]![1]).map(({ name }) => name);
}
