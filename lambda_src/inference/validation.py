"""A parsed body becomes cards, or an error that names the field and what is allowed.

API Gateway checks nothing of a body: its errors name neither field nor index, these do. Here is what a
prediction from three inputs needs; `inference.requests` has the rest, loaded when it is asked for.
"""

from __future__ import annotations

import time

from recall.features import FEATURE_NAMES, FEATURES
from recall.offset import OFFSET_LIMIT

TYPE_CHECKING = False  # `typing` itself costs a cold start 2 ms
if TYPE_CHECKING:
    from typing import Any, TypeAlias

    from inference.requests.histories import HistoryCard

    Card: TypeAlias = tuple[float, float, float] | HistoryCard

MAXIMUM_CARDS = 1000
LEARNER_OFFSET, NOW = "learner_offset", "now"
BESIDE = (LEARNER_OFFSET, NOW)  # may stand beside the fields of a single card, or beside a list
CARDS, REVIEWS, OUTCOME = "cards", "reviews", "recalled"
IN_LIST, ALONE = (OUTCOME,), (OUTCOME, *BESIDE)  # what a card may hold beside its inputs or its reviews
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
    cards : list of tuple of three float, or of HistoryCard
        The inputs in the order of `recall.features.FEATURES`, or what the reviews tell.
    batch : bool
        Whether the caller sent a list.
    learner_offset : float
        0 when the caller sent none.
    outcomes : list of bool or None
        For each card, what came of the review, where the caller says so; empty where they say nothing.
    mixed : bool
        Whether there are histories among the cards.

    Raises
    ------
    InvalidInputError
        Naming the first field that is wrong.
    """

    __slots__ = ("batch", "cards", "learner_offset", "mixed", "outcomes")

    def __init__(self, body: Any) -> None:
        body = as_object(body)
        self.batch = CARDS in body
        cards = read_list(body, MAXIMUM_CARDS, BESIDE) if self.batch else [body]
        self.learner_offset = read_offset(body)
        self.cards, self.mixed = read_cards(cards, body, IN_LIST if self.batch else ALONE)
        # A card of three inputs and nothing beside them has no outcome.
        told = self.mixed or max(map(len, cards)) > FEATURE_COUNT
        outcomes = [card.get(OUTCOME) for card in cards] if told else []
        self.outcomes = outcomes if outcomes.count(None) < len(outcomes) else []


def as_object(body: Any) -> dict[str, Any]:
    """Return the body, which must be a JSON object."""
    if type(body) is not dict:
        from inference.requests.problems import no_object  # noqa: PLC0415 - only for a wrong request

        raise no_object("body", body, "a JSON object")
    return body


def read_list(body: dict[str, Any], most: int, beside: tuple[str, ...]) -> list[Any]:
    """Return the list of cards, whose elements are still to be checked."""
    for name in body:
        if name != CARDS and name not in beside:
            from inference.requests.problems import unknown_beside_cards  # noqa: PLC0415 - only for a wrong one

            raise unknown_beside_cards(body, name)
    cards = body.get(CARDS)
    if type(cards) is not list or not 1 <= len(cards) <= most:
        from inference.requests.problems import wrong_list  # noqa: PLC0415 - only for a wrong request

        raise wrong_list(body, CARDS, most, "cards")
    return cards


def read_offset(body: dict[str, Any]) -> float:
    """Return the learner's offset; 0 when the caller sent none."""
    if LEARNER_OFFSET not in body:
        return 0.0
    offset = body[LEARNER_OFFSET]
    if type(offset) not in (int, float) or not -OFFSET_LIMIT <= offset <= OFFSET_LIMIT:
        from inference.requests.problems import wrong  # noqa: PLC0415 - only for a wrong request

        allowed = f"must be a number from -{OFFSET_LIMIT:g} to {OFFSET_LIMIT:g}, 0 for a new learner"
        raise wrong(body, LEARNER_OFFSET, allowed, "")
    return float(offset)


def read_now(body: dict[str, Any]) -> float:
    """Return the moment to answer for, in seconds since 1970: the caller's, or the clock's."""
    if NOW not in body:
        # Whole seconds, rounded up: a review of this very second isn't in the future.
        return float(int(time.time()) + 1)
    from inference.requests.timestamps import read_timestamp  # noqa: PLC0415 - only for who sends it

    return read_timestamp(body, NOW, "")


def read_cards(
    cards: list[Any], body: dict[str, Any], optional: tuple[str, ...] = ()
) -> tuple[list[Card], bool]:
    """Check cards of either kind, and tell whether there are histories among them.

    Parameters
    ----------
    cards : list
        Of anything.
    body : dict
        Where they come from: with `CARDS`, errors name a card's place in the list.
    optional : tuple of str
        What a card may hold beside its inputs or its reviews: `IN_LIST`, `ALONE`, or nothing.
    """
    try:
        mixed = REVIEWS in cards[0] or (len(cards) > 1 and any(REVIEWS in card for card in cards))
    except TypeError:  # an element that is no object
        mixed = False
    if mixed:
        from inference.requests.histories import read_mixed  # noqa: PLC0415 - three inputs need none of it

        return read_mixed(cards, read_now(body), optional, batch=CARDS in body), True
    if NOW in body:
        read_now(body)
    if CARDS in body:
        return [read_three_inputs(card, index, optional) for index, card in enumerate(cards)], False
    return [read_three_inputs(cards[0], "", optional)], False


def read_three_inputs(
    card: Any, place: str | int, optional: tuple[str, ...] = ()
) -> tuple[float, float, float]:
    """Check a card of three inputs; `place` is its index in the list, or text."""
    if type(card) is not dict:
        from inference.requests.problems import no_object  # noqa: PLC0415 - only for a wrong request

        raise no_object(place, card)
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
            from inference.requests.problems import wrong_feature  # noqa: PLC0415 - only for a wrong one

            raise wrong_feature(card, name, place)
        values.append(value)
    if len(card) != FEATURE_COUNT:
        _check_others(card, place, optional)
    return values[0], values[1], values[2]


def _check_others(card: dict[str, Any], place: str | int, optional: tuple[str, ...]) -> None:
    """Check what a card holds beside its inputs: what is optional, and nothing else."""
    for name in card:
        if name not in optional and name not in FEATURE_NAMES:
            from inference.requests.problems import unknown  # noqa: PLC0415 - only for a wrong request

            raise unknown(name, (*FEATURE_NAMES, *optional), place)
    if type(card.get(OUTCOME, False)) is not bool:
        from inference.requests.problems import wrong_outcome  # noqa: PLC0415 - only for a wrong one

        raise wrong_outcome(card, place)
