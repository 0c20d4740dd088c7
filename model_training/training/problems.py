"""What would make a model of a review log impossible, rough or one-sided."""

from __future__ import annotations

import pandas as pd

from model_training.review_log.features import OUTCOME
from model_training.simulation.simulate import is_simulated

MINIMUM_SCORED_REVIEWS = 20  # with fewer, the prior has more than 98 % of the weight
# With fewer outcomes, the standard error of a recall rate of 90 % is more than a percentage point.
FEW_SCORED_REVIEWS = 1_000
DOMINANT_SHARE = 0.95


def problems(reviews: pd.DataFrame, scored: pd.DataFrame) -> list[str]:
    """Name what to know before training.

    Parameters
    ----------
    reviews : pandas.DataFrame, n ≥ 1 rows
        `model_training.review_log.canonical.ReviewLog.reviews`.
    scored : pandas.DataFrame
        Their `model_training.review_log.features.scored_features`.

    Returns
    -------
    list of str
        One line each; empty when there is nothing to say.
    """
    return [
        *_of_outcomes(scored[OUTCOME]),
        *_of_learners(reviews["learner"]),
        *_of_times(reviews["reviewed_at"]),
    ]


def _of_outcomes(recalled: pd.Series) -> list[str]:
    found = []
    if len(recalled) < MINIMUM_SCORED_REVIEWS:
        found.append(f"only {len(recalled)} scored reviews; fit needs {MINIMUM_SCORED_REVIEWS}")
    elif len(recalled) < FEW_SCORED_REVIEWS:
        found.append(
            f"only {len(recalled)} scored reviews; below {FEW_SCORED_REVIEWS:,} all figures are rough"
        )
    if recalled.nunique() == 1:
        ending = "was recalled" if recalled.iloc[0] else "failed"
        found.append(f"every scored review {ending}; fit needs both outcomes (rating 1 is a failure)")
    return found


def _of_learners(learner: pd.Series) -> list[str]:
    found = []
    reviews = learner.value_counts()
    share = reviews.iloc[0] / len(learner)
    if len(reviews) == 1:
        found.append("one learner only; nothing tells how well the model fits other people")
    elif share >= DOMINANT_SHARE:
        found.append(f"one learner has {share:.0%} of the reviews; the model will be theirs")
    if is_simulated(learner):
        found.append("the reviews are simulated; a model of them says nothing about people")
    return found


def _of_times(reviewed_at: pd.Series) -> list[str]:
    time_of_day = (reviewed_at - reviewed_at.dt.floor("D")).unique()
    if len(reviewed_at) == 1 or len(time_of_day) > 1:
        return []
    clock = f"{reviewed_at.iloc[0]:%H:%M} UTC"
    return [
        f"all reviews are at {clock}; only whole days are known, and of a card's reviews on one day only the "
        "first is kept"
    ]
