"""The review history before every scored review of a log.

The features of `recall.history`, of all cards at once and the same to the last bit: what is trained on is
what is served. Only what a card's last review left behind is followed from review to review
(`model_training.review_log.memories`); all else are differences and counts.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model_training.progress import Advance, unseen
from model_training.review_log.features import OUTCOME
from model_training.review_log.memories import each, memories
from recall.card_history import SHORTEST_NIGHT, CardHistory
from recall.features import AGAIN, DAYS_SINCE_LAST_REVIEW, GOOD, SECONDS_PER_DAY
from recall.history import COMMON_SECONDS, HISTORY_FEATURES, LOG_SECONDS_LIMIT, MOST_REPEATS

HISTORY_COLUMNS = list(HISTORY_FEATURES)
MILLISECONDS = 1_000.0  # in a second
AT_ONCE = 500_000  # reviews: what is computed of them has 100 MB
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
    log = _log(reviews)
    scored, done = np.flatnonzero(log.days > 0), 0
    values = np.empty((len(scored), len(HISTORY_COLUMNS) + 1))
    for rows in _whole_cards(log.first):
        found = _before_scored(log.of(rows))
        values[done : done + len(found)] = found
        done += len(found)
        advance(rows.stop - rows.start)
    inputs = pd.DataFrame(values, columns=[*HISTORY_COLUMNS, DAYS], copy=False)
    inputs[DAYS] = inputs[DAYS].clip(DAYS_SINCE_LAST_REVIEW.minimum, DAYS_SINCE_LAST_REVIEW.maximum)
    outcomes = reviews.iloc[scored].reset_index(drop=True)
    recalled = (outcomes["rating"] != AGAIN).astype("int64").rename(OUTCOME)
    return pd.concat([outcomes[["learner", "card", "reviewed_at"]], inputs, recalled], axis=1)


class _Log(NamedTuple):
    """A review log as arrays of shape (n_reviews,).

    Parameters
    ----------
    first : bool array
        Whether a card begins; its reviews follow each other.
    time, seconds : array
        When the review was, in days, and how long the answer took, 0 where unknown.
    rating : int array
        1 Again to 4 Easy.
    interval, days : array, int array
        Days and study days since the card's last review, 0 for its first.
    """

    first: NDArray[np.bool_]
    time: NDArray[np.float64]
    seconds: NDArray[np.float64]
    rating: NDArray[np.int64]
    interval: NDArray[np.float64]
    days: NDArray[np.int64]

    def of(self, rows: slice) -> Self:
        """Return some of the reviews."""
        first, time, seconds, rating, interval, days = self
        return type(self)(first[rows], time[rows], seconds[rows], rating[rows], interval[rows], days[rows])


def _log(reviews: pd.DataFrame) -> _Log:
    pair = reviews[["learner", "card"]]
    first = pair.ne(pair.shift()).any(axis=1).to_numpy()
    time = (reviews["reviewed_at"] - reviews["reviewed_at"].min()).dt.total_seconds() / SECONDS_PER_DAY
    # One learner of a log may have no times of answers, and its column may be missing in a table of our own.
    seconds = reviews["duration_ms"].fillna(0) / MILLISECONDS if "duration_ms" in reviews else time * 0.0
    day, rating = (reviews[name].to_numpy(dtype=np.int64) for name in ("day", "rating"))
    moments = time.to_numpy(dtype=np.float64)
    interval, days = (np.where(first, 0, np.diff(column, prepend=0)) for column in (moments, day))
    for position in np.flatnonzero((interval < 0) | (days < 0))[:1]:
        # The served code says what is wrong with a review that can't follow the one before.
        two = slice(position - 1, position + 1)
        CardHistory(moments[two][0], GOOD, day[two][0]).review(moments[two][1], GOOD, day[two][1])
    return _Log(first, moments, seconds.to_numpy(dtype=np.float64), rating, interval, days)


def _whole_cards(first: NDArray[np.bool_]) -> Iterator[slice]:
    """Cut reviews into blocks of about `AT_ONCE` that begin with a card."""
    starts = np.flatnonzero(first)
    cuts = np.searchsorted(starts, np.arange(0, len(first), AT_ONCE))
    edges = [*np.unique(starts[cuts[cuts < len(starts)]]).tolist(), len(first)]
    for start, end in pairwise(edges):
        yield slice(start, end)


def _before_scored(log: _Log) -> NDArray[np.float64]:
    """Return `history_features` before each scored review, and the days since the card's last one."""
    days = np.where(log.interval >= SHORTEST_NIGHT, log.days, 0)
    left = memories(log.first, log.rating, days)
    card, study_day = (_latest(begins) for begins in (log.first, log.first | (days > 0)))
    number_of_day, failures, passes = (
        np.cumsum(counted) for counted in (log.first | (days > 0), log.rating == AGAIN, log.rating != AGAIN)
    )
    scored = np.flatnonzero(log.days > 0)
    last = scored - 1
    first_of_day, first_of_card = study_day[last], card[last]
    review_days = number_of_day[last] - number_of_day[first_of_card] + 1
    failed_first = log.rating[first_of_day] == AGAIN
    repeats = [
        np.minimum(total[last] - total[first_of_day] + counted, MOST_REPEATS)
        for total, counted in ((failures, failed_first), (passes, ~failed_first))
    ]
    columns = [
        each(math.log, left.stability[last]),
        left.difficulty[last],
        left.failure_average[last],
        *repeats,
        review_days == 1,
        each(math.log1p, log.time[last] - log.time[first_of_card]),
        each(math.log1p, log.interval[first_of_day]),
        each(math.log, review_days),
        _log_seconds(log.seconds[last]),
        log.interval[scored],
    ]
    return np.column_stack(columns)


def _latest(begins: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return for each review the position of the last one up to it that begins something."""
    return np.maximum.accumulate(np.where(begins, np.arange(len(begins)), 0))


def _log_seconds(seconds: NDArray[np.float64]) -> NDArray[np.float64]:
    known = np.where(seconds == 0, COMMON_SECONDS, seconds)  # of which the logarithm is 0
    return np.clip(each(math.log, known / COMMON_SECONDS), -LOG_SECONDS_LIMIT, LOG_SECONDS_LIMIT)
