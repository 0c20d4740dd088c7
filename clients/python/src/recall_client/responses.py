"""The service's responses about cards: predictions, curves and rankings; `schedules` has the due times."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Self, TypeVar, overload

ModelName = Literal["three_inputs", "history"]
Json = Mapping[str, Any]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Results(Sequence[T]):
    """The results of several cards, in the order of the cards.

    Parameters
    ----------
    results : tuple
        One for each card.
    learner_state : str, optional
        To be sent with the learner's next call; only after a call with a state or an outcome.
    """

    results: tuple[T, ...]
    learner_state: str | None = None

    @overload
    def __getitem__(self, index: int) -> T: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[T, ...]: ...
    def __getitem__(self, index: int | slice) -> T | tuple[T, ...]:
        return self.results[index]

    def __len__(self) -> int:
        return len(self.results)

    def __iter__(self) -> Iterator[T]:
        return iter(self.results)


@dataclass(frozen=True, slots=True)
class Prediction:
    """How likely a card is still remembered.

    Parameters
    ----------
    recall_probability : float
        0 to 1.
    model : {"three_inputs", "history"}
        The model that predicted: from three inputs, or from the card's reviews.
    model_version : str
        Version of the models that the service had live.
    out_of_range : tuple of str
        Names of the inputs that lie outside the range that the model was trained on.
    new : bool
        Whether the card was never reviewed; its recall is 0.
    learner_state : str, optional
        To be sent with the learner's next call; only of a single card that was sent with a state or an
        outcome.
    """

    recall_probability: float
    model: ModelName
    model_version: str
    out_of_range: tuple[str, ...] = ()
    new: bool = False
    learner_state: str | None = None

    @classmethod
    def from_json(cls, response: Json) -> Self:
        """Read the result of one card."""
        return cls(
            recall_probability=response["recall_probability"],
            new=response.get("new", False),
            **fields_of_every_card(response),
        )


@dataclass(frozen=True, slots=True)
class Predictions(Results[Prediction]):
    """The predictions of several cards, in the order of the cards; its parameters are those of `Results`."""


@dataclass(frozen=True, slots=True)
class Curve:
    """How recall of a card falls over time.

    Parameters
    ----------
    days : tuple of float
        Days since the last review, ascending from 0.
    recall_probability : tuple of float
        Recall at each of `days`, 0 to 1.
    model : {"three_inputs", "history"}
        The model that predicted: from three inputs, or from the card's reviews.
    model_version : str
        Version of the models that the service had live.
    out_of_range : tuple of str
        Names of the inputs that lie outside the range that the model was trained on.
    learner_state : str, optional
        The state that was sent.
    """

    days: tuple[float, ...]
    recall_probability: tuple[float, ...]
    model: ModelName
    model_version: str
    out_of_range: tuple[str, ...] = ()
    learner_state: str | None = None

    @classmethod
    def from_json(cls, response: Json) -> Self:
        """Read a response of ``/v1/curve``."""
        return cls(
            days=tuple(response["days"]),
            recall_probability=tuple(response["recall_probability"]),
            **fields_of_every_card(response),
        )


@dataclass(frozen=True, slots=True)
class RankedCard:
    """A card's place in the order of review.

    Parameters
    ----------
    index : int
        Position of the card in the list that was sent, from 0.
    recall_probability : float
        Recall now, 0 to 1.
    expected_loss : float, optional
        By how much recall falls until tomorrow; only in a ranking by loss.
    out_of_range : tuple of str
        Names of the inputs that lie outside the range that the model was trained on.
    """

    index: int
    recall_probability: float
    expected_loss: float | None = None
    out_of_range: tuple[str, ...] = ()

    @classmethod
    def from_json(cls, response: Json) -> Self:
        """Read one element of a ranking."""
        return cls(
            index=response["index"],
            recall_probability=response["recall_probability"],
            expected_loss=response.get("expected_loss"),
            out_of_range=tuple(response.get("out_of_range", ())),
        )


@dataclass(frozen=True, slots=True)
class Ranking:
    """The order in which to review cards.

    Parameters
    ----------
    cards : tuple of RankedCard
        The card to review first comes first.
    model_version : str
        Version of the models that the service had live.
    learner_state : str, optional
        To be sent with the learner's next call; only after a call with a state or an outcome.
    """

    cards: tuple[RankedCard, ...]
    model_version: str
    learner_state: str | None = None


def fields_of_every_card(response: Json) -> dict[str, Any]:
    """Return the fields that the results of all endpoints but ``/v1/rank`` have."""
    return {
        "model": response["model"],
        "model_version": response["model_version"],
        "out_of_range": tuple(response.get("out_of_range", ())),
        "learner_state": response.get("learner_state"),
    }
