"""The model's inputs for every scored review of a log: vectorised, and only from what came before it."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from recall.features import AGAIN, FEATURE_NAMES, FEATURES, SECONDS_PER_DAY
from recall.three_inputs import difficulty_from_share, failure_share

FEATURE_COLUMNS = list(FEATURE_NAMES)
OUTCOME = "recalled"


def scored_features(reviews: pd.DataFrame) -> pd.DataFrame:
    """Return inputs and outcome of the scored reviews.

    A review is scored when at least one study day lies between it and the card's review before; same-day
    repeats only feed the history. No row uses its own outcome or anything later.

    Parameters
    ----------
    reviews : DataFrame of shape (n_reviews, …)
        `model_training.review_log.canonical.ReviewLog.reviews`: sorted by ``learner``, ``card``,
        ``reviewed_at``.

    Returns
    -------
    DataFrame of shape (n_scored_reviews, 7)
        ``learner``, ``card``, ``reviewed_at``; the inputs ``days_since_last_review`` (days, with fractions),
        ``review_count`` (distinct earlier review days) and ``difficulty`` (1 to 10), within the bounds of
        `recall.features.FEATURES`; and ``recalled`` (0 or 1). In the order of the log.
    """
    card = card_numbers(reviews)
    by_card = reviews.groupby(card, sort=False)
    days_apart = by_card["day"].diff()
    new_day = (days_apart != 0).astype("int64")  # a card's first review, where it's missing, is one too
    failed = (reviews["rating"] == AGAIN).astype("int64")
    share = failure_share(total_before(failed, card), by_card.cumcount())
    features = reviews[["learner", "card", "reviewed_at"]].assign(
        days_since_last_review=by_card["reviewed_at"].diff().dt.total_seconds() / SECONDS_PER_DAY,
        review_count=total_before(new_day, card),
        difficulty=difficulty_from_share(share),
        recalled=1 - failed,
    )
    scored = features[days_apart >= 1].reset_index(drop=True)
    for feature in FEATURES:
        scored[feature.name] = scored[feature.name].clip(feature.minimum, feature.maximum)
    return scored


def card_numbers(reviews: pd.DataFrame) -> pd.Series:
    """Give each (learner, card) pair a number, so that each later step groups by one integer."""
    pair = reviews[["learner", "card"]]
    return pair.ne(pair.shift()).any(axis=1).cumsum()


def total_before(values: pd.Series, card: pd.Series) -> pd.Series:
    """Sum over the card's rows before each row: the running total without the row itself."""
    return values.groupby(card, sort=False).cumsum() - values


def design(features: pd.DataFrame) -> tuple[pd.DataFrame, NDArray[np.int64]]:
    """Split `scored_features` into the estimator's X (three columns) and y (0 or 1)."""
    return features[FEATURE_COLUMNS], features[OUTCOME].to_numpy()


def learner_weights(features: pd.DataFrame) -> NDArray[np.float64]:
    """Weigh each scored review by 1/√(its learner's number of scored reviews), of shape (n_scored_reviews,).

    Reviews of one learner resemble each other, so ten times as many of them don't say ten times as much of
    what learners are like.
    """
    size = features.groupby("learner")["learner"].transform("size")
    return size.to_numpy(dtype=np.float64) ** -0.5
