"""Penalised maximum likelihood for one line of the history model, with a prior that it is pulled to."""

from __future__ import annotations

from typing import NamedTuple, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.optimize import Bounds, minimize

from model_training.fitting.likelihood import between, negative_log_likelihood, sum_of_blocks
from model_training.fitting.maximum_likelihood import to_significant_digits
from model_training.history.replay import LearnerStates, raw_stability
from model_training.review_log.features import DAYS, HISTORY_COLUMNS, OUTCOME, learner_weights
from recall.history import LARGEST_DEVIATION, LOG_STABILITY, SIGNS, Line

Array = NDArray[np.float64]

# 1/variance of each standardised coefficient, and of the intercept, decay and slip, around the prior. The
# latter are held tighter, because the far end of a curve is all prior: a log says little of it.
RIDGE, INTERCEPT_RIDGE = 30.0, 100.0
_SOLVER = {"ftol": 1e-13, "gtol": 1e-7, "maxcor": 20, "maxiter": 1000, "maxfun": 2000}
COEFFICIENTS = 1 + len(HISTORY_COLUMNS)


class _Reviews(NamedTuple):
    """What the fit knows of the reviews: arrays whose last axis, or the features' first one, is the reviews.

    What is the same for all reviews has the length 1 there.

    Parameters
    ----------
    features : array of shape (n, 10)
        Of the cards' histories.
    days, recalled, weight : array of shape (n,)
        Days since the last review, the outcome, and what it counts.
    shifts, share : array of shape (3, n), array of shape (n,)
        As of `LearnerStates`.
    rest : array of shape (3, n)
        What the other line gives to ln S, ln c and the slip's logit.
    """

    features: Array
    days: Array
    recalled: Array
    weight: Array
    shifts: Array
    share: Array
    rest: Array

    def of(self, rows: slice) -> Self:
        """Return some of the reviews."""
        return type(self)(
            self.features[rows],
            *(column if column.shape[-1] == 1 else column[..., rows] for column in self[1:]),
        )


def fit_line(histories: pd.DataFrame, states: LearnerStates, prior: Line, beside: Line | None = None) -> Line:
    """Minimise the log loss, each learner's weighted by `learner_weights`, and the pull towards a prior.

    Parameters
    ----------
    histories : DataFrame of shape (n_scored_reviews, …)
        Result of `model_training.review_log.features.scored_features`.
    states : LearnerStates
        The share of this line in each review's curve, and what the learner's state adds to it.
    prior : Line
        The line without any review.
    beside : Line, optional
        The line that has the rest of each curve.
    """
    features, weight = histories[HISTORY_COLUMNS].to_numpy(dtype=np.float64), learner_weights(histories)
    days, recalled = histories[DAYS].to_numpy(), histories[OUTCOME].to_numpy(dtype=np.float64)
    rest = np.zeros_like(states.shifts)
    if beside is not None:
        rest = (1.0 - states.share) * np.stack(np.broadcast_arrays(*_curves(beside, features)))
    reviews = _Reviews(features, days, recalled, weight / weight.mean(), *states, rest)
    # A feature that never varies stays finite, and without effect.
    mean, spread = features.mean(axis=0), features.std(axis=0) + 1e-3
    ridge = np.concatenate([[INTERCEPT_RIDGE], np.full(COEFFICIENTS - 1, RIDGE), [INTERCEPT_RIDGE] * 2])

    def moved(change: Array) -> Line:
        """Return the prior's line after a change of the standardised coefficients, and of its two ends."""
        slopes = change[1:COEFFICIENTS] / spread
        coefficients = np.concatenate([[change[0] - slopes @ mean], slopes]) + prior.log_stability
        return Line(tuple(coefficients.tolist()), *(change[COEFFICIENTS:] + prior[1:]).tolist())

    def mean_loss(change: Array) -> tuple[float, Array]:
        line = moved(change)
        value, gradient = sum_of_blocks(lambda rows: _loss(reviews.of(rows), line), len(days))
        gradient[1:COEFFICIENTS] = (gradient[1:COEFFICIENTS] - gradient[0] * mean) / spread
        penalty = 0.5 * float(ridge @ change**2)
        return (value + penalty) / len(days), (gradient + ridge * change) / len(days)

    found = minimize(
        mean_loss,
        np.zeros(len(ridge)),
        jac=True,
        method="L-BFGS-B",
        bounds=_bounds(prior, spread),
        options=_SOLVER,
    )
    line = moved(found.x)
    return Line(_signed(line.log_stability), *to_significant_digits(np.array(line[1:])).tolist())


def _loss(reviews: _Reviews, line: Line) -> tuple[float, Array]:
    """Return the log loss of reviews, and its gradient by the line's coefficients and two ends."""
    center = reviews.features[:, LOG_STABILITY]
    x, log_decay, slip_logit = (
        rest + reviews.share * part
        for rest, part in zip(reviews.rest, _curves(line, reviews.features), strict=True)
    )
    near = between(x, center - LARGEST_DEVIATION, center + LARGEST_DEVIATION)
    follows, (by_state, *others) = x == near, reviews.shifts
    curves = near + by_state, log_decay + others[0], slip_logit + others[1]
    value, gradient = negative_log_likelihood(curves, reviews.days, reviews.recalled, reviews.weight)
    gradient *= reviews.share
    gradient[0] *= follows
    return value, np.concatenate(
        [[gradient[0].sum()], gradient[0] @ reviews.features, gradient[1:].sum(axis=1)]
    )


def _curves(line: Line, features: Array) -> tuple[Array, Array, Array]:
    """Return x of `recall.history` by a line, of shape (n,), and its ln c and slip's logit, of shape (1,)."""
    return raw_stability(line, features), np.array([line.log_decay]), np.array([line.slip_logit])


def _bounds(prior: Line, spread: Array) -> Bounds:
    """Keep the coefficients' signs: bounds of the standardised changes from the prior."""
    at_zero = -np.array(prior.log_stability[1:]) * spread
    signs = np.array(list(SIGNS.values()))
    low, high = np.where(signs > 0, at_zero, -np.inf), np.where(signs < 0, at_zero, np.inf)
    free = [np.inf, np.inf]
    return Bounds(np.concatenate([[-np.inf], low, [-np.inf] * 2]), np.concatenate([[np.inf], high, free]))


def _signed(coefficients: tuple[float, ...]) -> tuple[float, ...]:
    """Round to significant digits, and set to 0 what has the wrong sign by rounding alone."""
    rounded = to_significant_digits(np.array(coefficients)).tolist()
    return tuple(0.0 if sign * k < 0 else k for sign, k in zip([0, *SIGNS.values()], rounded, strict=True))
