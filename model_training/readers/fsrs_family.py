"""Review logs of the FSRS schedulers: py-fsrs, ts-fsrs, go-fsrs (SiYuan's riff), and fsrs-optimizer's table.

Their columns name the fields; beside them they have the card's state before the review, and a rating 0 for a
card that was moved by hand.
"""

from __future__ import annotations

import pandas as pd

from model_training.readers.converted import Converted
from model_training.readers.values import numbers, text

MANUAL = "rescheduled by hand, not a review"
MANUAL_RATINGS = ("0", "manual")
# The states New, Learning, Review and Relearning, as kinds.
STATES = {"new": 0, "learning": 1, "review": 2, "relearning": 3}
KIND_OF_STATE = {0: 0, 1: 0, 2: 1, 3: 2}


def reviews(rows: pd.DataFrame) -> Converted:
    """Leave out what isn't a review, and tell the kind of review by the card's state.

    Parameters
    ----------
    rows : pandas.DataFrame
        Canonical columns, and ``state`` where the table has it.
    """
    if "rating" in rows:
        by_hand = text(rows["rating"]).str.lower().isin(MANUAL_RATINGS)
    else:
        by_hand = pd.Series(data=False, index=rows.index)
    rows = rows[~by_hand]
    if "state" in rows and "kind" not in rows:
        rows = rows.assign(kind=kinds(rows["state"]))
    return Converted(rows, skipped={MANUAL: int(by_hand.sum())} if by_hand.any() else {})


def kinds(state: pd.Series) -> pd.Series:
    """Turn a card's states, as numbers or words, into kinds of review."""
    by_name = text(state).str.lower().map(STATES)
    return by_name.fillna(numbers(state)).map(KIND_OF_STATE)
