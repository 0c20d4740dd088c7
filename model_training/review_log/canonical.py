"""The canonical review log: the one table that every reader produces and every model is trained on.

One row per review, sorted by learner, card and time, with a fresh ``RangeIndex``. All columns of `COLUMNS`
are always present; `docs/review-log.md` says how each file format maps to them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import pandas as pd

from recall.features import AGAIN, EASY, GOOD, HARD

COLUMNS = {
    "learner": "who reviewed, as text",
    "card": "what was reviewed: text or int64, unique within the learner",
    "reviewed_at": "when, datetime64[us, UTC]",
    "rating": "int8: 1 Again, 2 Hard, 3 Good, 4 Easy; recalled means greater than 1",
    "duration_ms": "time taken in milliseconds, Int64, missing where unknown",
    "day": "the learner's study-day number, int64; only differences mean something",
    "kind": "int8: 0 learn, 1 review, 2 relearn, 3 filtered, −1 unknown",
}
REVIEW_KEY = ["learner", "card", "reviewed_at"]
RATING_TITLES = {AGAIN: "1 Again", HARD: "2 Hard", GOOD: "3 Good", EASY: "4 Easy"}

# People study past midnight; 4 a.m. is also Anki's default start of a day.
DAY_START = pd.Timedelta(hours=4)
REPEATED = "repeats an earlier row's learner, card and time"


@dataclass(frozen=True)
class ReviewLog:
    """Reviews that can be used, and an account of what was left out.

    Parameters
    ----------
    reviews : pandas.DataFrame
        The canonical review log.
    skipped : dict of str to int
        Number of rows left out, by reason, written for people.
    notes : tuple of str
        What else the user should know, such as the columns that were ignored.
    formats : tuple of str
        The formats and layouts that the files were recognised as, in words.
    """

    reviews: pd.DataFrame
    skipped: dict[str, int] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    formats: tuple[str, ...] = ()


def study_day(reviewed_at: pd.Series, day_start: pd.Timedelta = DAY_START) -> pd.Series:
    """Count whole days from 1970-01-01 to each review, where a day begins at ``day_start``.

    Parameters
    ----------
    reviewed_at : pandas.Series of datetime64 UTC, shape (n,)
        Times of the reviews.
    day_start : pandas.Timedelta
        Begin of a study day, after midnight UTC.

    Returns
    -------
    pandas.Series, shape (n,)
        int64 day numbers, or float64 where a time is missing.
    """
    return (reviewed_at - day_start - pd.Timestamp(0, tz="UTC")) // pd.Timedelta(days=1)


def assemble(parts: Sequence[pd.DataFrame]) -> ReviewLog:
    """Join cleaned rows of several files into one canonical review log.

    Parameters
    ----------
    parts : sequence of pandas.DataFrame
        At least one table with the canonical columns; ``day`` may be missing in some rows.

    Returns
    -------
    ReviewLog
        ``skipped`` counts the reviews that more than one file holds.
    """
    # Numbers and text don't sort together, so one file with text makes every card text.
    if len({part["card"].dtype for part in parts}) > 1:
        parts = [part.astype({"card": "str"}) for part in parts]
    reviews = pd.concat(parts, ignore_index=True)
    repeated = reviews.duplicated(REVIEW_KEY)
    reviews = reviews[~repeated].sort_values(REVIEW_KEY, ignore_index=True)
    reviews, notes = _complete_days(reviews)
    return ReviewLog(reviews, {REPEATED: int(repeated.sum())} if repeated.any() else {}, notes)


def _complete_days(reviews: pd.DataFrame) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Derive the days of learners whose files give none for some rows, or days that fall as time passes.

    Two numberings never mix within a learner: their differences would be meaningless.
    """
    timeline = reviews.sort_values(["learner", "reviewed_at", "day"])
    same_learner = timeline["learner"] == timeline["learner"].shift()
    falls = same_learner & (timeline["day"].diff() < 0).fillna(False)
    unusable = timeline.loc[falls | timeline["day"].isna(), "learner"].unique()
    derive = reviews["learner"].isin(unusable)
    overruled = reviews.loc[derive & reviews["day"].notna(), "learner"].nunique()
    day = reviews["day"].mask(derive, study_day(reviews["reviewed_at"])).astype("int64")
    if not overruled:
        return reviews.assign(day=day), ()
    reason = "their day numbers are missing in some rows or fall as time passes"
    return reviews.assign(day=day), (f"days derived from the time for {overruled} learner(s): {reason}",)
