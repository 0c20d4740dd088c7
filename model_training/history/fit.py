"""Penalised maximum likelihood for the lines of the history model, with a prior that they are pulled to."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.optimize import Bounds, minimize

from model_training.fitting.likelihood import negative_log_likelihood
from model_training.fitting.maximum_likelihood import to_significant_digits
from model_training.history.predict import LearnerStates, raw_stability, replay_learners
from model_training.review_log.features import OUTCOME, learner_weights
from model_training.review_log.histories import DAYS, HISTORY_COLUMNS
from recall.card_history import DECAY
from recall.history import LARGEST_DEVIATION, LOG_STABILITY, SIGNS, HistoryModel, Line

Array = NDArray[np.float64]

SLIP_LOGIT = -4.0  # FSRS-6 has no slip; 1.8 % is close to none
# 1/variance of each standardised coefficient, and of the intercept, decay and slip, around the prior. The
# latter are held tighter, because the far end of a curve is all prior: a log says little of it.
RIDGE, INTERCEPT_RIDGE = 30.0, 100.0
# Passes over the learners: the second one replays them under lines that already leave room for their part.
PASSES = 2
_SOLVER = {"ftol": 1e-13, "gtol": 1e-7, "maxcor": 20, "maxiter": 1000, "maxfun": 2000}


def fsrs_line() -> Line:
    """Return the line that is FSRS-6 with its default parameters, but for a slip of 1.8 %."""
    coefficients = np.zeros(1 + len(HISTORY_COLUMNS))
    coefficients[1 + LOG_STABILITY] = 1.0
    return Line(tuple(coefficients.tolist()), float(np.log(DECAY)), SLIP_LOGIT)


def fit_history(histories: pd.DataFrame, prior: HistoryModel | None = None) -> HistoryModel:
    """Fit both lines of the history model.

    The line for learners of whom nothing is known comes first. The line for known ones is then fitted around
    the state that each learner had before each review, and all reviews are replayed with it, twice.

    Parameters
    ----------
    histories : DataFrame of shape (n_scored_reviews, 15)
        Result of `model_training.review_log.histories.scored_histories`; at least one row.
    prior : HistoryModel, optional
        What the lines are pulled to; FSRS-6 by default.
    """
    start = HistoryModel(fsrs_line(), fsrs_line()) if prior is None else prior
    nobody = np.zeros((3, len(histories)))
    new = fit_line(histories, LearnerStates(nobody, np.ones(len(histories))), start.new_learner)
    model = HistoryModel(new, new)
    for _ in range(PASSES):
        _, states = replay_learners(histories, model)
        # Towards the prior for known learners, beside what the line for new ones gives already.
        known = fit_line(histories, states, start.known_learner, beside=new)
        model = HistoryModel(new, known)
    return model


def fit_line(histories: pd.DataFrame, states: LearnerStates, prior: Line, beside: Line | None = None) -> Line:
    """Minimise the log loss, each learner's weighted by `learner_weights`, and the pull towards a prior.

    Parameters
    ----------
    histories : DataFrame of shape (n_scored_reviews, 15)
        Result of `model_training.review_log.histories.scored_histories`.
    states : LearnerStates
        The share of this line in each review's curve, and what the learner's state adds to it.
    prior : Line
        The line without any review.
    beside : Line, optional
        The line that has the rest of each curve.
    """
    features = histories[HISTORY_COLUMNS].to_numpy()
    days, recalled = histories[DAYS].to_numpy(), histories[OUTCOME].to_numpy(dtype=np.float64)
    weight = learner_weights(histories)
    weight /= weight.mean()
    center, share = features[:, LOG_STABILITY], states.share
    rest = np.zeros_like(states.shifts)
    if beside is not None:
        other = raw_stability(beside, features), beside.log_decay, beside.slip_logit
        rest += (1.0 - share) * np.stack(np.broadcast_arrays(*other))
    # A feature that never varies stays finite, and without effect.
    mean, spread = features.mean(axis=0), features.std(axis=0) + 1e-3
    design = np.column_stack([np.ones(len(features)), (features - mean) / spread])
    start, count = raw_stability(prior, features), design.shape[1]
    ends_at_first = np.array([prior.log_decay, prior.slip_logit])
    ridge = np.concatenate([[INTERCEPT_RIDGE], np.full(count - 1, RIDGE), [INTERCEPT_RIDGE] * 2])

    def mean_loss(change: Array) -> tuple[float, Array]:
        raw = rest[0] + share * (start + design @ change[:count])
        near = np.clip(raw, center - LARGEST_DEVIATION, center + LARGEST_DEVIATION)
        curves = np.stack([near, *(rest[1:] + np.outer(ends_at_first + change[count:], share))])
        value, gradient = negative_log_likelihood(curves + states.shifts, days, recalled, weight)
        gradient *= share
        by_change = np.concatenate([(gradient[0] * (raw == near)) @ design, gradient[1:].sum(axis=1)])
        penalty = 0.5 * float(np.sum(ridge * change**2))
        return (value + penalty) / len(days), (by_change + ridge * change) / len(days)

    bounds = _bounds(prior, spread)
    found = minimize(
        mean_loss, np.zeros(count + 2), jac=True, method="L-BFGS-B", bounds=bounds, options=_SOLVER
    )
    slopes = found.x[1:count] / spread
    coefficients = np.array(prior.log_stability) + np.concatenate([[found.x[0] - slopes @ mean], slopes])
    ends = ends_at_first + found.x[count:]
    return Line(tuple(_signed(to_significant_digits(coefficients))), *to_significant_digits(ends).tolist())


def _bounds(prior: Line, spread: Array) -> Bounds:
    """Keep the coefficients' signs: bounds of the standardised changes from the prior."""
    at_zero = -np.array(prior.log_stability[1:]) * spread
    signs = np.array(list(SIGNS.values()))
    low, high = np.where(signs > 0, at_zero, -np.inf), np.where(signs < 0, at_zero, np.inf)
    free = [np.inf, np.inf]
    return Bounds(np.concatenate([[-np.inf], low, [-np.inf] * 2]), np.concatenate([[np.inf], high, free]))


def _signed(coefficients: Array) -> list[float]:
    """Set coefficients to 0 that have the wrong sign by rounding alone."""
    signs = [0, *SIGNS.values()]
    return [0.0 if sign * k < 0 else k for sign, k in zip(signs, coefficients.tolist(), strict=True)]
