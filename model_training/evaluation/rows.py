"""The scored reviews as a timeline, and what the candidates know of each."""

from __future__ import annotations

import numpy as np
import pandas as pd

from model_training.review_log.features import card_numbers, scored_features
from recall.features import AGAIN

PARTS = 6


def timeline(reviews: pd.DataFrame) -> pd.DataFrame:
    """Return the scored reviews, learner by learner in time order.

    Parameters
    ----------
    reviews : DataFrame of shape (n_reviews, …)
        `model_training.review_log.canonical.ReviewLog.reviews`.

    Returns
    -------
    DataFrame of shape (n_scored_reviews, …)
        The columns of `model_training.review_log.features.scored_features`, and

        - ``review``: position in ``reviews``, which leads a candidate to the card's whole history;
        - ``card_number``: the same for the rows of one card of one learner;
        - ``days_apart``: study days since the card's last review, at least 1;
        - ``lapses``: earlier failures among the card's scored reviews;
        - ``part``: 0 to 5, the learner's rows in time order cut into `PARTS` equal parts.
    """
    card = card_numbers(reviews)
    by_card = reviews.groupby(card, sort=False)
    days_apart = by_card["day"].diff()
    scored = days_apart >= 1
    lapsed = (scored & (reviews["rating"] == AGAIN)).astype("int64")
    known = pd.DataFrame(
        {
            "review": np.arange(len(reviews)),
            "card_number": card,
            "days_apart": days_apart,
            "lapses": lapsed.groupby(card, sort=False).cumsum() - lapsed,
        }
    )[scored].reset_index(drop=True)
    rows = pd.concat([scored_features(reviews), known.astype("int64")], axis=1)
    rows = rows.sort_values(["learner", "reviewed_at"], kind="stable", ignore_index=True)
    by_learner = rows.groupby("learner")
    return rows.assign(part=by_learner.cumcount() * PARTS // by_learner["learner"].transform("size"))
