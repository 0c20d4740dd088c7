"""What a run learns from and is judged by: the stored reviews up to the moment when it was prepared."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import pandas as pd

from model_training.registry.lake import Lake
from model_training.review_log.features import scored_features
from model_training.review_log.histories import scored_histories
from model_training.review_table import canonical, load


@dataclass(frozen=True)
class Scored:
    """The scored reviews of a log.

    Parameters
    ----------
    features : DataFrame of shape (n_scored_reviews, 7)
        Result of `model_training.review_log.features.scored_features`.
    histories : DataFrame of shape (n_scored_reviews, 15)
        Result of `model_training.review_log.histories.scored_histories`: the same reviews in the same order.
    """

    features: pd.DataFrame
    histories: pd.DataFrame

    def since(self, moment: datetime) -> Scored:
        """Return those from a moment on."""
        newer = self.features["reviewed_at"] >= moment
        return Scored(*(part[newer].reset_index(drop=True) for part in (self.features, self.histories)))


def reviews_until(lake: Lake, received: datetime) -> pd.DataFrame:
    """Return the canonical log of what was received until a moment: every step of a run sees the same."""
    rows = load(lake)
    return canonical(rows[rows["received_at"] <= received]).reviews


def scored(reviews: pd.DataFrame) -> Scored:
    """Return a log's scored reviews."""
    return Scored(scored_features(reviews), scored_histories(reviews))
