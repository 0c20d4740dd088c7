"""The canonical review log: the one table that every reader produces and every model is trained on.

One row per review, sorted by learner, card and time, with a fresh ``RangeIndex``. All columns of `COLUMNS`
are always present; `docs/review-log.md` says how each file format maps to them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandas.api.types import union_categoricals

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
LATEST_DAY = 2**31 - 1
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


def assemble(parts: Iterable[pd.DataFrame]) -> ReviewLog:
    """Join cleaned rows of several files into one canonical review log.

    Parameters
    ----------
    parts : iterable of pandas.DataFrame
        At least one table with the canonical columns; ``day`` may be missing in some rows. `DERIVED_DAY`, the
        day by the learner's own clock, may be there too: without it the clock is UTC.

    Returns
    -------
    ReviewLog
        ``skipped`` counts the reviews that more than one file holds.
    """
    # Column by column, and learners by number: a large log leaves little room beside it.
    learner, columns = _columns(parts)
    keys = [_order(columns["reviewed_at"]), _order(columns["card"]), learner.codes]
    order = np.lexsort(keys)
    repeated = np.zeros(len(order), dtype=bool)
    repeated[1:] = np.logical_and.reduce([np.diff(key[order]) == 0 for key in keys])
    order = order[~repeated]
    codes = learner.codes[order]
    given, derived = columns.pop("day").iloc[order], columns.pop(DERIVED_DAY).to_numpy(dtype="int32")[order]
    days, notes = _days(given, derived, codes, keys[0][order])
    del keys, given, derived
    ordered = {name: columns.pop(name).iloc[order].array for name in list(columns)}
    names = pd.array(learner.categories, dtype="str").take(codes)
    reviews = pd.DataFrame({**ordered, "learner": names, "day": days}, columns=list(COLUMNS), copy=False)
    reviews["duration_ms"] = reviews["duration_ms"].astype("Int64")
    return ReviewLog(reviews, {REPEATED: int(repeated.sum())} if repeated.any() else {}, notes)


def _columns(parts: Iterable[pd.DataFrame]) -> tuple[pd.Categorical, dict[str, pd.Series]]:
    """Join the parts' learners, and each other column."""
    parts = [
        part if DERIVED_DAY in part else part.assign(**{DERIVED_DAY: study_day(part["reviewed_at"])})
        for part in parts
    ]
    cards = [part["card"] for part in parts]
    # Numbers and text don't sort together, so one file with text makes every card text.
    if len({each.dtype for each in cards}) > 1:
        cards = [each.astype("str") for each in cards]
    learner = union_categoricals([pd.Categorical(part["learner"]) for part in parts], sort_categories=True)
    others = ("reviewed_at", "rating", "duration_ms", "day", "kind", DERIVED_DAY)
    return learner, {
        "card": _joined(cards),
        **{name: _joined(part[name] for part in parts) for name in others},
    }


def _joined(columns: Iterable[pd.Series]) -> pd.Series:
    return pd.concat(list(columns), ignore_index=True)


def _order(column: pd.Series) -> NDArray[np.int64]:
    """Return numbers in the order of the values, the same for the same value."""
    if column.dtype.kind == "M":
        return column.dt.tz_localize(None).astype("datetime64[us]").to_numpy().view("int64")
    if column.dtype.kind == "i":
        return column.to_numpy(dtype="int64")
    return pd.factorize(column, sort=True)[0]


def _days(
    given: pd.Series, derived: NDArray[np.int32], learner: NDArray[np.integer], time: NDArray[np.int64]
) -> tuple[NDArray[np.int64], tuple[str, ...]]:
    """Derive the days of learners whose files give none for some rows, or days that fall as time passes.

    Two numberings never mix within a learner: their differences would be meaningless. A clock that is set
    back, at the end of summer or on a flight to the west, doesn't bring a day back.
    """
    missing = given.isna().to_numpy()
    day = given.fillna(LATEST_DAY).to_numpy(dtype="int32")
    timeline = np.lexsort((day, time, learner))
    whose, known = learner[timeline], ~missing[timeline]
    falls = (whose[1:] == whose[:-1]) & (np.diff(day[timeline]) < 0) & known[1:] & known[:-1]
    derive = np.isin(learner, np.unique(np.concatenate([whose[1:][falls], learner[missing]])))
    overruled = len(np.unique(learner[derive & ~missing]))
    day[timeline] = np.where(
        derive[timeline], pd.Series(derived[timeline]).groupby(whose).cummax(), day[timeline]
    )
    if not overruled:
        return day.astype("int64"), ()
    reason = "their day numbers are missing in some rows or fall as time passes"
    return day.astype("int64"), (f"days derived from the time for {overruled} learner(s): {reason}",)
