"""Outcomes: whether a card was recalled, as a request says it beside the card."""

from __future__ import annotations

from http_kit.problems import inside, type_name, wrong
from inference.fields import RATING, RATING_ALLOWED, RECALLED
from recall.errors import InvalidInputError
from recall.features import AGAIN, RATINGS

TYPE_CHECKING = False  # `typing` itself costs a cold start 2 ms
if TYPE_CHECKING:
    from typing import Any


def read_outcomes(cards: list[dict[str, Any]], *, batch: bool) -> list[bool | None]:
    """Return `read_outcome` of each card; `batch` says whether they are a list, for errors."""
    return [read_outcome(card, index if batch else "") for index, card in enumerate(cards)]


def read_rating(holder: dict[str, Any], place: str | int) -> int:
    """Return a ``rating``, 1 to 4.

    Raises
    ------
    InvalidInputError
        If it isn't one of the four.
    """
    rating = holder[RATING]
    if type(rating) not in (int, float) or rating not in RATINGS:
        raise wrong(holder, RATING, RATING_ALLOWED, place)
    return int(rating)


def read_outcome(card: dict[str, Any], place: str | int) -> bool | None:
    """Return whether a card was recalled: as ``recalled`` says, or its ``rating``; None without both.

    Raises
    ------
    InvalidInputError
        If it has both, or one of them is wrong.
    """
    if RECALLED not in card:
        return read_rating(card, place) > AGAIN if RATING in card else None
    recalled: Any = card[RECALLED]
    if type(recalled) is not bool:
        problem = f"must be true or false, not {type_name(recalled)}; or leave it out"
        raise InvalidInputError(inside(place, RECALLED), problem)
    if RATING in card:
        problem = 'is unknown beside "recalled"; send one of them'
        raise InvalidInputError(inside(place, RATING), problem)
    return recalled
