/*
 * The forgetting curve of one card: recall probability after a delay, and its inverse.
 *
 * A power law of forgetting (Wixted & Ebbesen 1991, doi:10.1111/j.1467-9280.1991.tb00175.x) with a slip:
 *
 *     p(t) = (1 − s) · (1 + F · t/S)^(−c)      F = 0.9^(−1/c) − 1      s = logistic(slip logit)
 *
 * S is the stability: after S days, recall without the slip has fallen to 90 %. c is the decay, s the chance to
 * fail even without any delay.
 */

import { DAYS_SINCE_LAST_REVIEW } from "./features";

/** A card's forgetting curve: ln S (S in days, ln S within ±15), ln c (within −4 and 2) and the slip's logit. */
export interface Curve {
  readonly logStability: number;
  readonly logDecay: number;
  readonly slipLogit: number;
}

const LOG_STABILITY_LIMIT = 15;
const MINIMUM_LOG_DECAY = -4;
const MAXIMUM_LOG_DECAY = 2;
const LOG_RETENTION = Math.log(0.9);
/** A prediction never counts as surer than this when an outcome is learned from. */
const SMALLEST_FAILURE = 1e-6;
/** Far beyond any fitted value; keeps sums of coefficients, and so the probability, from becoming infinite. */
export const COEFFICIENT_LIMIT = 1e6;
/** Days. */
export const MAXIMUM_INTERVAL = DAYS_SINCE_LAST_REVIEW.maximum;

/** Of a card that was never reviewed: recall is 0 at any time. */
export const NEVER_LEARNED: Curve = { logStability: 0, logDecay: 0, slipLogit: Infinity };

/** 1 / (1 + e^(−x)) without overflow. */
export function logistic(x: number): number {
  if (x >= 0) return 1 / (1 + Math.exp(-x));
  const e = Math.exp(x);
  return e / (1 + e);
}

interface Shape {
  /** S/F, days. */
  readonly scale: number;
  /** c */
  readonly decay: number;
  /** 1 − s: recall without any delay. */
  readonly ceiling: number;
}

function shape(curve: Curve): Shape {
  const logStability = limited(curve.logStability, -LOG_STABILITY_LIMIT, LOG_STABILITY_LIMIT);
  const decay = Math.exp(limited(curve.logDecay, MINIMUM_LOG_DECAY, MAXIMUM_LOG_DECAY));
  const scale = Math.exp(logStability) / Math.expm1(-LOG_RETENTION / decay);
  return { scale, decay, ceiling: logistic(-curve.slipLogit) };
}

/** A value between two bounds of opposite signs; what is no number counts as the lower one. */
function limited(value: number, lowest: number, highest: number): number {
  if (value >= lowest && value <= highest) return value;
  return value > 0 ? highest : lowest;
}

/** p(t), in [0, 1], which never rises with `days` (≥ 0). */
export function recallProbability(curve: Curve, days: number): number {
  const { scale, decay, ceiling } = shape(curve);
  return ceiling * Math.exp(-decay * Math.log1p(days / scale));
}

/**
 * Days after which recall has fallen to a target R in (0, 1): t* = S/F · [((1 − s)/R)^(1/c) − 1], the inverse of p.
 *
 * In [0, 36 500]: 0 when even an immediate review is below the target, the maximum when recall is still above it
 * by then.
 */
export function interval(curve: Curve, target: number): number {
  const { scale, decay, ceiling } = shape(curve);
  if (target >= ceiling) return 0;
  const exponent = Math.log(ceiling / target) / decay;
  if (exponent > Math.log1p(MAXIMUM_INTERVAL / scale)) return MAXIMUM_INTERVAL;
  return Math.min(scale * Math.expm1(exponent), MAXIMUM_INTERVAL);
}

/** What an outcome can teach: the probability p of recall, and the slopes of logit p. */
export interface Observation {
  readonly probability: number;
  readonly byLogStability: number;
  readonly byLogDecay: number;
  readonly bySlipLogit: number;
}

/**
 * The probability of recall after a delay, and the slopes ∂ logit p / ∂ (ln S, ln c, slip logit).
 *
 * With x = F · t/S and y = −ln 0.9 / c they are
 *
 *     c · x/(1+x) / (1−p)      (c · x/(1+x) · y/(1 − e^(−y)) − c · ln(1+x)) / (1−p)      −s / (1−p)
 *
 * Where a limit holds, they are those at the limit, so that a learner's state beyond it can find back.
 */
export function observation(curve: Curve, days: number): Observation {
  const { scale, decay, ceiling } = shape(curve);
  const logDelay = Math.log1p(days / scale);
  const probability = Math.min(ceiling * Math.exp(-decay * logDelay), 1 - SMALLEST_FAILURE);
  const failure = 1 - probability;
  const byStability = decay * (days / (days + scale));
  const y = -LOG_RETENTION / decay;
  const byDecay = (byStability * y) / -Math.expm1(-y) - decay * logDelay;
  return {
    probability,
    byLogStability: byStability / failure,
    byLogDecay: byDecay / failure,
    bySlipLogit: (ceiling - 1) / failure,
  };
}
