"""Checks of rows, the same for every format: which rows are usable, and why the others aren't."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np
import pandas as pd
from pandas.api.types import is_numeric_dtype

from model_training.readers.values import identifiers, numbers, text, times
from model_training.review_log.canonical import COLUMNS, DERIVED_DAY, REPEATED, REVIEW_KEY
from model_training.review_log.study_days import StudyDays

EARLIEST = pd.Timestamp("1980-01-01", tz="UTC")
CLOCK_TOLERANCE = pd.Timedelta(days=1)  # later times are mistakes, not other people's clocks
RATING_OF_RECALLED = {0: 1, 1: 3}
# Larger ones aren't day numbers or durations, and would overflow further on.
LARGEST_NUMBER = 2**31
NOT_KNOWN = StudyDays()
EXAMPLE_TIME = "2026-03-01T08:30:00Z"


@dataclass(frozen=True)
class RawLog:
    """The rows of one file as they stand there, under canonical column names.

    Parameters
    ----------
    rows : pandas.DataFrame
        ``learner``, ``card``, ``reviewed_at`` and ``rating`` or ``recalled``; optionally the other canonical
        columns; of any types.
    format : str
        The format or layout that the file was recognised as, in words.
    rows_in : int
        How many rows the file holds, counted where they are read and not from ``rows``: each must be in
        ``rows`` or in ``skipped``.
    skipped : Mapping of str to int
        Rows that by their nature aren't reviews, by reason.
    ignored_columns : tuple of str
        Columns of the file that aren't read.
    notes : tuple of str
        What the format can't say, so that the user doesn't believe it does.
    study_days : StudyDays
        Where study days begin, as far as the file says it for all of its rows.
    earliest : pandas.Timestamp
        Earlier times are clocks that were never set.
    """

    rows: pd.DataFrame
    format: str
    rows_in: int
    skipped: Mapping[str, int] = field(default_factory=dict)
    ignored_columns: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    study_days: StudyDays = NOT_KNOWN
    earliest: pd.Timestamp = EARLIEST


def clean(
    rows: pd.DataFrame,
    *,
    now: datetime,
    study_days: StudyDays = NOT_KNOWN,
    earliest: pd.Timestamp = EARLIEST,
) -> tuple[pd.DataFrame, dict[str, int]]:
    """Keep the usable rows, in canonical types.

    Parameters
    ----------
    rows : pandas.DataFrame, n rows
        The rows of a `RawLog`.
    now : datetime
        The current time, aware of its time zone; reviews more than a day later can't be true.
    study_days : StudyDays
        Where the learners' study days begin.
    earliest : pandas.Timestamp
        Reviews before it can't be true.

    Returns
    -------
    reviews : pandas.DataFrame
        The usable rows in canonical columns and types, in the file's order; ``day`` is Int64, missing where
        the file doesn't give it, and `canonical.DERIVED_DAY` is the day by the time.
    bad : dict of str to int
        Number of the other rows by reason; a row counts once, under the first reason that applies.
    """
    reviewed_at, local, bare_number = times(rows["reviewed_at"])
    given = rows["rating"] if "rating" in rows else rows["recalled"]
    rating = _ratings(given)
    latest = pd.Timestamp(now) + CLOCK_TOLERANCE
    problems = {
        "learner missing": rows["learner"].isna(),
        "card missing": rows["card"].isna(),
        "time missing": rows["reviewed_at"].isna(),
        f"time is a bare number; write it like {EXAMPLE_TIME}": bare_number,
        f"time unreadable; write it like {EXAMPLE_TIME}": reviewed_at.isna(),
        f"time before {earliest.year}": reviewed_at < earliest,
        "time in the future": reviewed_at > latest,
        f"{given.name} missing": given.isna(),
        "rating outside 1–4" if given.name == "rating" else "recalled is neither 0 nor 1": rating.isna(),
    }
    first = np.select([bad.to_numpy(dtype=bool) for bad in problems.values()], range(len(problems)), -1)
    usable = first == -1
    reviews = _canonical(rows.assign(reviewed_at=reviewed_at, rating=rating)[usable])
    reviews[DERIVED_DAY] = study_days.number(reviews["reviewed_at"], local[usable])
    repeated = reviews.duplicated(REVIEW_KEY)
    bad = {reason: int((first == number).sum()) for number, reason in enumerate(problems)}
    bad[REPEATED] = int(repeated.sum())
    return reviews[~repeated], {reason: count for reason, count in bad.items() if count}


def _canonical(rows: pd.DataFrame) -> pd.DataFrame:
    """Give usable rows the canonical columns and types."""
    return pd.DataFrame(
        {
            "learner": text(identifiers(rows["learner"])),
            "card": identifiers(rows["card"]),
            # Only here: times far beyond the bounds would overflow in this unit.
            "reviewed_at": rows["reviewed_at"].dt.as_unit("us"),
            "rating": rows["rating"].astype("int8"),
            "duration_ms": _durations(rows),
            "day": _optional(rows, "day").astype("Int64"),
            "kind": _kinds(rows),
        },
        columns=list(COLUMNS),
    )


def _ratings(given: pd.Series) -> pd.Series:
    """Ratings 1 to 4, missing where the value is none."""
    if given.name == "rating":
        rating = numbers(given)
        return rating.where(rating.isin([1, 2, 3, 4]))
    if not is_numeric_dtype(given.dtype):
        # What pandas writes into a CSV for a column of truth values.
        given = text(given).str.lower().replace({"false": "0", "true": "1"})
    return numbers(given).map(RATING_OF_RECALLED)


def _durations(rows: pd.DataFrame) -> pd.Series:
    """Milliseconds; a missing, negative or absurd duration says nothing against the review itself."""
    duration = numbers(rows["duration_ms"]).round() if "duration_ms" in rows else _absent(rows)
    return duration.where(duration.between(0, LARGEST_NUMBER)).astype("Int64")


def _kinds(rows: pd.DataFrame) -> pd.Series:
    kind = _optional(rows, "kind")
    return kind.where(kind.isin([0, 1, 2, 3]), -1).astype("int8")


def _optional(rows: pd.DataFrame, column: str) -> pd.Series:
    """Whole numbers of a column, missing where there are none."""
    if column not in rows:
        return _absent(rows)
    values = numbers(rows[column])
    return values.where((values % 1 == 0) & (values.abs() < LARGEST_NUMBER))


def _absent(rows: pd.DataFrame) -> pd.Series:
    return pd.Series(np.nan, index=rows.index)
