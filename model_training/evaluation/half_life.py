"""Half-life regression: exponential forgetting with a half-life that is log-linear in features of the card.

Settles & Meeder 2016, A Trainable Spaced Repetition Model for Language Learning (doi:10.18653/v1/P16-1174)::

    p(t) = 2^(−t / h)        ln h = θ · x

They fit squared errors; here the log loss, which serves it better. The bounds are those of their
implementation, but for the longest half-life: their 274 days are for a course, not for cards kept for years.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.optimize import minimize

from model_training.evaluation.candidate import Fit, Predictor
from model_training.fitting.maximum_likelihood import input_design
from model_training.review_log.features import OUTCOME
from recall.features import DAYS_SINCE_LAST_REVIEW

Array = NDArray[np.float64]

SHORTEST_HALF_LIFE = 15 / (24 * 60)  # days
LONGEST_HALF_LIFE = float(DAYS_SINCE_LAST_REVIEW.maximum)
LOWEST_PROBABILITY, HIGHEST_PROBABILITY = 0.0001, 0.9999


def counts_design(rows: pd.DataFrame) -> Array:
    """Return 1, √reviews, √passes and √failures of the card so far: the paper's own features."""
    reviews, failures = rows["reviews"].to_numpy(float), rows["failures"].to_numpy(float)
    return np.column_stack(
        [np.ones(len(rows)), np.sqrt(reviews), np.sqrt(reviews - failures), np.sqrt(failures)]
    )


def inputs_design(rows: pd.DataFrame) -> Array:
    """Return what the power curve sees of a card: `fitting.maximum_likelihood.input_design`."""
    return input_design(rows["review_count"].to_numpy(float), rows["difficulty"].to_numpy(float))


def half_life_fit(design: Callable[[pd.DataFrame], Array]) -> Fit:
    """Return the fit of a half-life regression on a design of shape (n_rows, n_features)."""

    def fit(train: pd.DataFrame) -> Predictor:
        theta = _maximum_likelihood(design(train), _days(train), train[OUTCOME].to_numpy() == 1)
        return lambda rows: _probability(design(rows) @ theta, _days(rows))

    return fit


def _days(rows: pd.DataFrame) -> Array:
    return rows["days_since_last_review"].to_numpy(float)


def _probability(log_half_life: Array, days: Array) -> Array:
    half_life = np.clip(np.exp(np.clip(log_half_life, -30, 30)), SHORTEST_HALF_LIFE, LONGEST_HALF_LIFE)
    return np.clip(np.exp2(-days / half_life), LOWEST_PROBABILITY, HIGHEST_PROBABILITY)


def _maximum_likelihood(design: Array, days: Array, recalled: NDArray[np.bool_]) -> Array:
    """Minimise the log loss by L-BFGS; the gradient is zero where a bound holds."""

    def mean_loss(theta: Array) -> tuple[float, Array]:
        log_half_life = design @ theta
        p = _probability(log_half_life, days)
        free = (
            (log_half_life > np.log(SHORTEST_HALF_LIFE))
            & (log_half_life < np.log(LONGEST_HALF_LIFE))
            & (p > LOWEST_PROBABILITY)
            & (p < HIGHEST_PROBABILITY)
        )
        # d ln p / d ln h = −ln p, and d ln(1 − p) / d ln p = −p / (1 − p)
        slope = free * np.where(recalled, 1.0, -p / (1.0 - p)) * -np.log(p)
        value = -np.mean(np.where(recalled, np.log(p), np.log1p(-p)))
        return float(value), -(slope @ design) / len(days)

    start = np.zeros(design.shape[1])
    start[0] = np.log(7.0)  # a week
    return np.asarray(minimize(mean_loss, start, jac=True, method="L-BFGS-B").x)
