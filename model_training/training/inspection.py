"""What `recall inspect` finds: what was understood of review logs, and what to know before training."""

from __future__ import annotations

from collections.abc import Iterator
from math import isnan
from typing import Any

import numpy as np
import pandas as pd

from model_training.review_log.canonical import RATING_TITLES, ReviewLog
from model_training.review_log.features import OUTCOME, scored_features
from model_training.training.problems import problems

ROWS = 200_000  # of a part
SHOWN = ["learner", "days_since_last_review", OUTCOME]
QUARTILES = {"min": 0.0, "q25": 0.25, "median": 0.5, "q75": 0.75, "max": 1.0}


def inspect_log(log: ReviewLog) -> dict[str, Any]:
    """Describe a review log.

    Returns
    -------
    dict
        JSON values. Rates are from 0 to 1, spreads are quartiles; None is what the log doesn't show.
    """
    # Names that repeat take much room.
    reviews = log.reviews.assign(learner=log.reviews["learner"].astype("category"))
    scored = pd.concat([scored_features(some)[SHOWN] for some in _some_learners(reviews)], ignore_index=True)
    time = reviews["reviewed_at"]
    of_card = reviews.groupby(["learner", "card"], observed=True).size()
    ratings = reviews["rating"].value_counts()
    return {
        "formats": list(log.formats),
        "learners": int(reviews["learner"].nunique()),
        "cards": len(of_card),
        "reviews": len(reviews),
        "first_review": time.min().isoformat(),
        "last_review": time.max().isoformat(),
        "days": (time.max() - time.min()).days,
        "scored_reviews": len(scored),
        "recall": _known(scored[OUTCOME].mean()),
        "reviews_per_card": _spread(of_card),
        "days_between_reviews": _spread(scored["days_since_last_review"]),
        "ratings": {str(rating): int(ratings.get(rating, 0)) for rating in RATING_TITLES},
        "by_learner": _by_learner(reviews, scored),
        "skipped": dict(sorted(log.skipped.items())),
        "notes": list(log.notes),
        "problems": problems(reviews, scored),
    }


def _some_learners(reviews: pd.DataFrame) -> Iterator[pd.DataFrame]:
    """Give a sorted log in parts of whole learners: the features of all take several times its room."""
    learner = reviews["learner"].cat.codes.to_numpy()
    begins = np.append(np.flatnonzero(np.diff(learner, prepend=-1)), len(learner))
    start = 0
    while start < len(learner):
        end = begins[np.searchsorted(begins, min(start + ROWS, len(learner)))]
        yield reviews.iloc[start:end]
        start = end


def _by_learner(reviews: pd.DataFrame, scored: pd.DataFrame) -> list[dict[str, Any]]:
    """Describe each learner, the one with the most reviews first."""
    of_learner = reviews.groupby("learner", observed=True)
    outcomes = scored.groupby("learner", observed=True)[OUTCOME]
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
