"""What the service knows of a learner, and what it deleted."""

from __future__ import annotations

from datetime import datetime

import msgspec


class RetentionRange(msgspec.Struct, frozen=True, kw_only=True):
    """How many reviews after such a time were recalled.

    Parameters
    ----------
    from_days, to_days : float
        Days since the review before, from the first up to the second; None for no end.
    reviews, recalled : int
        Number of reviews, and of those not rated 1.
    """

    from_days: float
    to_days: float | None
    reviews: int
    recalled: int


class RememberedLearner(msgspec.Struct, frozen=True, kw_only=True):
    """What the service knows of a learner.

    Parameters
    ----------
    learner : str
        The id.
    cards, reviews, failures : int
        Number of cards, of reviews, and of reviews with the rating 1.
    retention : tuple of RetentionRange
        Outcomes by the days since the review before.
    learner_state : str or None
        What the model learned about the learner, for the calls that take a `learner_state`; None before it
        learned anything, and with a model of the owner's own.
    certainty : float
        How much of that comes from the learner's own reviews, 0 to 1.
    target_recall : float
        Recall at which the cards are due, between 0 and 1.
    last_reviewed_at : datetime or None
        Time of the latest review; None without one.
    model_version : str
        Version of the models that the service had live.
    """

    learner: str
    cards: int
    reviews: int
    failures: int
    retention: tuple[RetentionRange, ...]
    learner_state: str | None
    certainty: float
    target_recall: float
    last_reviewed_at: datetime | None
    model_version: str


class ForgottenCard(msgspec.Struct, frozen=True, kw_only=True):
    """A card that was deleted.

    Parameters
    ----------
    card : str
        Its id.
    reviews : int, optional
        Number of reviews deleted with it; None if an attempt without a response had deleted it before.
    """

    card: str
    reviews: int | None


class UndoneReview(msgspec.Struct, frozen=True, kw_only=True):
    """A review that was deleted, as if it had never been.

    Parameters
    ----------
    event_id : str
        Its id.
    card : str, optional
        The card that it was of; None if an attempt without a response had deleted it before.
    reviews : int, optional
        Number of reviews that the card still has; None in the same case.
    """

    event_id: str
    card: str | None
    reviews: int | None


class ForgottenLearner(msgspec.Struct, frozen=True, kw_only=True):
    """A learner of whom everything was deleted.

    Parameters
    ----------
    cards : int
        Number of cards deleted.
    """

    cards: int
