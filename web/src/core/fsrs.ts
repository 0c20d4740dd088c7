/*
 * What FSRS-6 believes of a card: its memory state, and what that says of recall and intervals.
 *
 * The formulas are FSRS-6's (https://github.com/open-spaced-repetition/fsrs4anki/wiki/The-Algorithm), with the
 * parameters w₀…w₂₀ that py-fsrs (https://github.com/open-spaced-repetition/py-fsrs) ships as its defaults.
 * Ratings g are 1 Again, 2 Hard, 3 Good, 4 Easy; t is in whole days; ' marks values after the review:
 *
 *     R(t) = (1 + F · t/S)^(−w₂₀)                         F = 0.9^(−1/w₂₀) − 1, so that R(S) = 0.9
 *
 *     first review      S = w_(g−1)                        D = D₀(g) = w₄ − e^(w₅ (g−1)) + 1
 *     same day          S' = S · e^(w₁₇ (g−3+w₁₈)) · S^(−w₁₉), never below S unless failed
 *     later, recalled   S' = S · (1 + e^w₈ · (11−D) · S^(−w₉) · (e^(w₁₀ (1−R)) − 1) · w₁₅ if Hard · w₁₆ if Easy)
 *     later, failed     S' = min(w₁₁ · D^(−w₁₂) · ((S+1)^w₁₃ − 1) · e^(w₁₄ (1−R)), S / e^(w₁₇ w₁₈))
 *     any but the first D' = w₇ · D₀(4) + (1−w₇) · (D − w₆ (g−3) (10−D)/9)
 *
 * S is kept within 0.001 and 36,500 days, D within 1 and 10.
 */

import { MAXIMUM_INTERVAL } from "./curve";
import { AGAIN, EASY, GOOD, HARD, type Rating } from "./features";

/** FSRS-6's memory of a card: stability in days, difficulty from 1 to 10. */
export interface MemoryState {
  readonly stability: number;
  readonly difficulty: number;
}

const INITIAL_STABILITY = { 1: 0.212, 2: 1.2931, 3: 2.3065, 4: 8.2956 } as const; // w₀…w₃, days
const INITIAL_DIFFICULTY = 6.4133; // w₄
const INITIAL_DIFFICULTY_SLOPE = 0.8334; // w₅
const DIFFICULTY_STEP = 3.0194; // w₆
const MEAN_REVERSION = 0.001; // w₇
const SUCCESS_GROWTH = 1.8722; // w₈
const SUCCESS_SATURATION = 0.1666; // w₉
const SUCCESS_SPACING = 0.796; // w₁₀
const FAILURE_SCALE = 1.4835; // w₁₁
const FAILURE_DIFFICULTY = 0.0614; // w₁₂
const FAILURE_STABILITY = 0.2629; // w₁₃
const FAILURE_SPACING = 1.6483; // w₁₄
const HARD_PENALTY = 0.6014; // w₁₅
const EASY_BONUS = 1.8729; // w₁₆
const SAME_DAY_SLOPE = 0.5425; // w₁₇
const SAME_DAY_OFFSET = 0.0912; // w₁₈
const SAME_DAY_SATURATION = 0.0658; // w₁₉
const DECAY = 0.1542; // w₂₀

const MINIMUM_STABILITY = 0.001;
const MAXIMUM_STABILITY = 36_500;
const MINIMUM_DIFFICULTY = 1;
const MAXIMUM_DIFFICULTY = 10;

const FACTOR = 0.9 ** (-1 / DECAY) - 1;
const GROWTH = Math.exp(SUCCESS_GROWTH);
const SHORTENED = Math.exp(SAME_DAY_SLOPE * SAME_DAY_OFFSET);
const EASIEST = INITIAL_DIFFICULTY - Math.exp(INITIAL_DIFFICULTY_SLOPE * (EASY - 1)) + 1;

/** R, the probability of recall that FSRS-6 expects after a delay in days (≥ 0). */
export function retrievability(memory: MemoryState, days: number): number {
  return (1 + (FACTOR * days) / memory.stability) ** -DECAY;
}

/** Days, at most 36,500, after which R has fallen to a target in (0, 1): t* = S/F · (target^(−1/w₂₀) − 1). */
export function fsrsInterval(memory: MemoryState, target: number): number {
  return Math.min((memory.stability / FACTOR) * Math.expm1(-Math.log(target) / DECAY), MAXIMUM_INTERVAL);
}

/** The memory after a card's first review. */
export function firstState(rating: Rating): MemoryState {
  const difficulty = INITIAL_DIFFICULTY - Math.exp(INITIAL_DIFFICULTY_SLOPE * (rating - 1)) + 1;
  return { stability: INITIAL_STABILITY[rating], difficulty: withinDifficulty(difficulty) };
}

/**
 * The memory after another review.
 * @param memory After the review before.
 * @param days Study days since the review before; 0 for a repeat on the same day.
 */
export function nextState(memory: MemoryState, rating: Rating, days: number): MemoryState {
  const stability = Math.min(Math.max(nextStability(memory, rating, days), MINIMUM_STABILITY), MAXIMUM_STABILITY);
  const step = (-DIFFICULTY_STEP * (rating - GOOD) * (10 - memory.difficulty)) / 9;
  const difficulty = MEAN_REVERSION * EASIEST + (1 - MEAN_REVERSION) * (memory.difficulty + step);
  return { stability, difficulty: withinDifficulty(difficulty) };
}

function nextStability(memory: MemoryState, rating: Rating, days: number): number {
  if (days < 1) return afterSameDay(memory.stability, rating);
  const recall = retrievability(memory, days);
  return rating === AGAIN ? afterFailure(memory, recall) : afterSuccess(memory, recall, rating);
}

function afterSameDay(stability: number, rating: Rating): number {
  const growth = Math.exp(SAME_DAY_SLOPE * (rating - GOOD + SAME_DAY_OFFSET)) * stability ** -SAME_DAY_SATURATION;
  return stability * (rating === AGAIN ? growth : Math.max(growth, 1));
}

function afterSuccess(memory: MemoryState, recall: number, rating: Rating): number {
  let growth = GROWTH * (11 - memory.difficulty) * memory.stability ** -SUCCESS_SATURATION;
  growth *= Math.exp(SUCCESS_SPACING * (1 - recall)) - 1;
  if (rating === HARD) growth *= HARD_PENALTY;
  else if (rating === EASY) growth *= EASY_BONUS;
  return memory.stability * (1 + growth);
}

function afterFailure(memory: MemoryState, recall: number): number {
  let relearned = FAILURE_SCALE * memory.difficulty ** -FAILURE_DIFFICULTY;
  relearned *= (memory.stability + 1) ** FAILURE_STABILITY - 1;
  relearned *= Math.exp(FAILURE_SPACING * (1 - recall));
  return Math.min(relearned, memory.stability / SHORTENED);
}

function withinDifficulty(difficulty: number): number {
  return Math.min(Math.max(difficulty, MINIMUM_DIFFICULTY), MAXIMUM_DIFFICULTY);
}
