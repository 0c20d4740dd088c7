"""What the history model predicts for a log: vectorised for a card alone, in time order with a learner."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model_training.fitting.likelihood import log_recall
from model_training.review_log.features import OUTCOME
from model_training.review_log.histories import DAYS, HISTORY_COLUMNS
from recall import learner
from recall.curve import Curve
from recall.history import LARGEST_DEVIATION, LOG_STABILITY, HistoryModel, Line, directions

Array = NDArray[np.float64]


UNSHIFTED = Curve(0.0, 0.0, 0.0)


class LearnerStates(NamedTuple):
    """What was known of the learner before each review.

    Parameters
    ----------
    shifts : array of shape (3, n_scored_reviews)
        What the state added to ln S, ln c and the slip's logit.
    share : array of shape (n_scored_reviews,)
        The share of the line for known learners, `recall.learner.certainty`.
    """

    shifts: Array
    share: Array


def predict_alone(model: HistoryModel, histories: pd.DataFrame) -> Array:
    """Return the probability of recall from each card's history alone, of shape (n_scored_reviews,)."""
    return np.asarray(np.exp(log_recall(curves_alone(model, histories), histories[DAYS].to_numpy())))


def curves_alone(model: HistoryModel, histories: pd.DataFrame) -> Array:
    """Return ln S, ln c and the slip's logit of each history's curve, of shape (3, n_histories)."""
    features = histories[HISTORY_COLUMNS].to_numpy(dtype=np.float64)
    line, center = model.new_learner, features[:, LOG_STABILITY]
    near = np.clip(raw_stability(line, features), center - LARGEST_DEVIATION, center + LARGEST_DEVIATION)
    return np.stack([near, *(np.full_like(near, end) for end in (line.log_decay, line.slip_logit))])


def predict_with_learner(model: HistoryModel, histories: pd.DataFrame) -> Array:
    """Return the probability of recall with the learner's state, of shape (n_scored_reviews,).

    The state starts anew for each learner and has seen the outcomes of their earlier rows, and nothing else.
    """
    return replay_learners(histories, model)[0]


def replay_learners(histories: pd.DataFrame, model: HistoryModel) -> tuple[Array, LearnerStates]:
    """Predict each review with the state that its learner had before it, and learn from its outcome.

    The served code, review by review, but for the two lines, which are evaluated for all reviews at once.

    Parameters
    ----------
    histories : DataFrame of shape (n_scored_reviews, 15)
        Result of `model_training.review_log.histories.scored_histories`, in any order.
    model : HistoryModel
        The history model.

    Returns
    -------
    probability : array of shape (n_scored_reviews,)
        Probability of recall, at most 1 − 1e-6; it depends on outcomes of the learner's earlier reviews only.
    states : LearnerStates
    """
    features = histories[HISTORY_COLUMNS].to_numpy(dtype=np.float64)
    lines = [raw_stability(line, features) for line in (model.new_learner, model.known_learner)]
    ends = [(line.log_decay, line.slip_logit) for line in (model.new_learner, model.known_learner)]
    columns = (*lines, features, histories[DAYS].to_numpy(), histories[OUTCOME].to_numpy())
    probability, share = np.empty(len(features)), np.empty(len(features))
    shifts = np.empty((len(features), 3))
    for rows in learner_timelines(histories):
        state = learner.START
        values = zip(rows.tolist(), *(column[rows].tolist() for column in columns), strict=True)
        for row, new, known, card, days, recalled in values:
            along = directions(card)
            shifts[row] = learner.shifted(UNSHIFTED, state, along, model.least_slope)
            share[row] = learner.certainty(state)
            curve = model.between(Curve(new, *ends[0]), Curve(known, *ends[1]), card, state)
            probability[row], state = learner.updated(state, curve, along, days, recalled=recalled == 1)
    return probability, LearnerStates(shifts.T, share)


def raw_stability(line: Line, features: Array) -> Array:
    """Return x of `recall.history`, ln S before it is kept near FSRS-6's, of shape (n_histories,)."""
    coefficients = np.array(line.log_stability)
    return np.asarray(coefficients[0] + features @ coefficients[1:])


def learner_timelines(histories: pd.DataFrame) -> list[NDArray[np.intp]]:
    """Positions of each learner's rows in time order; reviews at the same time are in the cards' order."""
    ordered = histories.reset_index(drop=True).sort_values(["reviewed_at", "card"])
    return [np.asarray(rows) for rows in ordered.groupby("learner", sort=False).groups.values()]
