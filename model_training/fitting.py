"""Penalised maximum likelihood for the nine coefficients of the forgetting curve."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, minimize

from model_training.likelihood import lines_design, negative_log_likelihood
from recall.curve import PowerCurve

# Fitted by maximum likelihood to 46,942 scored reviews of 14 learners, from public review logs.
DEFAULT_CURVE = PowerCurve(
    log_time_scale=(0.4059, 2.0944, 0.0),
    decay=(1.504, 0.9942, 2.7251),
    slip=(-1.3164, -0.0971, 0.8032),
)

# What is plausible before any review was seen: a time scale of a day per review day, a decay of ln 2, a slip
# of 5 %, and no effect of difficulty. `evaluate` starts from it, since the default saw public review logs.
NEUTRAL_CURVE = PowerCurve(log_time_scale=(0.0, 1.0, 0.0), decay=(0.0, 0.0, 0.0), slip=(-3.0, 0.0, 0.0))

# Never more recall at a higher difficulty: the signs that PowerCurve asks for, row by row.
_LOWEST = np.array([[-np.inf, -np.inf, -np.inf], [-np.inf, -np.inf, 0.0], [-np.inf, -np.inf, 0.0]])
_HIGHEST = np.array([[np.inf, np.inf, 0.0], [np.inf, np.inf, np.inf], [np.inf, np.inf, np.inf]])

# Tight enough for the digits below to come out the same in whatever order the sums are taken.
_SOLVER = {"ftol": 0.0, "gtol": 1e-9, "maxcor": 20, "maxiter": 1000, "maxfun": 2000}
SIGNIFICANT_DIGITS = 6


def fit_coefficients(
    X: NDArray[np.float64], recalled: NDArray[np.bool_], prior_scale: float, prior_curve: PowerCurve
) -> tuple[NDArray[np.float64], int]:
    """Minimise the log loss and the pull towards a prior curve.

    Parameters
    ----------
    X : array of shape (n_reviews, 3)
        Days, review count and difficulty, within bounds.
    recalled : bool array of shape (n_reviews,)
        Outcomes.
    prior_scale : float
        Standard deviation of each coefficient around that of the prior curve.
    prior_curve : PowerCurve
        The centre of the prior, and where the solver starts.

    Returns
    -------
    coefficients : array of shape (3, 3)
        A row each for the log time scale, the decay and the slip, to 6 significant digits.
    iterations : int
    """
    days = X[:, 0]
    cells, cell = np.unique(X[:, 1:], axis=0, return_inverse=True)
    design = lines_design(cells[:, 0], cells[:, 1])
    centre = np.array([prior_curve.log_time_scale, prior_curve.decay, prior_curve.slip])

    def mean_loss(flat: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        coefficients = flat.reshape(centre.shape)
        value, gradient = negative_log_likelihood(coefficients, design, cell, days, recalled)
        pull = (coefficients - centre) / prior_scale
        value += 0.5 * float(np.sum(pull**2))
        return value / len(days), (gradient + pull / prior_scale).ravel() / len(days)

    bounds = Bounds(_LOWEST.ravel(), _HIGHEST.ravel())
    found = minimize(mean_loss, centre.ravel(), jac=True, method="L-BFGS-B", bounds=bounds, options=_SOLVER)
    return _rounded(found.x.reshape(centre.shape)), found.nit


def _rounded(coefficients: NDArray[np.float64]) -> NDArray[np.float64]:
    """Round to 6 significant digits, so that the artifact has the same bytes on every platform."""
    # + 0.0 turns −0 into 0
    return np.array([[float(f"{k:.{SIGNIFICANT_DIGITS}g}") + 0.0 for k in line] for line in coefficients])
