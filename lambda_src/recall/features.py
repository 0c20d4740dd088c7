"""The one definition of the model's inputs: names, units, bounds, and how a review history becomes them."""

from __future__ import annotations

from collections import namedtuple

Feature = namedtuple("Feature", "name unit minimum maximum integer description")

DAYS_SINCE_LAST_REVIEW = Feature(
    "days_since_last_review",
    "days",
    0,
    36_500,
    integer=False,
    description="Time since the card's last review; fractions of a day count.",
)
REVIEW_COUNT = Feature(
    "review_count",
    "review days",
    1,
    10_000,
    integer=True,
    description="Distinct days on which the card was reviewed so far; repeats on one day count once.",
)
DIFFICULTY = Feature(
    "difficulty",
    "1 (easy) to 10 (hard)",
    1,
    10,
    integer=False,
    description="1 + 9 × the smoothed share of failed reviews so far.",
)

FEATURES = (DAYS_SINCE_LAST_REVIEW, REVIEW_COUNT, DIFFICULTY)
FEATURE_NAMES = tuple(feature.name for feature in FEATURES)
SECONDS_PER_DAY = 86_400
RATINGS = AGAIN, HARD, GOOD, EASY = 1, 2, 3, 4  # of a review, as Anki and FSRS count them

# A card without history starts at 0.6 failures in 4 reviews, the prior share of failures.
PRIOR_FAILURES = 0.6
PRIOR_REVIEWS = 4.0


def failure_share(failures: float, reviews: float) -> float:
    """Smoothed share of failed reviews, (0.6 + failures) / (4 + reviews).

    Parameters
    ----------
    failures : float
        Number of earlier reviews rated Again, same-day repeats included.
    reviews : float
        Number of all earlier reviews, same-day repeats and the first one included. Arrays work too.

    Returns
    -------
    float
        A share in (0, 1).
    """
    return (PRIOR_FAILURES + failures) / (PRIOR_REVIEWS + reviews)


def difficulty_from_share(share: float) -> float:
    """Put a share of failures in [0, 1] on the scale that users see, 1 (easy) to 10 (hard)."""
    return 1.0 + 9.0 * share


def share_from_difficulty(difficulty: float) -> float:
    """Inverse of `difficulty_from_share`: 1 to 10 becomes a share of failures in [0, 1]."""
    return (difficulty - 1.0) / 9.0
