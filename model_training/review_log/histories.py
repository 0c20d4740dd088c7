"""The review history before every scored review of a log.

The features are made by `recall`, one review after the other: what is trained on is what is
served.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model_training.progress import Advance, unseen
from model_training.review_log.features import OUTCOME
from recall.card_history import CardHistory
from recall.features import AGAIN, DAYS_SINCE_LAST_REVIEW, SECONDS_PER_DAY
from recall.history import HISTORY_FEATURES, history_features

HISTORY_COLUMNS = list(HISTORY_FEATURES)
MILLISECONDS = 1_000.0  # in a second
AT_ONCE = 100_000  # reviews as Python's own numbers
DAYS = DAYS_SINCE_LAST_REVIEW.name


def scored_histories(reviews: pd.DataFrame, advance: Advance = unseen) -> pd.DataFrame:
    """Return the history before each scored review, and its outcome.

    A review is scored when at least one study day lies between it and the card's review before, as in
    `model_training.review_log.features.scored_features`. No row uses its own outcome or anything later.

    Parameters
    ----------
    reviews : DataFrame of shape (n_reviews, …)
        `model_training.review_log.canonical.ReviewLog.reviews`: sorted by ``learner``, ``card``,
        ``reviewed_at``.
    advance : callable
        Is told how many more reviews are done.

    Returns
    -------
    DataFrame of shape (n_scored_reviews, 15)
        ``learner``, ``card``, ``reviewed_at``; `recall.history.HISTORY_FEATURES`;
        ``days_since_last_review`` (days, with fractions, within the bounds of `recall.features.FEATURES`);
        and ``recalled`` (0 or 1). In the order of the log.
    """
    scored, values = _walk(reviews, advance)
    columns = [*HISTORY_COLUMNS, DAYS]
    inputs = pd.DataFrame(values.reshape(len(scored), len(columns)), columns=columns)
    inputs[DAYS] = inputs[DAYS].clip(DAYS_SINCE_LAST_REVIEW.minimum, DAYS_SINCE_LAST_REVIEW.maximum)
    outcomes = reviews.iloc[scored].reset_index(drop=True)
    recalled = (outcomes["rating"] != AGAIN).astype("int64").rename(OUTCOME)
    return pd.concat([outcomes[["learner", "card", "reviewed_at"]], inputs, recalled], axis=1)


def _walk(reviews: pd.DataFrame, advance: Advance) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return the positions of the scored reviews, and their features with the days since the last review."""
    # Of eight bytes a number: lists of Python's own numbers would need four times the memory.
    scored, values = array("q"), array("d")
    history: CardHistory
    for i, (begins, *review) in enumerate(_steps(reviews, advance)):
        if begins:
            history = CardHistory(*review)
            continue
        when, _rating, day, _seconds = review
        if day > history.day:
            scored.append(i)
            values.extend(history_features(history))
            values.append(when - history.time)
        history.review(*review)
    return np.asarray(scored), np.asarray(values)


def _steps(reviews: pd.DataFrame, advance: Advance) -> Iterator[tuple[Any, ...]]:
    """Yield of each review whether its card begins, then what `CardHistory` takes."""
    pair = reviews[["learner", "card"]]
    new_card = pair.ne(pair.shift()).any(axis=1)
    origin = reviews["reviewed_at"].min()
    time = (reviews["reviewed_at"] - origin).dt.total_seconds() / SECONDS_PER_DAY
    # One learner of a log may have no times of answers, and its column may be missing in a table of our own.
    seconds = reviews["duration_ms"].fillna(0) / MILLISECONDS if "duration_ms" in reviews else time * 0.0
    columns = (new_card, time, reviews["rating"], reviews["day"], seconds)
    for start in range(0, len(reviews), AT_ONCE):
        block = [column[start : start + AT_ONCE].tolist() for column in columns]
        yield from zip(*block, strict=True)
        advance(len(block[0]))
