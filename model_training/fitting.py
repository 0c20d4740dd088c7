"""Maximum likelihood with a prior for the nine coefficients of the forgetting curve."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, minimize

from model_training.likelihood import lines_design, log_recall, negative_log_likelihood
from recall.curve import PowerCurve

# What a learner is like before any of their reviews has been seen: this curve, fitted to the recall
# probabilities of simulated collections whose memory is FSRS-6 with its published defaults, which stand for
# the 10,000 people they were fitted on. `model_training.prior` makes it; no real review is in it.
PRIOR_CURVE = PowerCurve(
    log_time_scale=(-3.18759, 0.410204, -1.70594),
    decay=(-2.09602, -0.797593, 0.141315),
    slip=(-1.15264, 0.266625, 1.48877),
)
# The prior speaks as pseudo-outcomes at the log's own inputs: never for fewer reviews than these, ...
PRIOR_REVIEWS = 1_000
# ... as loud as the log up to this total weight (15 learners with 1,600 scored reviews each), then no louder.
PRIOR_WEIGHT = 600.0

# Never more recall at a higher difficulty: the signs that PowerCurve asks for, row by row.
_LOWEST = np.array([[-np.inf, -np.inf, -np.inf], [-np.inf, -np.inf, 0.0], [-np.inf, -np.inf, 0.0]])
_HIGHEST = np.array([[np.inf, np.inf, 0.0], [np.inf, np.inf, np.inf], [np.inf, np.inf, np.inf]])

# Tight enough for the digits below to come out the same in whatever order the sums are taken.
_SOLVER = {"ftol": 0.0, "gtol": 1e-9, "maxcor": 20, "maxiter": 1000, "maxfun": 2000}
SIGNIFICANT_DIGITS = 6


def prior_ratio(n_reviews: int, total_weight: float) -> float:
    """How loud the prior speaks beside the log: 1 is as loud, 0 not at all.

    Parameters
    ----------
    n_reviews : int
        Scored reviews of the log.
    total_weight : float
        Sum of their weights.
    """
    return max(PRIOR_REVIEWS / n_reviews, min(1.0, PRIOR_WEIGHT / total_weight))


def fit_coefficients(
    X: NDArray[np.float64],
    recalled: NDArray[np.float64],
    weight: NDArray[np.float64],
    ratio: float,
    prior: PowerCurve = PRIOR_CURVE,
) -> tuple[NDArray[np.float64], int]:
    """Minimise the log loss over the reviews and the prior's pseudo-outcomes.

    At each review's inputs, the prior adds an outcome of its own: the probability q that it gives
    the card, with ``ratio`` times the review's weight.

    Parameters
    ----------
    X : array of shape (n_reviews, 3)
        Days, review count and difficulty, within bounds.
    recalled : array of shape (n_reviews,)
        Outcomes, 0 or 1, or probabilities.
    weight : array of shape (n_reviews,)
        How much each review counts.
    ratio : float
        From `prior_ratio`, or 0 for plain maximum likelihood.
    prior : PowerCurve
        What speaks beside the log, and where the solver starts.

    Returns
    -------
    coefficients : array of shape (3, 3)
        A row each for the log time scale, the decay and the slip, to 6 significant digits.
    iterations : int
    """
    days = X[:, 0]
    cells, cell = np.unique(X[:, 1:], axis=0, return_inverse=True)
    design = lines_design(cells[:, 0], cells[:, 1])
    start = np.array([prior.log_time_scale, prior.decay, prior.slip])
    expected = np.exp(log_recall(start, design[cell], days))
    outcome = (recalled + ratio * expected) / (1.0 + ratio)
    total = np.sum(weight)

    def mean_loss(flat: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        value, gradient = negative_log_likelihood(
            flat.reshape(start.shape), design, cell, days, outcome, weight
        )
        return value / total, gradient.ravel() / total

    bounds = Bounds(_LOWEST.ravel(), _HIGHEST.ravel())
    found = minimize(mean_loss, start.ravel(), jac=True, method="L-BFGS-B", bounds=bounds, options=_SOLVER)
    return _rounded(found.x.reshape(start.shape)), found.nit


def _rounded(coefficients: NDArray[np.float64]) -> NDArray[np.float64]:
    """Round to 6 significant digits, so that the artifact has the same bytes on every platform."""
    # + 0.0 turns −0 into 0
    return np.array([[float(f"{k:.{SIGNIFICANT_DIGITS}g}") + 0.0 for k in line] for line in coefficients])
