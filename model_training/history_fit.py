"""Penalised maximum likelihood for the lines of the history model, with a prior that they are pulled to."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.optimize import minimize

from model_training.features import OUTCOME
from model_training.history import DAYS, HISTORY_COLUMNS
from model_training.history_likelihood import negative_log_likelihood
from recall import learner
from recall.history import SINGLE_DAY, HistoryModel
from recall.history_curve import Curve, observation
from recall.memory_state import DECAY

Array = NDArray[np.float64]

SLIP_LOGIT = -4.0  # FSRS-6 has no slip; 1.8 % is close to none
# 1/variance of each standardised coefficient, and of the intercept, around the prior. The intercept is held
# tighter, because the far end of a curve is all prior: a log says little of it.
RIDGE, INTERCEPT_RIDGE = 30.0, 100.0
# Passes over the learners: the second one follows them under lines that already leave room for their part.
PASSES = 2
SIGNIFICANT_DIGITS = 6
_SOLVER = {"ftol": 0.0, "gtol": 1e-6, "maxcor": 20, "maxiter": 1000, "maxfun": 2000}


def fsrs_lines() -> Array:
    """Lines of shape (3, 26) that are FSRS-6 with its default parameters, but for a slip of 1.8 %."""
    lines = np.zeros((3, 1 + len(HISTORY_COLUMNS)))
    lines[0, 1 + HISTORY_COLUMNS.index("log_stability")] = 1.0
    lines[1, 0] = np.log(DECAY)
    lines[2, 0] = SLIP_LOGIT
    return lines


def fit_history(histories: pd.DataFrame, prior: HistoryModel | None = None) -> HistoryModel:
    """Fit both heads of the history model.

    The lines for a card alone come first. The lines for use with a learner's state are then fitted around
    the state that each learner had before each review, and the states followed anew under these lines, twice.

    Parameters
    ----------
    histories : DataFrame of shape (n_scored_reviews, 30)
        From `model_training.history.scored_histories`; at least one row.
    prior : HistoryModel, optional
        What the lines are pulled to; FSRS-6 by default.
    """
    prior_alone = fsrs_lines() if prior is None else np.array(prior.history)
    prior_learner = fsrs_lines() if prior is None else np.array(prior.learner)
    alone = lines = fit_lines(histories, np.zeros((3, len(histories))), prior_alone)
    for _ in range(PASSES):
        _, shifts = follow_learners(histories, lines)
        lines = fit_lines(histories, shifts, prior_learner)
    return HistoryModel(_rounded(alone), _rounded(lines))


def fit_lines(histories: pd.DataFrame, shifts: Array, prior: Array) -> Array:
    """Minimise the log loss and the pull towards a prior, with curves shifted by what is already known.

    Parameters
    ----------
    histories : DataFrame of shape (n_scored_reviews, 30)
        From `model_training.history.scored_histories`.
    shifts : array of shape (3, n_scored_reviews)
        Added to ln S, ln c and the slip's logit.
    prior : array of shape (3, 26)
        The lines without any review.

    Returns
    -------
    array of shape (3, 26)
        Intercept and coefficients of the three lines.
    """
    features = histories[HISTORY_COLUMNS].to_numpy()
    days, recalled = histories[DAYS].to_numpy(), histories[OUTCOME].to_numpy() == 1
    # A feature that never varies stays finite, and without effect.
    mean, spread = features.mean(axis=0), features.std(axis=0) + 1e-3
    design = with_intercept((features - mean) / spread)
    start = prior @ with_intercept(features).T + shifts
    ridge = np.full(design.shape[1], RIDGE)
    ridge[0] = INTERCEPT_RIDGE

    def mean_loss(flat: Array) -> tuple[float, Array]:
        change = flat.reshape(prior.shape)
        value, gradient = negative_log_likelihood(start + change @ design.T, days, recalled)
        value += 0.5 * float(np.sum(ridge * change**2))
        return value / len(days), (gradient @ design + ridge * change).ravel() / len(days)

    found = minimize(mean_loss, np.zeros(prior.size), jac=True, method="L-BFGS-B", options=_SOLVER)
    change = found.x.reshape(prior.shape)
    change[:, 1:] /= spread
    change[:, 0] -= change[:, 1:] @ mean
    return prior + change


def follow_learners(histories: pd.DataFrame, lines: Array) -> tuple[Array, Array]:
    """Predict each review with the state that its learner had before it, and learn from its outcome.

    Parameters
    ----------
    histories : DataFrame of shape (n_scored_reviews, 30)
        From `model_training.history.scored_histories`, in any order.
    lines : array of shape (3, 26)
        Intercept and coefficients of the three lines.

    Returns
    -------
    probability : array of shape (n_scored_reviews,)
        Of recall, at most 1 − 1e-6; each depends on outcomes of the learner's earlier reviews only.
    shifts : array of shape (3, n_scored_reviews)
        What the state added to ln S, ln c and the slip's logit.
    """
    curves = with_intercept(histories[HISTORY_COLUMNS].to_numpy()) @ lines.T
    single_day = histories[HISTORY_COLUMNS[SINGLE_DAY]].to_numpy() == 1.0
    columns = (curves, histories[DAYS].to_numpy(), single_day, histories[OUTCOME].to_numpy())
    probability, shifted = np.empty(len(curves)), np.empty_like(curves)
    for rows in _learner_timelines(histories):
        state = learner.START
        values = zip(rows.tolist(), *(column[rows].tolist() for column in columns), strict=True)
        for row, curve, days, single, recalled in values:
            moved = learner.shifted(Curve(*curve), state, single_day=single)
            expected, slopes = observation(moved, days)
            probability[row], shifted[row] = expected, moved
            state = learner.updated(state, expected, slopes, single_day=single, recalled=recalled)
    return probability, (shifted - curves).T


def _learner_timelines(histories: pd.DataFrame) -> list[NDArray[np.intp]]:
    """Positions of each learner's rows in time order; cards reviewed at once go in the cards' order."""
    ordered = histories.reset_index(drop=True).sort_values(["reviewed_at", "card"])
    return [np.asarray(rows) for rows in ordered.groupby("learner", sort=False).groups.values()]


def with_intercept(features: Array) -> Array:
    """Put a column of ones before the features."""
    return np.column_stack([np.ones(len(features)), features])


def _rounded(lines: Array) -> tuple[tuple[float, ...], tuple[float, ...], tuple[float, ...]]:
    """Round to 6 significant digits: more than the solver's tolerance can tell apart."""
    # + 0.0 turns −0 into 0
    stability, decay, slip = (
        tuple(float(f"{k:.{SIGNIFICANT_DIGITS}g}") + 0.0 for k in line) for line in lines
    )
    return stability, decay, slip
