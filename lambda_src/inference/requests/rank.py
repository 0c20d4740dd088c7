"""A request to rank a deck: its cards, by what, and how many to answer."""

from __future__ import annotations

from inference.requests.fields import Number
from inference.requests.problems import wrong
from inference.validation import BESIDE, as_object, read_cards, read_list, read_offset

TYPE_CHECKING = False  # `typing` itself costs a cold start 2 ms
if TYPE_CHECKING:
    from typing import Any

MAXIMUM_DECK = 10_000
BY, LIMIT = "by", "limit"
RECALL, LOSS = "recall", "loss"
OWN = (BY, LIMIT, *BESIDE)
_LIMIT = Number(1, MAXIMUM_DECK, whole=True)


class RankRequest:
    """A checked request to rank a deck.

    Parameters
    ----------
    body : JSON value
        As parsed.

    Attributes
    ----------
    cards : list of tuple of three float, or of HistoryCard
        The deck.
    mixed : bool
        Whether there are histories among them.
    by_loss : bool
        Whether what is lost by tomorrow counts, rather than recall now.
    limit : int
        How many cards to answer at most.
    learner_offset : float
        0 when the caller sent none.

    Raises
    ------
    InvalidInputError
        Naming the first field that is wrong.
    """

    __slots__ = ("by_loss", "cards", "learner_offset", "limit", "mixed")

    def __init__(self, body: Any) -> None:
        body = as_object(body)
        cards = read_list(body, MAXIMUM_DECK, OWN)
        self.learner_offset = read_offset(body)
        by = body.get(BY, RECALL)
        if by not in (RECALL, LOSS):
            raise wrong(body, BY, f'must be "{RECALL}" or "{LOSS}"', "")
        self.by_loss = by == LOSS
        self.limit = _LIMIT.read(body, LIMIT) if LIMIT in body else MAXIMUM_DECK
        self.cards, self.mixed = read_cards(cards, body)
