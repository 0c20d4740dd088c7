"""Stored reviews joined with what was predicted for them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

import pandas as pd

from model_training.review_log.canonical import REVIEW_KEY
from model_training.review_log.features import card_numbers, scored_features
from model_training.review_table import canonical

SHOWN = ["recall_probability", "model_version"]


@dataclass(frozen=True)
class Outcomes:
    """The reviews of a lake, as calibration looks at them.

    Parameters
    ----------
    shown : DataFrame
        Reviews that came with the prediction that was shown: ``day``, ``recalled``, ``recall_probability``,
        ``model_version``. Repeats on the card's study day aren't among them: no model is made for these.
    unshown : DataFrame
        The scored reviews that came without a prediction, of the requested days.
    inputs : DataFrame
        The inputs of all scored reviews, from `model_training.review_log.features.scored_features`.
    """

    shown: pd.DataFrame
    unshown: pd.DataFrame
    inputs: pd.DataFrame

    def shown_on(self, day: date) -> pd.DataFrame:
        """Return the reviews of a UTC day that came with a prediction."""
        return self.shown[self.shown["day"] == pd.Timestamp(day, tz="UTC")]

    def unshown_on(self, day: date, after: datetime | None) -> pd.DataFrame:
        """Return the scored reviews of a UTC day without one, after a moment if one is given."""
        reviewed_at = self.unshown["reviewed_at"]
        wanted = reviewed_at.dt.floor("D") == pd.Timestamp(day, tz="UTC")
        if after is not None:
            wanted &= reviewed_at > after
        return self.unshown[wanted].reset_index(drop=True)


def join(rows: pd.DataFrame, days: Collection[date]) -> Outcomes:
    """Join stored reviews with their predictions.

    Parameters
    ----------
    rows : DataFrame
        All stored reviews, from `model_training.review_table.load`: a card's history shows which reviews are
        repeats, and what a model would have predicted from.
    days : collection of datetime.date
        UTC days whose scored reviews are wanted; walking through every card's history would take minutes.
    """
    once = rows[[*REVIEW_KEY, *SHOWN]].drop_duplicates(REVIEW_KEY)
    reviews = canonical(rows).reviews.merge(once, on=REVIEW_KEY, how="left", validate="one_to_one")
    apart = _days_apart(reviews)
    by_day = reviews.assign(
        day=reviews["reviewed_at"].dt.floor("D"), recalled=(reviews["rating"] > 1).astype("int64")
    )
    shown = reviews["recall_probability"].notna()
    wanted = (apart >= 1) & ~shown & by_day["day"].isin([pd.Timestamp(day, tz="UTC") for day in days])
    return Outcomes(
        by_day.loc[shown & (apart != 0), ["day", "recalled", *SHOWN]],
        _scored(reviews, wanted),
        scored_features(reviews),
    )


def _scored(reviews: pd.DataFrame, wanted: pd.Series) -> pd.DataFrame:
    """Return scored reviews, from walking through the histories of their cards only."""
    card = card_numbers(reviews)
    needed = card.isin(card[wanted].unique())
    histories = reviews[needed].reset_index(drop=True)
    # Of these cards, the scored reviews in their order are those with a day or more before them.
    kept = wanted[needed][(_days_apart(histories) >= 1).to_numpy()].to_numpy()
    return scored_features(histories)[kept].reset_index(drop=True)


def _days_apart(reviews: pd.DataFrame) -> pd.Series:
    """Return the study days since the card's review before; missing for its first."""
    return reviews.groupby(card_numbers(reviews), sort=False)["day"].diff()
