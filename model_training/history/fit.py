"""The fit of the history model: its two lines, and the learners' states between them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from model_training.history.line import fit_line
from model_training.history.replay import LearnerStates, replay_learners
from model_training.progress import Advance, unseen
from model_training.review_log.features import HISTORY_COLUMNS
from recall.card_history import DECAY
from recall.history import LOG_STABILITY, HistoryModel, Line

SLIP_LOGIT = -4.0  # FSRS-6 has no slip; 1.8 % is close to none
# Passes over the learners: the second one replays them under lines that already leave room for their part.
PASSES = 2
FITS = 1 + 2 * PASSES


def fsrs_line() -> Line:
    """Return the line that is FSRS-6 with its default parameters, but for a slip of 1.8 %."""
    coefficients = np.zeros(1 + len(HISTORY_COLUMNS))
    coefficients[1 + LOG_STABILITY] = 1.0
    return Line(tuple(coefficients.tolist()), float(np.log(DECAY)), SLIP_LOGIT)


def fit_history(
    histories: pd.DataFrame, prior: HistoryModel | None = None, advance: Advance = unseen
) -> HistoryModel:
    """Fit both lines of the history model.

    The line for learners of whom nothing is known comes first. The line for known ones is then fitted around
    the state that each learner had before each review, and all reviews are replayed with it, twice.

    Parameters
    ----------
    histories : DataFrame of shape (n_scored_reviews, …)
        Result of `model_training.review_log.features.scored_features`; at least one row.
    prior : HistoryModel, optional
        What the lines are pulled to; FSRS-6 by default.
    advance : callable
        Is told how many more reviews are done; all of them `FITS` times.
    """
    new = fit_new_learner(histories, prior)
    advance(len(histories))
    towards = fsrs_line() if prior is None else prior.known_learner
    model = HistoryModel(new, new)
    for _ in range(PASSES):
        _, states = replay_learners(histories, model)
        advance(len(histories))
        # Towards the prior for known learners, beside what the line for new ones gives already.
        known = fit_line(histories, states, towards, beside=new)
        advance(len(histories))
        model = HistoryModel(new, known)
    return model


def fit_new_learner(histories: pd.DataFrame, prior: HistoryModel | None = None) -> Line:
    """Fit the line for learners of whom nothing is known; parameters as of `fit_history`."""
    towards = fsrs_line() if prior is None else prior.new_learner
    nobody = LearnerStates(np.zeros((3, 1)), np.ones(1))
    return fit_line(histories, nobody, towards)
