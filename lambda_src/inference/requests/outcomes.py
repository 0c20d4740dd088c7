"""What came of a review: whether the card was recalled, or which of the four answers was given."""

from __future__ import annotations

from http_kit.problems import inside, type_name, wrong
from inference.validation import RATING, RECALLED
from recall.errors import InvalidInputError
from recall.memory_state import AGAIN, EASY

TYPE_CHECKING = False  # `typing` itself costs a cold start 2 ms
if TYPE_CHECKING:
    from typing import Any

RATINGS = range(AGAIN, EASY + 1)
RATING_ALLOWED = "must be 1 (Again), 2 (Hard), 3 (Good) or 4 (Easy)"


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
