"""Cards of either kind in one request."""

from __future__ import annotations

from inference.requests.histories import check_total, read_history
from inference.requests.moment import Moment
from inference.validation import CARDS, REVIEWS, read_three_inputs

TYPE_CHECKING = False  # `typing` itself costs a cold start 2 ms
if TYPE_CHECKING:
    from typing import Any

    from inference.cards import Card


def read_mixed(cards: list[Any], body: dict[str, Any], optional: tuple[str, ...]) -> list[Card]:
    """Check cards, some of which may have reviews.

    Parameters
    ----------
    cards : list
        Of anything.
    body : dict
        Where they come from; may hold the fields of `inference.validation.TIMES`.
    optional : tuple of str
        What a card may hold beside its inputs or its reviews.
    """
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
