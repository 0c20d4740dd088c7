"""How near a simulated log is to a real one: the same figures of both, side by side."""

from __future__ import annotations

import pandas as pd

from model_training.review_log.canonical import RATING_TITLES, REVIEW_KEY
from model_training.review_log.features import OUTCOME, scored_features
from recall.features import AGAIN

# `figures` of 88,183 reviews by 14 people, from review logs that they made public.
REAL_LOG = {
    "recall rate of scored reviews": 0.8787,
    "recall rate of all reviews": 0.8498,
    "standard deviation of learners' recall rates": 0.0572,
    "days since last review, 25 %": 1.707,
    "days since last review, median": 4.276,
    "days since last review, 75 %": 13.951,
    "review count, 25 %": 2.0,
    "review count, median": 3.0,
    "review count, 75 %": 5.0,
    "reviews per card, mean": 6.854,
    "reviews per card, median": 6.0,
    "share of same-day repeats": 0.3218,
    "share of rating 1 Again": 0.1502,
    "share of rating 2 Hard": 0.1142,
    "share of rating 3 Good": 0.6925,
    "share of rating 4 Easy": 0.0431,
    "reviews per learner, 25 %": 1_066.0,
    "reviews per learner, median": 1_747.0,
    "reviews per learner, 75 %": 5_729.75,
}
QUARTILES = {"25 %": 0.25, "median": 0.5, "75 %": 0.75}


def figures(reviews: pd.DataFrame) -> dict[str, float]:
    """Return the figures of a log, by the names in `REAL_LOG`; NaN where it is too small for one.

    Parameters
    ----------
    reviews : DataFrame of shape (n_reviews, …)
        With the columns of the canonical review log, in any order.
    """
    reviews = reviews.sort_values(REVIEW_KEY, ignore_index=True)
    scored = scored_features(reviews)
    per_card = reviews.groupby(["learner", "card"]).size()
    rating = reviews["rating"]
    return {
        "recall rate of scored reviews": scored[OUTCOME].mean(),
        "recall rate of all reviews": (rating != AGAIN).mean(),
        "standard deviation of learners' recall rates": scored.groupby("learner")[OUTCOME].mean().std(),
        **_quartiles("days since last review", scored["days_since_last_review"]),
        **_quartiles("review count", scored["review_count"]),
        "reviews per card, mean": per_card.mean(),
        "reviews per card, median": per_card.median(),
        "share of same-day repeats": reviews.duplicated(["learner", "card", "day"]).mean(),
        **{f"share of rating {name}": (rating == number).mean() for number, name in RATING_TITLES.items()},
        **_quartiles("reviews per learner", reviews.groupby("learner").size()),
    }


def _quartiles(name: str, values: pd.Series) -> dict[str, float]:
    return {f"{name}, {title}": values.quantile(share) for title, share in QUARTILES.items()}
