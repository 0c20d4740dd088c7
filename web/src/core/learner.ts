/*
 * What is known of one learner beyond their cards: six numbers, learned from outcomes as they come in.
 *
 * A learner's state m shifts each of their cards' curves:
 *
 *     ln S + m₀ + first · (m₁ + m₄ (f − 0.8)) + (1 − first) · m₅ (f − 2.5)      ln c + m₂      slip logit + m₃
 *
 * first is 1 for a card with a single study day, else 0; f is the card's ln stability before any shift, which is
 * FSRS-6's where the card's history is known. m starts at zero, wanders (variance Q per outcome), and is followed
 * by an extended Kalman filter for outcomes y of 0 or 1 with probability p(m). With h = ∂ logit p / ∂ m,
 * w = p (1 − p) and the covariance P:
 *
 *     g = P h / (1 + w · hᵀ P h)      m' = m + g · (y − p)      P' = P − w · g (P h)ᵀ + Q
 *
 * (Fahrmeir & Kaufmann 1991, Metrika 38, 37–60.) The outcome is one number, so nothing has to be inverted.
 */

import { type Curve, observation } from "./curve";

/** What is known of a learner: m, six numbers, and P, their covariance as six rows of six numbers. */
export interface LearnerState {
  readonly mean: readonly number[];
  readonly covariance: readonly (readonly number[])[];
}

/** How much of each number of a state is added to a card's ln S. */
export type Directions = readonly [number, number, number, number, number, number];

const START_VARIANCES = [3, 4, 0.3, 0.8, 0.3, 0.05] as const;
const WANDERING = [3e-4, 3e-4, 3e-4, 3e-4, 3e-5, 3e-5] as const; // Q, added to each variance per outcome
export const SIZE = START_VARIANCES.length;
const FIRST_CENTRE = 0.8; // of f
const LATER_CENTRE = 2.5;
/** Another model's state is as good a guess, but less sure: by this share of the variances at the start. */
const WIDENING = 0.1;

/** Of a learner without outcomes. */
export const START: LearnerState = {
  mean: START_VARIANCES.map(() => 0),
  covariance: START_VARIANCES.map((variance, i) => START_VARIANCES.map((_, j) => (i === j ? variance : 0))),
};

/** How well a learner is known: 0 at the start, towards 1 as outcomes come in. */
export function certainty(state: LearnerState): number {
  const known = 1 - state.covariance[0]![0]! / START_VARIANCES[0];
  return known > 0 ? known : 0;
}

/**
 * How much of each number of a state is added to a card's ln S.
 * @param logStability f of the module's formula, ln days.
 * @param first Whether the card has a single study day.
 */
export function directionsOf(logStability: number, first: boolean): Directions {
  if (first) return [1, 1, 0, 0, logStability - FIRST_CENTRE, 0];
  return [1, 0, 0, 0, 0, logStability - LATER_CENTRE];
}

/**
 * A card's curve for a learner.
 * @param curve The card's curve for an unknown learner.
 * @param along From `directionsOf`.
 * @param leastSlope What m₄ and m₅ count as when they are less: minus the least slope of ln S in f. So a card with
 * a greater f never gets a smaller ln S.
 */
export function shifted(curve: Curve, state: LearnerState, along: Directions, leastSlope: number): Curve {
  const [m0, m1, m2, m3, m4, m5] = state.mean as Directions;
  const first = along[1] !== 0;
  const learned = first ? m4 : m5;
  const slope = learned > leastSlope ? learned : leastSlope;
  const shift = first ? m0 + m1 + slope * along[4] : m0 + slope * along[5];
  return {
    logStability: curve.logStability + shift,
    logDecay: curve.logDecay + m2,
    slipLogit: curve.slipLogit + m3,
  };
}

/**
 * The learner's state after an outcome: a step of the filter.
 * @param state Before the outcome.
 * @param curve The card's curve for this state of the learner.
 * @param along From `directionsOf`.
 * @param days Since the card's last review.
 */
export function updated(
  state: LearnerState,
  curve: Curve,
  along: Directions,
  days: number,
  recalled: boolean,
): LearnerState {
  const { probability, byLogStability, byLogDecay, bySlipLogit } = observation(curve, days);
  const slopes = along.map((x) => byLogStability * x);
  slopes[2] = byLogDecay;
  slopes[3] = bySlipLogit;
  const moved = state.covariance.map((row) => dot(row, slopes));
  const weight = probability * (1 - probability);
  const damping = 1 + weight * dot(slopes, moved);
  const step = ((recalled ? 1 : 0) - probability) / damping;
  const k = weight / damping;
  return {
    mean: state.mean.map((m, i) => m + step * moved[i]!),
    // moved · moved first: so the covariance stays symmetric to the last bit
    covariance: state.covariance.map((row, i) =>
      row.map((a, j) => a - k * (moved[i]! * moved[j]!) + (i === j ? WANDERING[i]! : 0)),
    ),
  };
}

/** A state that another model's predictions have taught, for use with this one. */
export function widened(state: LearnerState): LearnerState {
  const wider = (i: number, j: number) => (i === j ? WIDENING * START_VARIANCES[i]! : 0);
  return { mean: state.mean, covariance: state.covariance.map((row, i) => row.map((a, j) => a + wider(i, j))) };
}

/** Σ aᵢ bᵢ */
export function dot(a: readonly number[], b: readonly number[]): number {
  let sum = 0;
  for (let i = 0; i < a.length; i += 1) sum += a[i]! * b[i]!;
  return sum;
}
