"""Checks of rows, the same for every format: which rows are usable, and why the others aren't."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from textwrap import shorten
from typing import NamedTuple

import numpy as np
import pandas as pd

from model_training.readers import ratings, times
from model_training.readers.ratings import SKIP
from model_training.readers.values import identifiers, numbers, rounded, text
from model_training.review_log.canonical import COLUMNS, DERIVED_DAY, LATEST_DAY, REPEATED, REVIEW_KEY
from model_training.review_log.study_days import StudyDays

EARLIEST = pd.Timestamp("1980-01-01", tz="UTC")
CLOCK_TOLERANCE = pd.Timedelta(days=1)  # later times are mistakes, not other people's clocks
# Larger ones aren't day numbers or durations, and would overflow further on.
LARGEST_NUMBER = LATEST_DAY
MOST_SECONDS = 300  # nobody's usual answer takes five minutes, or less than as many milliseconds
NOT_KNOWN = StudyDays()
NO_MEANINGS: Mapping[str, int] = {}
ROUNDED = "{} isn't exact: a number too long for a spreadsheet or for floating point"


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
        ``rows``, ``skipped`` or ``broken``.
    skipped : Mapping of str to int
        Rows that by their nature aren't reviews, by reason.
    broken : Mapping of str to int
        Rows that can't be told apart into columns, by reason.
    ignored_columns : tuple of str
        Columns of the file that aren't read.
    notes : tuple of str
        What the format can't say, so that the user doesn't believe it does.
    study_days : StudyDays
        Where study days begin, as far as the file says it for all of its rows.
    earliest : pandas.Timestamp
        Earlier times are clocks that were never set.
    place : str
        What numbers the rows in their index: line, entry or row; empty where nobody could look one up.
    columns : Mapping of str to str
        The file's names of the columns, by canonical ones, where they differ.
    durations_by_size : bool
        Whether ``duration_ms`` may as well be in seconds, since the file's column doesn't say.
    examples : Mapping of str to str
        Where the first row of each reason in ``broken`` stands, for messages.
    """

    rows: pd.DataFrame
    format: str
    rows_in: int
    skipped: Mapping[str, int] = field(default_factory=dict)
    broken: Mapping[str, int] = field(default_factory=dict)
    ignored_columns: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    study_days: StudyDays = NOT_KNOWN
    earliest: pd.Timestamp = EARLIEST
    place: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)
    durations_by_size: bool = False
    examples: Mapping[str, str] = field(default_factory=dict)


class Cleaned(NamedTuple):
    """The usable rows of a `RawLog`, and what became of the others.

    Parameters
    ----------
    reviews : pandas.DataFrame
        The usable rows in canonical columns and types, in the file's order; ``day`` is Int32, missing where
        the file doesn't give it, and `canonical.DERIVED_DAY` is the day by the time.
    bad : dict of str to int
        Number of the other rows by reason; a row counts once, under the first reason that applies.
    examples : dict of str to str
        The place and the value of the first row of each reason, and what would be accepted.
    outside : Counter of int
        How many rows have each whole number outside 1–4 as their rating.
    notes : tuple of str
        How values were understood that could mean something else.
    """

    reviews: pd.DataFrame
    bad: dict[str, int]
    examples: dict[str, str]
    outside: Counter[int]
    notes: tuple[str, ...]


class Problem(NamedTuple):
    """A reason not to use rows: in which field, for which rows, and what would be accepted in their place."""

    reason: str
    field: str
    rows: pd.Series
    accepted: str = ""


def clean(
    raw: RawLog,
    *,
    now: datetime,
    study_days: StudyDays = NOT_KNOWN,
    meanings: Mapping[str, int] = NO_MEANINGS,
) -> Cleaned:
    """Keep the usable rows, in canonical types.

    Parameters
    ----------
    raw : RawLog
        Rows as they stand in a file.
    now : datetime
        The current time, aware of its time zone; reviews more than a day later can't be true.
    study_days : StudyDays
        Where the learners' study days begin, in place of what the file says.
    meanings : Mapping of str to int
        The ratings that the user says values stand for.
    """
    rows = raw.rows
    at = times.times(rows["reviewed_at"])
    given = rows["rating"] if "rating" in rows else rows["recalled"]
    rating, outside = ratings.ratings(given, meanings)
    problems = _problems(raw, at, given, rating, latest=pd.Timestamp(now) + CLOCK_TOLERANCE)
    masks = [problem.rows.to_numpy(dtype=bool) for problem in problems]
    first = np.select(masks, range(len(problems)), -1)
    usable = first == -1
    duration, of_durations = _durations(raw)
    rows = rows.assign(reviewed_at=at.utc, rating=rating, duration_ms=duration)
    reviews, notes = _canonical(rows[usable])
    days = study_days.or_else(raw.study_days)
    reviews[DERIVED_DAY] = days.number(reviews["reviewed_at"], at.local[usable]).astype("int32")
    repeated = reviews.duplicated(REVIEW_KEY)
    counts = np.bincount(first + 1, minlength=len(problems) + 1)[1:]
    bad = {problem.reason: int(count) for problem, count in zip(problems, counts, strict=True) if count}
    examples = {
        problem.reason: _example(raw, problem, int(np.argmax(first == number)))
        for number, problem in enumerate(problems)
        if problem.reason in bad and raw.place
    }
    if repeated.any():
        bad[REPEATED] = int(repeated.sum())
    return Cleaned(reviews[~repeated], bad, examples, outside, (*at.notes, *of_durations, *notes))


def _problems(
    raw: RawLog, at: times.Times, given: pd.Series, rating: pd.Series, *, latest: pd.Timestamp
) -> list[Problem]:
    """Every reason not to use a row, the first that applies first."""
    rows, name = raw.rows, str(given.name)
    unknown, accepted = (
        ("recalled is neither 0 nor 1", ratings.ACCEPTED_RECALLED)
        if name == "recalled"
        else ("rating outside 1–4", ratings.ACCEPTED)
    )
    return [
        *(Problem(f"{field} missing", field, rows[field].isna()) for field in ("learner", "card")),
        *(Problem(ROUNDED.format(field), field, rounded(rows[field])) for field in ("learner", "card")),
        Problem("time missing", "reviewed_at", rows["reviewed_at"].isna()),
        Problem("time in another unit than most", "reviewed_at", at.of_another_unit),
        Problem("time unreadable", "reviewed_at", at.utc.isna(), times.ACCEPTED),
        Problem(f"time before {raw.earliest.year}", "reviewed_at", at.utc < raw.earliest),
        Problem("time in the future", "reviewed_at", at.utc > latest),
        Problem(f"{name} missing", name, given.isna()),
        Problem(unknown, name, rating.isna(), accepted),
        Problem("left out by --ratings", name, rating == SKIP),
    ]


def _example(raw: RawLog, problem: Problem, position: int) -> str:
    """Say where a row stands, and what stands there."""
    value, column = raw.rows[problem.field].iloc[position], raw.columns.get(problem.field, problem.field)
    shown = "empty" if pd.isna(value) else f"“{shorten(str(value), 60)}”"
    accepted = f"; accepted: {problem.accepted}" if problem.accepted else ""
    return f"{raw.place} {raw.rows.index[position]}, column {column}: {shown}{accepted}"


def _canonical(rows: pd.DataFrame) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Give usable rows the canonical columns and types, and say what was changed in their names."""
    (learner, of_learners), (card, of_cards) = identifiers(rows["learner"]), identifiers(rows["card"])
    reviews = pd.DataFrame(
        {
            "learner": text(learner),
            "card": card,
            # Only here: times far beyond the bounds would overflow in this unit.
            "reviewed_at": rows["reviewed_at"].dt.as_unit("us"),
            "rating": rows["rating"].astype("int8"),
            "duration_ms": rows["duration_ms"],
            "day": _optional(rows, "day").astype("Int32"),
            "kind": _kinds(rows),
        },
        columns=list(COLUMNS),
    )
    return reviews, (*of_learners, *of_cards)


def _durations(raw: RawLog) -> tuple[pd.Series, tuple[str, ...]]:
    """Milliseconds; a missing, negative or absurd duration says nothing against the review itself."""
    rows = raw.rows
    notes: tuple[str, ...] = ()
    duration = numbers(rows["duration_ms"]) if "duration_ms" in rows else _absent(rows)
    usual = duration[duration.between(0, LARGEST_NUMBER, inclusive="right")].median()
    if raw.durations_by_size and pd.notna(usual):
        unit = "seconds" if usual < MOST_SECONDS else "milliseconds"
        duration = duration * times.UNITS["milliseconds"] if unit == "seconds" else duration
        notes = (f"durations are {unit}, by their size",)
    duration = duration.round()
    return duration.where(duration.between(0, LARGEST_NUMBER)).astype("Int32"), notes


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
