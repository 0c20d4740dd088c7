"""Which study day a review belongs to, in the learner's own time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta, tzinfo

import pandas as pd

# People study past midnight; 4 a.m. is also Anki's default start of a day.
DAY_START = timedelta(hours=4)
EPOCH = pd.Timestamp(0)


@dataclass(frozen=True)
class StudyDays:
    """Where a learner's study days begin; None is what isn't known.

    Parameters
    ----------
    zone : tzinfo or None
        The learner's time zone. With None the local time is the one that each time is written in: its own
        offset from UTC, and UTC where it names none.
    starts_at : timedelta or None
        Time of day, after local midnight, at which a study day begins: from 0 to less than 24 hours. With
        None, `DAY_START`.
    """

    zone: tzinfo | None = None
    starts_at: timedelta | None = None

    def or_else(self, other: StudyDays) -> StudyDays:
        """Return these study days with what isn't known taken from others."""
        return StudyDays(
            other.zone if self.zone is None else self.zone,
            other.starts_at if self.starts_at is None else self.starts_at,
        )

    def number(self, reviewed_at: pd.Series, local: pd.Series) -> pd.Series:
        """Count whole study days from 1970-01-01 to each review.

        The day is that of the local clock at each review, so it begins at the same time of day in summer and
        in winter.

        Parameters
        ----------
        reviewed_at : pandas.Series of datetime64 UTC, shape (n,)
            Times of the reviews.
        local : pandas.Series of datetime64 without a zone, shape (n,)
            The same times as they are written, without their offset.

        Returns
        -------
        pandas.Series, shape (n,)
            int64 day numbers, or float64 where a time is missing.
        """
        if self.zone is not None:
            local = reviewed_at.dt.tz_convert(self.zone).dt.tz_localize(None)
        start = DAY_START if self.starts_at is None else self.starts_at
        return (local - start - EPOCH) // pd.Timedelta(days=1)


def study_day(reviewed_at: pd.Series) -> pd.Series:
    """Count whole days from 1970-01-01 to each review, where a day begins at 4 a.m. UTC.

    Parameters
    ----------
    reviewed_at : pandas.Series of datetime64 UTC, shape (n,)
        Times of the reviews.

    Returns
    -------
    pandas.Series of int64, shape (n,)
        Day numbers.
    """
    return StudyDays().number(reviewed_at, reviewed_at.dt.tz_localize(None))
