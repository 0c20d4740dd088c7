"""FSRS-6 with the online help that the served history model gets: `recall.learner`'s state.

The same six numbers, with the same variances and the same filter, shift FSRS-6's curve of each card after
each outcome. FSRS-6 has no slip; it gets the small one that the history model starts from, since a state
shifts it and an outcome that is certain could teach nothing.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model_training.evaluation.scores import Probabilities
from model_training.history.fit import fsrs_line
from model_training.history.predict import predict_with_learner
from model_training.review_log.features import DAYS, HISTORY_COLUMNS, OUTCOME
from recall.history import LOG_STABILITY, SINGLE_DAY, HistoryModel

Array = NDArray[np.float64]


def predict_fsrs_with_learner(rows: pd.DataFrame, log_stability: Array, log_decay: Array) -> Probabilities:
    """Return the recall probability of FSRS-6's curves, shifted by a state that follows each learner.

    Parameters
    ----------
    rows : DataFrame of shape (n, …)
        Whole timelines of learners, as `model_training.evaluation.rows.timeline` sorts them.
    log_stability : array of shape (n,)
        FSRS-6's ln S of the card before each review, ln days.
    log_decay : array of shape (n,)
        ln of FSRS-6's decay; one value for all rows of a learner.
    """
    cards = pd.DataFrame(0.0, rows.index, HISTORY_COLUMNS)
    cards[HISTORY_COLUMNS[LOG_STABILITY]] = log_stability
    cards[HISTORY_COLUMNS[SINGLE_DAY]] = (rows["review_count"] == 1).astype(float)
    histories = pd.concat([rows[["learner", "card", "reviewed_at", OUTCOME]], cards], axis=1)
    histories[DAYS] = rows["days_apart"].astype(float)  # FSRS-6 counts study days
    probability = np.empty(len(rows))
    # All learners who share their parameters are followed at once.
    for decay, positions in rows.groupby(log_decay, sort=False).indices.items():
        line = fsrs_line()._replace(log_decay=float(decay))
        model = HistoryModel(line, line)
        probability[positions] = predict_with_learner(model, histories.iloc[positions])
    return probability
