"""What a run learns from and is judged by: the stored reviews up to the moment when it was prepared."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model_training.registry.lake import Lake
from model_training.review_log.features import OUTCOME
from model_training.review_table import canonical, load

Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Judging:
    """The reviews that models are compared on, which none of them was fitted to.

    Parameters
    ----------
    log : DataFrame of shape (n_scored_reviews, …)
        `model_training.review_log.features.scored_features` of these reviews' learners, the earlier reviews
        too: a learner's state and the moving average learn from them.
    rows : bool array of shape (n_scored_reviews,)
        Marks those that count.
    """

    log: pd.DataFrame
    rows: Mask

    @cached_property
    def features(self) -> pd.DataFrame:
        """The features of those that count."""
        return self.log[self.rows].reset_index(drop=True)

    @cached_property
    def recalled(self) -> NDArray[np.int64]:
        """Their outcomes, 0 or 1."""
        return self.features[OUTCOME].to_numpy(dtype=np.int64)

    @property
    def learners(self) -> int:
        """The number of their learners."""
        return int(self.features["learner"].nunique())


def judging(log: pd.DataFrame, rows: Mask) -> Judging:
    """Return the marked reviews as those that judge, with the other reviews of their learners."""
    learner = log["learner"]
    known = learner.isin(learner[rows].unique()).to_numpy()
    return Judging(log[known].reset_index(drop=True), rows[known])


def reviews_until(lake: Lake, received: datetime) -> pd.DataFrame:
    """Return the canonical log of what was received until a moment: every step of a run sees the same."""
    rows = load(lake)
    return canonical(rows[rows["received_at"] <= received]).reviews
