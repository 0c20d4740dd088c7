"""The columns of the table of reviews: the one definition, of which everything else is made.

Plain data, so that the stacks can read it without PyArrow and PyIceberg.
"""

from __future__ import annotations

from typing import NamedTuple

from recall.learner import SIZE

NAMESPACE, TABLE = "recall", "reviews"


class Column(NamedTuple):
    """A column.

    Attributes
    ----------
    type : str
        Iceberg's name: string, date, timestamptz, int, boolean or double.
    required : bool
        Whether every row has a value.
    meaning : str
        As people are told.
    """

    type: str
    required: bool
    meaning: str


ABOUT = {
    "event_id": Column("string", True, "The review's id; a learner's card has each once"),
    "learner": Column("string", True, "Who reviewed: the caller's own id"),
    "card": Column("string", True, "What was reviewed: the caller's own id"),
    "date": Column("date", True, "UTC day of reviewed_at: put a condition on it"),
    "reviewed_at": Column("timestamptz", True, "When, in UTC"),
    "received_at": Column("timestamptz", True, "When the service received it, in UTC"),
    "rating": Column("int", True, "1 Again (failed), 2 Hard, 3 Good, 4 Easy"),
    "duration_ms": Column("int", False, "How long the answer took, in ms"),
    "recall_probability": Column(
        "double", False, "Predicted before the answer; null where nobody was shown a prediction"
    ),
    "model_version": Column("string", False, "The model that predicted it"),
    "study_day": Column("int", True, "The learner's study day, in days since 1970"),
    "scored": Column(
        "boolean", True, "Whether it was on a later study day than the card's review before: an outcome"
    ),
}
# Of a card's history, as of one of its reviews; `recall.history.history_features` computes them.
HISTORY = {
    "log_stability": "ln of FSRS-6's stability in days",
    "fsrs_difficulty": "FSRS-6's difficulty, 1 to 10",
    "failure_average": "Moving average of failures, 0 to 1",
    "day_failures": "Failed reviews on the last study day, at most 3",
    "day_passes": "Passed reviews on the last study day, at most 3",
    "single_day": "1 while there has been one study day only, else 0",
    "log_age": "ln(1 + days from the first review to the last)",
    "log_last_interval": "ln(1 + days between the last two study days)",
    "log_review_days": "ln of the number of study days with a review",
    "log_last_seconds": "ln of the last answer's time in units of 7 s, within ±2; 0 where unknown",
}
BEFORE = {
    "days_since_last_review": Column("double", False, "Days since the card's review before"),
    "review_count": Column("int", False, "Study days with a review of the card, before this review"),
    "failures": Column("int", False, "Failed reviews of the card, before this review"),
    "reviews": Column("int", False, "All reviews of the card, before this review"),
} | {name: Column("double", False, f"{meaning}, before this review") for name, meaning in HISTORY.items()}
STATE = {"learner_certainty": Column("double", False, "How well the learner was known, 0 to 1")} | {
    f"learner_m{i}": Column("double", False, f"m{i} of the learner's state before this review")
    for i in range(SIZE)
}
AFTER = {
    f"after_{name}": Column("double", True, f"{meaning}, this review included")
    for name, meaning in HISTORY.items()
} | {
    "after_review_count": Column("int", True, "Study days with a review of the card, this one included"),
    "after_failures": Column("int", True, "Failed reviews of the card, this one included"),
    "after_reviews": Column("int", True, "All reviews of the card, this one included"),
}
COLUMNS = ABOUT | BEFORE | STATE | AFTER
KEY = ("learner", "card", "event_id")
