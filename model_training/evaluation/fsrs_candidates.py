"""FSRS-6 as candidates: with its published parameters, or fitted by the optimiser of ``fsrs-rs-python``."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from fsrs_rs_python import FSRS, FSRSItem, FSRSReview, TrainingConfig
from numpy.typing import NDArray

from model_training.evaluation.candidate import Predictor
from model_training.evaluation.fsrs import DEFAULT_PARAMETERS, CardHistories, Weights, memory_states
from model_training.evaluation.fsrs_with_learner import predict_fsrs_with_learner
from model_training.evaluation.scores import Probabilities

Parameters = NDArray[np.float64]

DECAY = Weights._fields.index("decay")

# The optimiser leaves longer histories out, so they need not be built.
LONGEST_HISTORY = TrainingConfig().max_seq_len


class FsrsCandidates:
    """The fits of FSRS-6 on one log, alone and with the online help that the served history model gets.

    That help is `recall.learner`'s state: the same six numbers, started and updated in the same way, shift
    FSRS-6's curve of each card.

    Parameters
    ----------
    reviews : DataFrame of shape (n_reviews, …)
        `model_training.review_log.canonical.ReviewLog.reviews`.
    """

    def __init__(self, reviews: pd.DataFrame) -> None:
        self._histories = CardHistories.of(reviews)
        self._learners = reviews["learner"].to_numpy()
        self._items = _training_items(self._histories)
        self._fitted: dict[bytes, Parameters] = {}

    def fit_default(self, _train: pd.DataFrame) -> Predictor:
        """Predict with the published parameters."""
        return self._alone(DEFAULT_PARAMETERS)

    def fit_default_with_learner(self, _train: pd.DataFrame) -> Predictor:
        """Predict with the published parameters and a state that follows the learner's outcomes."""
        return self._with_learner(DEFAULT_PARAMETERS)

    def fit_pooled(self, train: pd.DataFrame) -> Predictor:
        """Fit one set of parameters to all rows."""
        return self._alone(self._optimised(train))

    def fit_pooled_with_learner(self, train: pd.DataFrame) -> Predictor:
        """Fit one set of parameters to all rows; a state follows the learner's outcomes."""
        return self._with_learner(self._optimised(train))

    def fit_per_learner(self, train: pd.DataFrame) -> Predictor:
        """Fit each learner's own parameters to their rows; predict new learners with the published ones."""
        return self._alone(self._optimised_per_learner(train))

    def fit_per_learner_with_learner(self, train: pd.DataFrame) -> Predictor:
        """Fit each learner's own parameters to their rows; a state follows the learner's outcomes."""
        return self._with_learner(self._optimised_per_learner(train))

    def _alone(self, parameters: Parameters) -> Predictor:
        recall = memory_states(self._histories, parameters).recall
        return lambda rows: recall[rows["review"].to_numpy()]

    def _with_learner(self, parameters: Parameters) -> Predictor:
        stability = memory_states(self._histories, parameters).stability
        of_review = np.broadcast_to(parameters, (len(stability), len(DEFAULT_PARAMETERS)))

        def predict(rows: pd.DataFrame) -> Probabilities:
            review = rows["review"].to_numpy()
            # A scored review is never its card's first: the one before it in the log is the same card's.
            log_stability, log_decay = np.log(stability[review - 1]), np.log(of_review[review, DECAY])
            return predict_fsrs_with_learner(rows, log_stability, log_decay)

        return predict

    def _optimised_per_learner(self, train: pd.DataFrame) -> Parameters:
        own = {learner: self._optimised(rows) for learner, rows in train.groupby("learner")}
        names, codes = np.unique(self._learners, return_inverse=True)
        return np.array([own.get(name, DEFAULT_PARAMETERS) for name in names])[codes]

    def _optimised(self, train: pd.DataFrame) -> Parameters:
        """Return the optimiser's 21 parameters for these rows, which it fits once."""
        key = train["review"].to_numpy().tobytes()
        if key not in self._fitted:
            self._fitted[key] = self._optimise(train)
        return self._fitted[key]

    def _optimise(self, train: pd.DataFrame) -> Parameters:
        # The optimiser weighs later items more: learners' own times are laid side by side, not calendars.
        by_learner = train.groupby("learner")
        progress = by_learner.cumcount() / by_learner["learner"].transform("size")
        ordered = train["review"].to_numpy()[np.argsort(progress.to_numpy(), kind="stable")]
        items = [self._items[review] for review in ordered if self._items[review] is not None]
        try:
            return np.array(FSRS([]).compute_parameters(items))
        except ValueError:  # it says so when too few cards have a second review day
            return DEFAULT_PARAMETERS


def _training_items(histories: CardHistories) -> NDArray[Any]:
    """Return for each scored review the card's history up to and including it, for other reviews None."""
    count = len(histories.rating)
    items = np.full(count, None, dtype=object)
    pairs = zip(histories.rating.tolist(), histories.days.tolist(), strict=True)
    reviews = [FSRSReview(rating, days) for rating, days in pairs]
    starts = np.sort(histories.steps[0])
    for start, end in zip(starts.tolist(), [*starts[1:].tolist(), count], strict=True):
        for last in range(start + 1, min(end, start + LONGEST_HISTORY)):
            if histories.days[last] >= 1:
                items[last] = FSRSItem(reviews[start : last + 1])
    return items
