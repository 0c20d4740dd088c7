"""The one definition of the model's inputs: names, units and bounds.

How a share of failures becomes a difficulty is in `recall.three_inputs`.
"""

from __future__ import annotations


class Feature:
    """An input of the model.

    Parameters
    ----------
    name, unit, description : str
        As callers are told.
    minimum, maximum : int
        Bounds of its values, both allowed.
    integer : bool
        Whether only whole numbers are allowed.
    """

    __slots__ = ("description", "integer", "maximum", "minimum", "name", "unit")

    def __init__(
        self, name: str, unit: str, minimum: int, maximum: int, *, integer: bool, description: str
    ) -> None:
        self.name, self.unit, self.description = name, unit, description
        self.minimum, self.maximum, self.integer = minimum, maximum, integer


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
