"""The service's responses about cards: predictions, curves and rankings; `schedules` has the due times."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeVar, overload

import msgspec

ModelName = Literal["three_inputs", "history"]
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

    results: tuple[T, ...] = ()
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


class CardResult(msgspec.Struct, frozen=True, kw_only=True):
    """What the results of all endpoints but ``/v1/rank`` have.

    Parameters
    ----------
    model : {"three_inputs", "history"}
        The model that predicted: from three inputs, or from the card's reviews.
    model_version : str
        Version of the models that the service had live.
    out_of_range : tuple of str
        Names of the inputs that lie outside the range that the model was trained on.
    learner_state : str, optional
        To be sent with the learner's next call; only of a single card that was sent with a state or an
        outcome.
    """

    model: ModelName
    model_version: str
    out_of_range: tuple[str, ...] = ()
    learner_state: str | None = None


class Prediction(CardResult, frozen=True, kw_only=True):
    """How likely a card is still remembered; its other parameters are those of `CardResult`.

    Parameters
    ----------
    recall_probability : float
        0 to 1.
    new : bool
        Whether the card was never reviewed; its recall is 0.
    """

    recall_probability: float
    new: bool = False


class Curve(CardResult, frozen=True, kw_only=True):
    """How recall of a card falls over time; its other parameters are those of `CardResult`.

    Parameters
    ----------
    days : tuple of float
        Days since the last review, ascending from 0.
    recall_probability : tuple of float
        Recall at each of `days`, 0 to 1.
    """

    days: tuple[float, ...]
    recall_probability: tuple[float, ...]


class RankedCard(msgspec.Struct, frozen=True, kw_only=True):
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
    new : bool
        Whether the card was never reviewed; its recall is 0.
    """

    index: int
    recall_probability: float
    expected_loss: float | None = None
    out_of_range: tuple[str, ...] = ()
    new: bool = False


class Ranking(msgspec.Struct, frozen=True, kw_only=True):
    """The order in which to review cards.

    Parameters
    ----------
    cards : tuple of RankedCard
        The card to review first comes first.
    model_version : str, optional
        Version of the models that the service had live; None for an empty deck, of which it isn't asked.
    learner_state : str, optional
        To be sent with the learner's next call; only after a call with a state or an outcome.
    """

    cards: tuple[RankedCard, ...] = msgspec.field(default=(), name="ranking")
    model_version: str | None = None
    learner_state: str | None = None


class ListOfResults(msgspec.Struct, frozen=True, kw_only=True):
    """The response for a list of cards, whose results are still JSON."""

    results: list[Any]
    model_version: str
    learner_state: str | None = None


class RankingOfPart(Ranking, frozen=True, kw_only=True):
    """The response for a deck, or for a part of one."""

    cards: tuple[RankedCard, ...] = msgspec.field(name="ranking")
    model_version: str


def reader(kind: type[T]) -> Callable[[Any], T]:
    """Return what reads a response of this kind."""
    return lambda body: msgspec.convert(body, kind)


def read_list(body: Any, cards: int) -> ListOfResults:
    """Read the response for so many cards."""
    response = msgspec.convert(body, ListOfResults)
    if len(response.results) != cards:
        raise msgspec.ValidationError(f"{len(response.results):,} results of {cards:,} cards")
    return response


def read_ranking(body: Any, cards: int) -> RankingOfPart:
    """Read the ranking of so many cards."""
    ranking = msgspec.convert(body, RankingOfPart)
    indexes = {card.index for card in ranking.cards}
    if len(indexes) != len(ranking.cards) or not indexes <= set(range(cards)):
        raise msgspec.ValidationError(f"the ranking isn't one of {cards:,} cards")
    return ranking
