"""A deck's cards, scored chunk by chunk."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

import numpy as np

from model_training.due.curves import Array
from model_training.due.histories import Scoreable, replayed
from model_training.due.live import Cards, Model
from model_training.due.moments import after, days_between, microseconds
from model_training.due.table import Deck
from model_training.registry.card import timestamp
from model_training.registry.lake import Lake
from recall.curve import SHORTEST_INTERVAL, SHORTEST_RELEARNING_INTERVAL


class Question(NamedTuple):
    """What to predict for every card.

    Parameters
    ----------
    model : Model
        The model that predicts.
    now : datetime
        The moment to predict for, aware of its time zone.
    target_recall : float
        A card is due when its recall has fallen to this, in (0, 1).
    """

    model: Model
    now: datetime
    target_recall: float

    @property
    def day(self) -> date:
        """The moment's day in UTC."""
        return self.now.astimezone(UTC).date()

    def about(self) -> dict[str, Any]:
        """Return it as JSON values."""
        return {
            "date": self.day.isoformat(),
            "at": timestamp(self.now),
            "target_recall": self.target_recall,
            "model_version": self.model.version,
        }


def score(deck: Deck, lake: Lake, question: Question) -> None:
    """Keep in a deck what the model predicts for its cards.

    Parameters
    ----------
    deck : Deck
        The deck to score; it keeps the scores.
    lake : Lake
        The lake with the stored reviews, read when the deck has no inputs.
    question : Question
        The model, moment and target recall for all cards.
    """
    scoreable = _inputs(deck, question.now) if deck.has_inputs else replayed(deck, lake, question.now)
    for row, last_review, cards in scoreable:
        recall_probability, interval = question.model.answers(cards, question.target_recall)
        deck.keep(row, recall_probability, after(last_review, np.maximum(interval, _shortest(cards))))


def _shortest(cards: Cards) -> Array:
    """Return each card's shortest interval in days; whether one of three inputs was failed isn't known."""
    failed = np.zeros(len(cards.days), dtype=bool) if cards.failed_last is None else cards.failed_last
    return np.where(failed, SHORTEST_RELEARNING_INTERVAL, SHORTEST_INTERVAL)


def _inputs(deck: Deck, now: datetime) -> Iterator[Scoreable]:
    for chunk in deck.chunks():
        days = days_between(chunk["last_review"], microseconds(now))
        yield chunk["row"], chunk["last_review"], Cards(days, chunk["review_count"], chunk["difficulty"])
