"""What the service knows of a learner's card."""

from __future__ import annotations

from datetime import datetime

import msgspec

from recall_client.responses import ModelName


class RatedInterval(msgspec.Struct, frozen=True, kw_only=True):
    """When a card would be due.

    Parameters
    ----------
    interval_days : float
        Days from the review on.
    due_at : datetime
        When they are over.
    """

    interval_days: float
    due_at: datetime


class RatedIntervals(msgspec.Struct, frozen=True, kw_only=True):
    """When a card would be due after each rating: what an app writes on its four buttons.

    Parameters
    ----------
    again, hard, good, easy : RatedInterval
        After a review with that rating.
    """

    again: RatedInterval
    hard: RatedInterval
    good: RatedInterval
    easy: RatedInterval


class CardState(msgspec.Struct, frozen=True, kw_only=True):
    """What a card's reviews amount to.

    Parameters
    ----------
    stability_days : float
        FSRS-6's stability, in days.
    difficulty : float
        FSRS-6's difficulty, 1 to 10.
    reviews, failures : int
        Number of its reviews, and of those with the rating 1.
    review_days : int
        Number of study days with a review.
    """

    stability_days: float
    difficulty: float
    reviews: int
    failures: int
    review_days: int


class RememberedReview(msgspec.Struct, frozen=True, kw_only=True):
    """A review of a card, as the service remembers it; other parameters are those of `StudyReview`.

    Parameters
    ----------
    recall_probability : float or None
        The prediction before the review, 0 to 1; None where there was none, as for a card's first review.
    """

    event_id: str
    rating: int
    reviewed_at: datetime
    recall_probability: float | None
    duration_ms: int | None = None


class RememberedCard(msgspec.Struct, frozen=True, kw_only=True):
    """What the service knows of a card.

    Parameters
    ----------
    card : str
        Its id.
    recall_probability : float
        Recall now, 0 to 1.
    interval_days : float
        Days from its last review until recall falls to the target.
    due_at : datetime
        When that is.
    target_recall : float
        The target, between 0 and 1.
    reachable : bool
        Whether recall is still at the target after the shortest interval.
    state : CardState
        What its reviews amount to.
    reviews : tuple of RememberedReview
        Its reviews by time.
    model : {"three_inputs", "history"}
        The model that predicted.
    model_version : str
        Version of the models that the service had live.
    highest_recall : float, optional
        Recall after the shortest interval; only if the target can't be reached.
    for_each_rating : RatedIntervals, optional
        When it would be due after each rating given now; only if that was asked for.
    """

    card: str
    recall_probability: float
    interval_days: float
    due_at: datetime
    target_recall: float
    reachable: bool
    state: CardState
    reviews: tuple[RememberedReview, ...]
    model: ModelName
    model_version: str
    highest_recall: float | None = None
    for_each_rating: RatedIntervals | None = None
