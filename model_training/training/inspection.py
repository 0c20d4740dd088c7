"""What `recall inspect` finds: what was understood of review logs, and what to know before training."""

from __future__ import annotations

from math import isnan
from typing import Any

import pandas as pd

from model_training.review_log.canonical import RATING_TITLES, ReviewLog
from model_training.review_log.features import OUTCOME, scored_features
from model_training.training.problems import problems

QUARTILES = {"min": 0.0, "q25": 0.25, "median": 0.5, "q75": 0.75, "max": 1.0}


def inspect_log(log: ReviewLog) -> dict[str, Any]:
    """Describe a review log.

    Returns
    -------
    dict
        JSON values. Rates are from 0 to 1, spreads are quartiles; None is what the log doesn't show.
    """
    reviews, scored = log.reviews, scored_features(log.reviews)
    time = reviews["reviewed_at"]
    ratings = reviews["rating"].value_counts()
    return {
        "formats": list(log.formats),
        "learners": int(reviews["learner"].nunique()),
        "cards": len(reviews[["learner", "card"]].drop_duplicates()),
        "reviews": len(reviews),
        "first_review": time.min().isoformat(),
        "last_review": time.max().isoformat(),
        "days": (time.max() - time.min()).days,
        "scored_reviews": len(scored),
        "recall": _known(scored[OUTCOME].mean()),
        "reviews_per_card": _spread(reviews.groupby(["learner", "card"]).size()),
        "days_between_reviews": _spread(scored["days_since_last_review"]),
        "ratings": {str(rating): int(ratings.get(rating, 0)) for rating in RATING_TITLES},
        "by_learner": _by_learner(reviews, scored),
        "skipped": dict(sorted(log.skipped.items())),
        "notes": list(log.notes),
        "problems": problems(reviews, scored),
    }


def _by_learner(reviews: pd.DataFrame, scored: pd.DataFrame) -> list[dict[str, Any]]:
    """Describe each learner, the one with the most reviews first."""
    of_learner, outcomes = reviews.groupby("learner"), scored.groupby("learner")[OUTCOME]
    table = pd.DataFrame(
        {
            "reviews": of_learner.size(),
            "cards": of_learner["card"].nunique(),
            "scored_reviews": outcomes.size(),
            "recall": outcomes.mean(),
            "first_review": of_learner["reviewed_at"].min(),
            "last_review": of_learner["reviewed_at"].max(),
        }
    ).sort_values("reviews", ascending=False, kind="stable")
    counts = table[["reviews", "cards", "scored_reviews"]].fillna(0).astype(int)
    times = table[["first_review", "last_review"]].map(lambda time: time.isoformat())
    return [
        {
            "learner": str(learner),
            **counts.loc[learner].to_dict(),
            "recall": _known(recall),
            **times.loc[learner],
        }
        for learner, recall in table["recall"].items()
    ]


def _spread(values: pd.Series) -> dict[str, float | None]:
    return {name: _known(values.quantile(share)) for name, share in QUARTILES.items()}


def _known(value: float) -> float | None:
    return None if isnan(value) else float(value)
