"""The cards that a learner is to review."""

from __future__ import annotations

from datetime import date, datetime

import msgspec


class DueCard(msgspec.Struct, frozen=True, kw_only=True):
    """A card to review.

    Parameters
    ----------
    card : str
        Its id.
    recall_probability : float
        Recall now, 0 to 1.
    due_at : datetime
        When its recall falls, or fell, to the target.
    interval_days : float
        Days from its last review until then.
    last_reviewed_at : datetime
        Time of that review.
    expected_loss : float, optional
        By how much recall falls until tomorrow; only in the order ``loss``.
    """

    card: str
    recall_probability: float
    due_at: datetime
    interval_days: float
    last_reviewed_at: datetime
    expected_loss: float | None = None


class DueDay(msgspec.Struct, frozen=True, kw_only=True):
    """How many cards become due on one of the learner's study days.

    Parameters
    ----------
    date : date
        The study day.
    cards : int
        Their number; today's has the overdue ones, too.
    """

    date: date
    cards: int


class DueCards(msgspec.Struct, frozen=True, kw_only=True):
    """The cards to review now.

    Parameters
    ----------
    cards : tuple of DueCard
        At most as many as the limit; the card to review first comes first.
    due : int
        How many cards are due in all.
    forecast : tuple of DueDay
        The next 60 study days, from today on.
    target_recall : float
        Recall at which the learner's cards are due, between 0 and 1.
    model_version : str
        Version of the models that the service had live.
    """

    cards: tuple[DueCard, ...]
    due: int
    forecast: tuple[DueDay, ...]
    target_recall: float
    model_version: str
