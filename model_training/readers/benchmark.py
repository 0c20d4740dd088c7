"""Review logs that give distances instead of times, as srs-benchmark reads them.

The data sets FSRS-Anki-20k (``review_th``, ``elapsed_days``, ``elapsed_seconds``) and anki-revlogs-10k
(``day_offset`` for ``review_th``) of open-spaced-repetition, and tables with ``delta_t`` in days. A distance
is to the card's review before, −1 or 0 at its first. What is made here is a clock that keeps every distance
within a card; where it stands for one card beside another is known only as well as the file says.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from model_training.readers.converted import Converted
from model_training.readers.fsrs_family import kinds
from model_training.readers.values import from_milliseconds, numbers, text
from recall.features import SECONDS_PER_DAY

# Each learner's clock begins here: at the start of a study day, and early enough for histories to be over.
ORIGIN = pd.Timestamp("2000-01-01T04:00:00Z")
LONGEST = 36_500  # days; beyond it, a number isn't a distance
MOST_PASSES = 100  # real logs need fewer than ten

NOTE = (
    "srs-benchmark: times are rebuilt from distances, which are kept within each card; dates and times of "
    "day are made up"
)
BY_DAY_OFFSET = f"{NOTE}; cards are placed beside each other by day_offset"
BY_ORDER = f"{NOTE}; cards are placed beside each other by review_th, as early as it allows"
BY_CARD = (
    f"{NOTE}; nothing places cards beside each other, so all begin on one day, and the newest reviews, which "
    "are held out, are those of the longest histories"
)
CONTRADICTION = (
    "srs-benchmark: for some learners review_th contradicts the distances; all their cards begin on one day"
)


def reviews(rows: pd.DataFrame) -> Converted:
    """Rebuild times from distances.

    Parameters
    ----------
    rows : pandas.DataFrame
        ``learner``, ``card``, ``rating``, ``elapsed_days`` or ``delta_t``, and the optional columns; each
        card's rows in their order, unless there is ``review_th``.

    Returns
    -------
    Converted
        The time is missing from where a card's distance is unreadable; notes on how far the times can be
        believed.
    """
    if "review_th" in rows:
        rows = rows.iloc[np.argsort(numbers(rows["review_th"]), kind="stable")]
    rows = rows.assign(learner=text(rows["learner"]))
    card = rows.groupby(["learner", text(rows["card"])], sort=False, dropna=False).ngroup()
    days, day, notes = _calendar(rows, card)
    seconds = _seconds_since_first(rows, card, days)
    reviewed_at = _times(rows["learner"], card, day, seconds)
    rows = rows.assign(reviewed_at=from_milliseconds(reviewed_at + ORIGIN.timestamp() * 1000))
    if "state" in rows:
        rows["kind"] = kinds(rows["state"])
    return Converted(rows, notes)


def _calendar(rows: pd.DataFrame, card: pd.Series) -> tuple[pd.Series, pd.Series, tuple[str, ...]]:
    """Return days since the card's first review, study days since the learner's, and how these are known."""
    if "day_offset" in rows:
        day = numbers(rows["day_offset"])
        day = day.where(day.between(0, LONGEST))
        return day - day.groupby(card).transform("first"), day, (BY_DAY_OFFSET,)
    step = numbers(rows["elapsed_days" if "elapsed_days" in rows else "delta_t"])
    # As in srs-benchmark, a negative distance is none. What comes before a card's first row isn't in the log.
    step = step.where(step <= LONGEST).clip(lower=0).mask(~card.duplicated(), 0)
    days = step.groupby(card).cumsum(skipna=False)
    whole = np.floor(days)
    if "review_th" not in rows:
        return days, whole, (BY_CARD,)
    start, contradicted = _starts(rows["learner"], card, whole)
    return days, start + whole, (BY_ORDER, CONTRADICTION) if contradicted else (BY_ORDER,)


def _starts(learner: pd.Series, card: pd.Series, days: pd.Series) -> tuple[pd.Series, bool]:
    """Find the earliest first day of each card for which no review comes before one that precedes it.

    The least solution of these difference constraints: raise what is too early until nothing is. Where that
    never ends, order and distances contradict each other.
    """
    start = pd.Series(0.0, index=days.index)
    for _ in range(MOST_PASSES):
        latest = (start + days).groupby(learner).cummax()
        raised = (latest - days).groupby(card).transform("max").fillna(0)
        too_early = raised > start
        if not too_early.any():
            return start, False
        start = raised
    return start.mask(learner.isin(learner[too_early].unique()), 0), True


def _seconds_since_first(rows: pd.DataFrame, card: pd.Series, days: pd.Series) -> pd.Series:
    """Seconds since the card's first review: as given, and where they aren't, from the days."""
    step = (days.groupby(card).diff() * SECONDS_PER_DAY).clip(lower=0)
    if "elapsed_seconds" in rows:
        given = numbers(rows["elapsed_seconds"])
        step = given.where(given.between(0, LONGEST * SECONDS_PER_DAY), step)
    return step.mask(~card.duplicated(), 0).groupby(card).cumsum(skipna=False)


def _times(learner: pd.Series, card: pd.Series, day: pd.Series, seconds: pd.Series) -> pd.Series:
    """Milliseconds since the origin: each card moved as a whole so that its reviews fall into their days.

    A millisecond for each review of the day keeps them apart and, where the time of day is unknown, in order.
    """
    begin = day * SECONDS_PER_DAY
    earliest = (begin - seconds).groupby(card).transform("max")
    latest = (begin + SECONDS_PER_DAY - seconds).groupby(card).transform("min")
    # A clock that was changed doesn't fit its days everywhere. The last minute is room for the milliseconds.
    inside = ((earliest + latest) / 2 + seconds).clip(begin, begin + SECONDS_PER_DAY - 60)
    return inside * 1000 + day.groupby([learner, day]).cumcount()
