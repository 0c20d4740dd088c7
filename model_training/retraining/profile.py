"""How the inputs of the scored reviews are spread, as counts: what the report draws, without the reviews."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from model_training.evaluation.scores import rounded
from model_training.review_log.features import FEATURE_COLUMNS, OUTCOME
from recall.features import FEATURES

# Each bin begins at one of these, and the last one ends at the input's maximum.
EDGES = {
    "days_since_last_review": (0, 1, 2, 4, 8, 15, 31, 61, 121, 366),
    "review_count": (1, 2, 3, 4, 6, 9, 13, 21, 41),
    "difficulty": (1, 2, 3, 4, 5, 6, 7, 8, 9),
}


def profile(features: pd.DataFrame) -> dict[str, Any]:
    """Return the recall rate, and each input's range and spread, as JSON values.

    Parameters
    ----------
    features : DataFrame of shape (n_scored_reviews, 7)
        Result of `model_training.review_log.features.scored_features`; at least one row.

    Returns
    -------
    dict
        ``recall_rate``; ``ranges``: lowest and highest value of each input; ``spread``: for each input a
        [first edge, last edge, reviews, recalled] a bin.
    """
    return {
        "recall_rate": rounded(features[OUTCOME].mean()),
        "ranges": {
            name: [round(float(features[name].min()), 3), round(float(features[name].max()), 3)]
            for name in FEATURE_COLUMNS
        },
        "spread": {
            feature.name: _spread(features[feature.name], features[OUTCOME], feature.maximum)
            for feature in FEATURES
        },
    }


def _spread(values: pd.Series, recalled: pd.Series, maximum: int) -> list[list[int]]:
    edges = EDGES[values.name]
    bins = np.searchsorted(edges, values, side="right") - 1
    reviews = np.bincount(bins, minlength=len(edges))
    successes = np.bincount(bins, weights=recalled, minlength=len(edges)).astype(int)
    ends = (*edges[1:], maximum)
    return [list(row) for row in zip(edges, ends, reviews.tolist(), successes.tolist(), strict=True)]
