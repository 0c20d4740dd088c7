"""Maximum likelihood with a prior and a teacher for the six coefficients of the three-input curve."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, minimize
from scipy.special import logit

from model_training.fitting.likelihood import log_recall, negative_log_likelihood, sum_of_blocks
from recall.three_inputs import MAXIMUM_SHARE, MINIMUM_SHARE, ThreeInputModel, share_from_difficulty

Array = NDArray[np.float64]

# What a learner is like before any of their reviews has been seen: this curve, fitted to the recall
# probabilities of simulated collections whose memory is FSRS-6 with its published defaults, which stand for
# the 10,000 people they were fitted on. `model_training.fitting.prior` makes it; no real review is in it.
PRIOR_MODEL = ThreeInputModel((-5.67481, 1.27159, -4.37199, -1.02154), -3.04553, -3.0231)
# The prior adds pseudo-outcomes at the log's own inputs: never fewer than these reviews weigh, ...
PRIOR_REVIEWS = 1_000
# ... as much as the log up to this total weight (15 learners with 1,600 scored reviews each), then no more.
PRIOR_WEIGHT = 600.0

# Never more recall at a higher difficulty, and a decay and a slip within what outcomes can show.
_BOUNDS = Bounds([-np.inf, -np.inf, -np.inf, -np.inf, -3.5, -8.0], [np.inf, np.inf, 0.0, np.inf, 1.5, 0.0])
# Tight enough for the digits below to come out the same in whatever order the sums are taken.
_SOLVER = {"ftol": 0.0, "gtol": 1e-9, "maxcor": 20, "maxiter": 1000, "maxfun": 2000}
SIGNIFICANT_DIGITS = 6


class Teacher(NamedTuple):
    """Pseudo-outcomes beside those of the log.

    Parameters
    ----------
    X : array of shape (n, 3)
        Days, review count and difficulty.
    recalled : array of shape (n,)
        The probability of recall that the fit should follow there.
    weight : array of shape (n,)
        Weight of each, 0 or more.
    """

    X: Array
    recalled: Array
    weight: Array


def prior_ratio(n_reviews: int, total_weight: float) -> float:
    """Return the prior's weight beside the log's: 1 is as much, 0 none at all.

    Parameters
    ----------
    n_reviews : int
        Scored reviews of the log.
    total_weight : float
        Sum of their weights.
    """
    return max(PRIOR_REVIEWS / n_reviews, min(1.0, PRIOR_WEIGHT / total_weight))


def input_design(review_count: Array, difficulty: Array) -> Array:
    """Return the columns (1, ln review_count, logit failure share, first day), of shape (n_reviews, 4)."""
    share = np.clip(share_from_difficulty(difficulty), MINIMUM_SHARE, MAXIMUM_SHARE)  # type: ignore[arg-type]
    return np.column_stack([np.ones(len(share)), np.log(review_count), logit(share), review_count == 1])


def input_curves(coefficients: Array, design: Array) -> Array:
    """Return ln S, ln c and the slip's logit of cards, of shape (3, n_cards).

    Parameters
    ----------
    coefficients : array of shape (6,)
        Four coefficients of ln S, then ln c and the slip's logit.
    design : array of shape (n_cards, 4)
        Result of `input_design`.
    """
    log_stability = design @ coefficients[:4]
    return np.stack([log_stability, *(np.full_like(log_stability, value) for value in coefficients[4:])])


def flat(model: ThreeInputModel) -> Array:
    """Return a model's six coefficients, as `input_curves` takes them."""
    return np.array([*model.log_stability, model.log_decay, model.slip_logit])


def unflat(coefficients: Array) -> ThreeInputModel:
    """Return the model that has six coefficients."""
    k0, k1, k2, k3, log_decay, slip_logit = coefficients.tolist()
    return ThreeInputModel((k0, k1, k2, k3), log_decay, slip_logit)


def fit_coefficients(
    X: Array,
    recalled: Array,
    weight: Array,
    ratio: float,
    prior: ThreeInputModel = PRIOR_MODEL,
    teacher: Teacher | None = None,
) -> tuple[Array, int]:
    """Minimise the log loss over the reviews and the pseudo-outcomes of the prior and of a teacher.

    At each review's inputs, the prior adds an outcome of its own: the probability q that it gives
    the card, with ``ratio`` times the review's weight.

    Parameters
    ----------
    X : array of shape (n_reviews, 3)
        Days, review count and difficulty, within bounds.
    recalled : array of shape (n_reviews,)
        Outcomes, 0 or 1, or probabilities.
    weight : array of shape (n_reviews,)
        Weight of each review, 0 or more.
    ratio : float
        Result of `prior_ratio`, or 0 for plain maximum likelihood.
    prior : ThreeInputModel
        What adds its outcomes, and where the solver starts.
    teacher : Teacher, optional
        Other inputs with the recall that the curve should have there.

    Returns
    -------
    coefficients : array of shape (6,)
        Coefficients as `input_curves` takes them, to 6 significant digits.
    iterations : int
    """
    start = flat(prior)
    expected = np.exp(log_recall(input_curves(start, input_design(X[:, 1], X[:, 2])), X[:, 0]))
    outcome = (recalled + ratio * expected) / (1.0 + ratio)
    importance = weight * (1.0 + ratio)
    if teacher is not None:
        X = np.concatenate([X, teacher.X])
        outcome = np.concatenate([outcome, teacher.recalled])
        importance = np.concatenate([importance, teacher.weight])
    design, days, total = input_design(X[:, 1], X[:, 2]), X[:, 0], np.sum(importance)

    def mean_loss(coefficients: Array) -> tuple[float, Array]:
        def loss(rows: slice) -> tuple[float, Array]:
            curves = design[rows] @ coefficients[:4], coefficients[4:5], coefficients[5:6]
            value, gradient = negative_log_likelihood(curves, days[rows], outcome[rows], importance[rows])
            return value, np.concatenate([gradient[0] @ design[rows], gradient[1:].sum(axis=1)])

        value, gradient = sum_of_blocks(loss, len(days))
        return value / total, gradient / total

    found = minimize(mean_loss, start, jac=True, method="L-BFGS-B", bounds=_BOUNDS, options=_SOLVER)
    return to_significant_digits(found.x), found.nit


def to_significant_digits(numbers: Array) -> Array:
    """Round to 6 significant digits, so that the artifact has the same bytes on every platform."""
    # + 0.0 turns −0 into 0
    return np.array([float(f"{k:.{SIGNIFICANT_DIGITS}g}") + 0.0 for k in numbers])
