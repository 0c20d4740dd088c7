"""What a model sees of every scored review of a log, made by the code that serves: `recall.card_history`.

The service writes the same numbers into the lake's table when a review comes in, so what is trained on is
what is served, wherever the reviews come from.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model_training.progress import Advance, unseen
from recall.card_history import CardHistory
from recall.features import AGAIN, DAYS_SINCE_LAST_REVIEW, FEATURE_NAMES, FEATURES, SECONDS_PER_DAY
from recall.history import HISTORY_FEATURES, history_features
from recall.three_inputs import difficulty_from_share, failure_share

FEATURE_COLUMNS, HISTORY_COLUMNS = list(FEATURE_NAMES), list(HISTORY_FEATURES)
DAYS = DAYS_SINCE_LAST_REVIEW.name
OUTCOME = "recalled"
COUNTS = ["review_count", "failures", "reviews"]
MILLISECONDS = 1_000  # in a second
MICROS_PER_DAY = SECONDS_PER_DAY * 1_000_000
AT_ONCE = 200_000  # reviews: as Python's numbers they take 50 MB


def scored_features(reviews: pd.DataFrame, advance: Advance = unseen) -> pd.DataFrame:
    """Return inputs, history and outcome of the scored reviews.

    A review is scored when it comes on a later study day than the card's review before; same-day repeats only
    feed the history. No row uses its own outcome or anything later.

    Parameters
    ----------
    reviews : DataFrame of shape (n_reviews, …)
        `model_training.review_log.canonical.ReviewLog.reviews`: sorted by ``learner``, ``card``,
        ``reviewed_at``.
    advance : callable
        Is told how many more reviews are done.

    Returns
    -------
    DataFrame of shape (n_scored_reviews, 19)
        In the order of the log: ``learner``, ``card``, ``reviewed_at``; the inputs
        ``days_since_last_review`` (days, with fractions), ``review_count`` (distinct earlier review days) and
        ``difficulty`` (1 to 10), within the bounds of `recall.features.FEATURES`; ``failures`` and
        ``reviews``, the card's failed and all reviews before; `recall.history.HISTORY_FEATURES` before the
        review; and ``recalled`` (0 or 1).

    Raises
    ------
    InvalidInputError
        If a card's reviews aren't in the order of time and study day.
    """
    card = card_numbers(reviews)
    scored = np.flatnonzero(card.eq(card.shift()) & (reviews["day"].diff() > 0))
    columns = [*HISTORY_COLUMNS, DAYS, *COUNTS]
    values, done = np.empty((len(scored), len(columns))), 0
    for rows in _whole_cards(card.to_numpy()):
        found = _before_scored(reviews.iloc[rows], card.iloc[rows])
        values[done : done + len(found)] = found
        done += len(found)
        advance(rows.stop - rows.start)
    known = pd.DataFrame(values, columns=columns, copy=False)
    outcomes = reviews[["learner", "card", "reviewed_at"]].iloc[scored].reset_index(drop=True)
    recalled = (reviews["rating"].iloc[scored] != AGAIN).astype("int64").array
    return with_inputs(pd.concat([outcomes, known], axis=1)).assign(**{OUTCOME: recalled})


def with_inputs(known: pd.DataFrame) -> pd.DataFrame:
    """Return rows with the three inputs within their bounds: difficulty from ``failures`` and ``reviews``."""
    share = failure_share(known["failures"], known["reviews"])
    rows = known.assign(difficulty=difficulty_from_share(share)).astype(dict.fromkeys(COUNTS, "int64"))
    for feature in FEATURES:
        rows[feature.name] = rows[feature.name].clip(feature.minimum, feature.maximum)
    return rows


def _whole_cards(card: NDArray[np.int64]) -> Iterator[slice]:
    """Cut reviews into blocks of about `AT_ONCE` that begin with a card."""
    starts = np.searchsorted(card, card[::AT_ONCE])
    for start, end in pairwise([*np.unique(starts).tolist(), len(card)]):
        yield slice(start, end)


def _before_scored(reviews: pd.DataFrame, card: pd.Series) -> NDArray[np.float64]:
    """Return what is known before each scored review of whole cards; columns as in `scored_features`."""
    time = reviews["reviewed_at"].astype("datetime64[us, UTC]").astype("int64") / MICROS_PER_DAY
    # One learner of a log may have no times of answers, and its column may be missing in a table of our own.
    seconds = reviews["duration_ms"].fillna(0) / MILLISECONDS if "duration_ms" in reviews else time * 0.0
    columns = (card, time, reviews["rating"], reviews["day"], seconds)
    found: list[float] = []
    last, history = None, CardHistory(0.0, AGAIN, 0)  # replaced at the first review
    for number, *review in zip(*(column.tolist() for column in columns), strict=True):
        if number != last:
            last, history = number, CardHistory(*review)
            continue
        if review[2] > history.day:
            found += history_features(history)
            found += review[0] - history.time, history.review_days, history.failures, history.reviews
        history.review(*review)
    return np.array(found).reshape(-1, len(HISTORY_COLUMNS) + 1 + len(COUNTS))


def card_numbers(reviews: pd.DataFrame) -> pd.Series:
    """Give each (learner, card) pair a number, so that each later step groups by one integer."""
    pair = reviews[["learner", "card"]]
    return pair.ne(pair.shift()).any(axis=1).cumsum()


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
