"""The forgetting curve to schedule with: the three-input curve that follows the history model at any delay.

Outcomes alone show a card's recall only where a scheduler chose to review it, and good cards got the long
delays: a curve of three inputs that is fitted to outcomes promises too much at delays that a card wouldn't
have got. The history model knows better what card it has before it. So it is asked for each card's recall at
the same delays, and the three-input curve is fitted to the answers (distillation; Hinton et al. 2015,
arXiv:1503.02531).
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from model_training.features import FEATURE_COLUMNS
from model_training.fitting import fit_coefficients
from model_training.history import DAYS
from model_training.history_predict import predict_alone
from recall.curve import PowerCurve
from recall.history import HistoryModel

DELAYS = (1, 2, 3, 5, 8, 12, 20, 30, 45, 60, 90, 120)  # days
CARD_COLUMNS = [column for column in FEATURE_COLUMNS if column != DAYS]


def fit_schedule_head(
    features: pd.DataFrame, histories: pd.DataFrame, history_model: HistoryModel
) -> PowerCurve:
    """Fit the three-input curve to the recall that the history model expects at `DELAYS` for the log's cards.

    Parameters
    ----------
    features : DataFrame of shape (n_scored_reviews, 7)
        From `model_training.features.scored_features`.
    histories : DataFrame of shape (n_scored_reviews, 30)
        From `model_training.history.scored_histories`, of the same reviews in the same order.
    history_model : HistoryModel
        Asked for each card alone, without its learner's state.
    """
    asked = {days: predict_alone(history_model, histories.assign(**{DAYS: days})) for days in DELAYS}
    recall = pd.DataFrame(asked, index=features.index)
    # All that three inputs can follow is the mean over the cards that share the other two.
    cells = recall.groupby([features[column] for column in CARD_COLUMNS])
    mean, size = cells.mean(), cells.size().to_numpy(dtype=np.float64)
    cards = mean.index.to_frame().to_numpy(dtype=np.float64)
    X = np.column_stack([np.repeat(DELAYS, len(cards)), np.tile(cards, (len(DELAYS), 1))])
    probability = mean.to_numpy().ravel(order="F")
    coefficients, _ = fit_coefficients(X, probability, np.tile(size, len(DELAYS)), ratio=0.0)
    time_scale, decay, slip = (tuple(line) for line in coefficients.tolist())
    return PowerCurve(time_scale, decay, slip)
