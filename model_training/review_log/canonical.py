"""The canonical review log: the one table that every reader produces and every model is trained on.

One row per review, sorted by learner, card and time, with a fresh ``RangeIndex``. All columns of `COLUMNS`
are always present; `docs/review-log.md` says how each file format maps to them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import pandas as pd

from model_training.review_log.study_days import study_day
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

# The study day by the time alone, beside `day` until it is known whether that can be used.
DERIVED_DAY = "derived_day"
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


def assemble(parts: Sequence[pd.DataFrame]) -> ReviewLog:
    """Join cleaned rows of several files into one canonical review log.

    Parameters
    ----------
    parts : sequence of pandas.DataFrame
        At least one table with the canonical columns; ``day`` may be missing in some rows. `DERIVED_DAY`, the
        day by the learner's own clock, may be there too: without it the clock is UTC.

    Returns
    -------
    ReviewLog
        ``skipped`` counts the reviews that more than one file holds.
    """
    # Numbers and text don't sort together, so one file with text makes every card text.
    if len({part["card"].dtype for part in parts}) > 1:
        parts = [part.astype({"card": "str"}) for part in parts]
    reviews = pd.concat([_with_derived_days(part) for part in parts], ignore_index=True)
    repeated = reviews.duplicated(REVIEW_KEY)
    reviews = reviews[~repeated].sort_values(REVIEW_KEY, ignore_index=True)
    reviews, notes = _complete_days(reviews)
    return ReviewLog(reviews, {REPEATED: int(repeated.sum())} if repeated.any() else {}, notes)


def _with_derived_days(part: pd.DataFrame) -> pd.DataFrame:
    return part if DERIVED_DAY in part else part.assign(**{DERIVED_DAY: study_day(part["reviewed_at"])})


def _complete_days(reviews: pd.DataFrame) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Derive the days of learners whose files give none for some rows, or days that fall as time passes.

    Two numberings never mix within a learner: their differences would be meaningless. A clock that is set
    back, at the end of summer or on a flight to the west, doesn't bring a day back.
    """
    timeline = reviews.sort_values(["learner", "reviewed_at", "day"])
    same_learner = timeline["learner"] == timeline["learner"].shift()
    falls = same_learner & (timeline["day"].diff() < 0).fillna(False)
    unusable = timeline.loc[falls | timeline["day"].isna(), "learner"].unique()
    derive = reviews["learner"].isin(unusable)
    overruled = reviews.loc[derive & reviews["day"].notna(), "learner"].nunique()
    derived = timeline.groupby("learner")[DERIVED_DAY].cummax()
    reviews = reviews.assign(day=reviews["day"].mask(derive, derived).astype("int64"))[list(COLUMNS)]
    if not overruled:
        return reviews, ()
    reason = "their day numbers are missing in some rows or fall as time passes"
    return reviews, (f"days derived from the time for {overruled} learner(s): {reason}",)
