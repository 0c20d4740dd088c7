"""A deck's cards, scored in DuckDB by the live model."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any, NamedTuple

from model_training.due.curves import STATE, predictions
from model_training.due.states import States, known_of, microseconds
from model_training.due.table import NO_REVIEW, Deck
from model_training.registry.card import timestamp
from recall.artifact import Artifact

# Three inputs say neither how the last review went nor whose card it is.
KNOWN_INPUTS = (
    "SELECT row, last_review, false AS failed_last, review_count, difficulty, "  # noqa: S608 - our own names
    f"{', '.join(f'0 AS {name}' for name in STATE)} FROM cards WHERE reason IS NULL"
)


class Question(NamedTuple):
    """What to predict for every card.

    Parameters
    ----------
    version : str
        The live model's version.
    artifact : Artifact
        The live model.
    now : datetime
        The moment to predict for, aware of its time zone.
    target_recall : float
        A card is due when its recall has fallen to this, in (0, 1).
    """

    version: str
    artifact: Artifact
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
            "model_version": self.version,
        }


def score(deck: Deck, states: States, question: Question) -> None:
    """Keep in a deck what the model predicts for its cards.

    Parameters
    ----------
    deck : Deck
        The deck to score; it keeps the scores.
    states : States
        What is known of cards, for a deck without inputs.
    question : Question
        The model, moment and target recall for all cards.
    """
    if not deck.has_inputs:
        states.make()
    deck.keep(
        predictions(
            question.artifact,
            KNOWN_INPUTS if deck.has_inputs else known_of(question.version),
            with_history=not deck.has_inputs,
            now=microseconds(question.now),
            target_recall=question.target_recall,
        )
    )
    deck.mark(NO_REVIEW, "row NOT IN (SELECT row FROM scores)")
