"""Offsets from UTC that tell the service a review's study day.

The service finds a review's study day by the local time that its offset from UTC gives: a day begins at
4 a.m. of it. A review log has the days, found by the learner's own clock, and the times in UTC. So each time
is sent with an offset by which the service finds the same day.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

MINUTES_PER_DAY = 24 * 60
DAY_START = 4 * 60  # minutes after midnight: the service's default
# Time zones are from UTC−12 to UTC+14. Those 24 hours later or earlier begin their days at the same moments.
WIDEST = 14 * 60  # minutes
MICROSECONDS_PER_MINUTE = 60_000_000


class Offsets(NamedTuple):
    """Each review's offset, and how many of them don't give the review's study day.

    Parameters
    ----------
    minutes : int array of shape (n,)
        Minutes ahead of UTC, from −`WIDEST` to `WIDEST`.
    misfits : int
        Number of reviews whose study day no such offset gives.
    """

    minutes: NDArray[np.int64]
    misfits: int


def offsets(reviews: pd.DataFrame) -> Offsets:
    """Find offsets that give one learner's study days.

    It is the same for all reviews, as far as one can be: in the middle of those that give the most reviews
    their day, so that a day begins while the learner sleeps. The others, such as those of the other half of
    the year where there is summer time, have the nearest offset that gives theirs.

    Parameters
    ----------
    reviews : pandas.DataFrame of shape (n, …)
        One learner's `model_training.review_log.canonical.ReviewLog.reviews`. Day numbers may count from any
        day.
    """
    time = microseconds(reviews["reviewed_at"]) // MICROSECONDS_PER_MINUTE
    day = reviews["day"].to_numpy(dtype=np.int64)
    # The first offset that gives each day; up to a day less a minute more gives it, too.
    first = day * MINUTES_PER_DAY + DAY_START - time
    usual = int(np.median(first)) // MINUTES_PER_DAY
    choices = [_common(first - shift * MINUTES_PER_DAY, shift) for shift in range(usual, usual + 3)]
    _, first, common = min(choices, key=lambda choice: choice[0])
    nearest = np.clip(common, first, first + MINUTES_PER_DAY - 1)
    minutes = np.clip(nearest, -WIDEST, WIDEST)
    return Offsets(minutes, int((minutes != nearest).sum()))


def _common(first: NDArray[np.int64], shift: int) -> tuple[tuple[int, bool, int], NDArray[np.int64], int]:
    """Return an offset that gives most reviews their day, and before it how good a choice it is.

    Days of a log that count from 1970 are taken as they are, if they can be; otherwise the offset that is
    nearest to UTC is the likeliest.
    """
    change = np.zeros(2 * WIDEST + 2, dtype=np.int64)
    start = np.clip(first + WIDEST, 0, 2 * WIDEST + 1)
    end = np.clip(first + MINUTES_PER_DAY + WIDEST, 0, 2 * WIDEST + 1)
    np.add.at(change, start, 1)
    np.add.at(change, end, -1)
    fitting = np.cumsum(change)[:-1]
    best = np.flatnonzero(fitting == fitting.max())
    offset = int(best[len(best) // 2]) - WIDEST
    return (-int(fitting.max()), shift != 0, abs(offset)), first, offset


def microseconds(times: pd.Series) -> NDArray[np.int64]:
    """Return times in microseconds since 1970."""
    return times.dt.tz_localize(None).astype("datetime64[us]").to_numpy().view("int64")


def written(micros: NDArray[np.int64], minutes: NDArray[np.int64]) -> list[str]:
    """Return times in RFC 3339, to the microsecond, with their offsets.

    Parameters
    ----------
    micros : int array of shape (n,)
        Microseconds since 1970.
    minutes : int array of shape (n,)
        Their offsets, in minutes ahead of UTC.
    """
    local = (micros + minutes * MICROSECONDS_PER_MINUTE).view("datetime64[us]")
    names = {
        each: f"{'-' if each < 0 else '+'}{abs(each) // 60:02}:{abs(each) % 60:02}"
        for each in np.unique(minutes).tolist()
    }
    texts = np.datetime_as_string(local, unit="us").tolist()
    return [text + names[each] for text, each in zip(texts, minutes.tolist(), strict=True)]
