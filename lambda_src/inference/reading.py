"""A parsed body becomes cards, or an error that names the field and what is allowed.

API Gateway checks nothing of a body: its errors name neither field nor index, these do.
"""

from __future__ import annotations

from http_kit.problems import echo, inside, no_object, type_name, unknown, wrong, wrong_list
from inference.cards import ThreeInputCard
from inference.fields import (
    CARDS,
    EXAMPLE,
    OUTCOME,
    RATING,
    RATING_ALLOWED,
    RECALLED,
    REVIEWS,
    TIMES,
)
from recall.errors import InvalidInputError
from recall.features import AGAIN, FEATURE_NAMES, FEATURES, RATINGS

TYPE_CHECKING = False  # `typing` itself costs a cold start 2 ms
if TYPE_CHECKING:
    from typing import Any

    from inference.cards import Card

FEATURE_COUNT = len(FEATURES)
_RULES = [(feature.name, feature.minimum, feature.maximum, feature.integer) for feature in FEATURES]


def as_object(body: Any) -> dict[str, Any]:
    """Return the body, which must be a JSON object."""
    if type(body) is not dict:
        raise no_object("body", body, EXAMPLE)
    return body


def read_list(body: dict[str, Any], most: int, beside: tuple[str, ...]) -> list[Any]:
    """Return the list of cards, whose elements are still to be checked."""
    for name in body:
        if name != CARDS and name not in beside:
            raise _unknown_beside_cards(body, name)
    cards = body.get(CARDS)
    if type(cards) is not list or not 1 <= len(cards) <= most:
        raise wrong_list(body, CARDS, most, "cards")
    return cards


def read_cards(
    cards: list[Any], body: dict[str, Any], beside: tuple[str, ...]
) -> tuple[list[Card], bool, list[bool | None]]:
    """Check cards of either kind, and what came of their reviews.

    Parameters
    ----------
    cards : list
        JSON values; each still has to be checked.
    body : dict
        Where they come from: with `CARDS`, errors name a card's place in the list.
    beside : tuple of str
        What may stand beside the fields of a single card.

    Returns
    -------
    tuple
        The cards, whether there are some with reviews, and for each card
        whether it was recalled, where the caller says so (empty where none says so).
    """
    optional = (*OUTCOME, *beside)
    try:
        mixed = REVIEWS in cards[0] or (len(cards) > 1 and any(REVIEWS in card for card in cards))
    except TypeError:  # an element that is no object
        mixed = False
    if mixed or any(name in body for name in TIMES):
        return _read_mixed(cards, body, optional), mixed, _outcomes(cards, body)
    if CARDS in body:
        read: list[Card] = [read_three_inputs(card, index, optional) for index, card in enumerate(cards)]
    else:
        read = [read_three_inputs(cards[0], "", optional)]
    # A card of three inputs and nothing beside them has no outcome.
    return read, False, _outcomes(cards, body) if max(map(len, cards)) > FEATURE_COUNT else []


def read_three_inputs(card: Any, place: str | int, optional: tuple[str, ...] = ()) -> ThreeInputCard:
    """Check a card of three inputs; `place` is its index in the list, or text."""
    if type(card) is not dict:
        raise no_object(place, card, EXAMPLE)
    values = []
    for name, minimum, maximum, integer in _RULES:
        value: Any = card.get(name)
        # type() rather than isinstance(): true and false are no numbers here. NaN fails the comparison.
        kind = type(value)
        if (
            (kind is not int and kind is not float)
            or not minimum <= value <= maximum
            or (integer and kind is float and not value.is_integer())
        ):
            raise _wrong_feature(card, name, place)
        values.append(value)
    if len(card) != FEATURE_COUNT:
        for name in card:
            if name not in optional and name not in FEATURE_NAMES:
                raise unknown(name, (*FEATURE_NAMES, *optional), place)
    return ThreeInputCard((values[0], values[1], values[2]))


def _outcomes(cards: list[dict[str, Any]], body: dict[str, Any]) -> list[bool | None]:
    if not any(RECALLED in card or RATING in card for card in cards):
        return []
    batch = CARDS in body
    return [read_outcome(card, index if batch else "") for index, card in enumerate(cards)]


def _wrong_feature(card: dict[str, Any], name: str, place: str | int) -> InvalidInputError:
    feature = FEATURES[FEATURE_NAMES.index(name)]
    kind = "a whole number" if feature.integer else "a number"
    allowed = f"must be {kind} from {feature.minimum} to {feature.maximum} ({feature.unit})"
    return wrong(card, name, allowed, place)


def _unknown_beside_cards(body: dict[str, Any], name: str) -> InvalidInputError:
    if CARDS in body:
        return InvalidInputError(echo(name), 'is unknown beside "cards"; put it into a card')
    return InvalidInputError(echo(name), 'is unknown here; put cards into the list "cards"')


def _read_mixed(cards: list[Any], body: dict[str, Any], optional: tuple[str, ...]) -> list[Card]:
    """Check cards, some of which may have reviews; parameters as of `read_cards`."""
    # `datetime` and `re` take 3 ms, and three inputs need neither.
    from inference.histories import Moment, check_total, read_history  # noqa: PLC0415

    moment = Moment(body)
    read: list[Card] = []
    for index, card in enumerate(cards):
        place = index if CARDS in body else ""
        if type(card) is dict and REVIEWS in card:
            read.append(read_history(card, moment, place, optional))
        else:
            read.append(read_three_inputs(card, place, optional))
    check_total(read)
    return read


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
