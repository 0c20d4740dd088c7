"""A request to rank a deck: its cards, by what, and how many to answer."""

from __future__ import annotations

from http_kit.fields import Number
from http_kit.problems import wrong
from inference.validation import BESIDE, as_object, read_cards, read_list

TYPE_CHECKING = False  # `typing` itself costs a cold start 2 ms
if TYPE_CHECKING:
    from typing import Any

MAXIMUM_DECK = 10_000
BY, LIMIT = "by", "limit"
RECALL, LOSS = "recall", "loss"
FIELDS = (BY, LIMIT, *BESIDE)
_LIMIT = Number(1, MAXIMUM_DECK, whole=True)


class RankRequest:
    """A checked request to rank a deck.

    Parameters
    ----------
    body : JSON value
        As parsed.

    Attributes
    ----------
    cards : list of card
        The deck.
    outcomes : list of bool or None
        For each card, whether it was recalled, where the caller says so; empty where they say nothing.
    by_loss : bool
        Whether what is lost by tomorrow counts, rather than recall now.
    limit : int
        How many cards to answer at most.

    Raises
    ------
    InvalidInputError
        Naming the first field that is wrong.
    """

    __slots__ = ("by_loss", "cards", "limit", "outcomes")

    def __init__(self, body: Any) -> None:
        body = as_object(body)
        cards = read_list(body, MAXIMUM_DECK, FIELDS)
        by = body.get(BY, RECALL)
        if by not in (RECALL, LOSS):
            raise wrong(body, BY, f'must be "{RECALL}" or "{LOSS}"', "")
        self.by_loss = by == LOSS
        self.limit = _LIMIT.read(body, LIMIT) if LIMIT in body else MAXIMUM_DECK
        self.cards, _, self.outcomes = read_cards(cards, body, ())
