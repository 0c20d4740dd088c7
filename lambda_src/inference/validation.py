"""A parsed body becomes cards, or an error that names the field and what is allowed.

API Gateway checks nothing of a body: its errors name neither field nor index, these do. Here is what a
prediction from three inputs needs; `inference.requests` has the rest, loaded when it is needed.
"""

from __future__ import annotations

from http_kit.problems import echo, no_object, unknown, wrong, wrong_list
from inference.cards import ThreeInputCard
from inference.learner import LEARNER_STATE
from recall.errors import InvalidInputError
from recall.features import FEATURE_NAMES, FEATURES

TYPE_CHECKING = False  # `typing` itself costs a cold start 2 ms
if TYPE_CHECKING:
    from typing import Any

    from inference.cards import Card

MAXIMUM_CARDS = 1000
EXAMPLE = '{"days_since_last_review": 3, "review_count": 4, "difficulty": 5.5}'
NOW, TIME_ZONE, DAY_STARTS_AT = "now", "time_zone", "day_starts_at"
TIMES = (NOW, TIME_ZONE, DAY_STARTS_AT)
BESIDE = (LEARNER_STATE, *TIMES)  # may stand beside the fields of a single card, or beside a list
CARDS, REVIEWS, RECALLED, RATING = "cards", "reviews", "recalled", "rating"
OUTCOME = (RECALLED, RATING)  # a card may have one of them beside its inputs or its reviews
FEATURE_COUNT = len(FEATURES)
_RULES = [(feature.name, feature.minimum, feature.maximum, feature.integer) for feature in FEATURES]


class PredictRequest:
    """A checked prediction request.

    Parameters
    ----------
    body : JSON value
        As parsed.

    Attributes
    ----------
    cards : list of card
        What was asked for.
    batch : bool
        Whether the caller sent a list.
    mixed : bool
        Whether there are cards with reviews among them.
    outcomes : list of bool or None
        For each card, whether it was recalled, where the caller says so; empty where they say nothing.

    Raises
    ------
    InvalidInputError
        Naming the first field that is wrong.
    """

    __slots__ = ("batch", "cards", "mixed", "outcomes")

    def __init__(self, body: Any) -> None:
        body = as_object(body)
        self.batch = CARDS in body
        cards = read_list(body, MAXIMUM_CARDS, BESIDE) if self.batch else [body]
        self.cards, self.mixed, self.outcomes = read_cards(cards, body, () if self.batch else BESIDE)


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
        Of anything.
    body : dict
        Where they come from: with `CARDS`, errors name a card's place in the list.
    beside : tuple of str
        What may stand beside the fields of a single card.

    Returns
    -------
    tuple
        The cards, whether there are some with reviews, and the outcomes as of `PredictRequest`.
    """
    optional = (*OUTCOME, *beside)
    try:
        mixed = REVIEWS in cards[0] or (len(cards) > 1 and any(REVIEWS in card for card in cards))
    except TypeError:  # an element that is no object
        mixed = False
    if mixed or any(name in body for name in TIMES):
        # `datetime` and `re` take 3 ms, and three inputs need neither.
        from inference.requests.mixed import read_mixed  # noqa: PLC0415

        return read_mixed(cards, body, optional), mixed, _outcomes(cards, body)
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
    from inference.requests.outcomes import read_outcome  # noqa: PLC0415 - only with outcomes

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
