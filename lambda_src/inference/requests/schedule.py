"""A scheduling request: cards whose time since the last review doesn't matter, targets, bounds."""

from __future__ import annotations

from inference.requests.fields import Number
from inference.requests.histories import check_total
from inference.requests.problems import wrong, wrong_list
from inference.requests.timeless import LAST_REVIEW, read_timeless
from inference.validation import (
    BESIDE,
    CARDS,
    MAXIMUM_CARDS,
    as_object,
    read_list,
    read_now,
    read_offset,
)
from recall.features import DAYS_SINCE_LAST_REVIEW

TYPE_CHECKING = False  # `typing` itself costs a cold start 2 ms
if TYPE_CHECKING:
    from typing import Any

TARGET, SHORTEST, LONGEST = "target_recall", "min_interval", "max_interval"
OWN = (TARGET, SHORTEST, LONGEST, *BESIDE)
USUAL_TARGET = 0.9
MAXIMUM_TARGETS = 10
_MOST_DAYS = DAYS_SINCE_LAST_REVIEW.maximum
_TARGET = Number(0, 1, open_below=True, open_above=True)
_INTERVAL = Number(0, _MOST_DAYS, unit="days")


class ScheduleRequest:
    """A checked scheduling request.

    Parameters
    ----------
    body : JSON value
        As parsed.

    Attributes
    ----------
    cards : list of (card, float or None)
        Each with the time of its last review in seconds since 1970, where that is known.
    batch : bool
        Whether the caller sent a list of cards.
    targets : list of float
        The wanted recall probabilities.
    listed : bool
        Whether the caller sent a list of targets.
    shortest, longest : float
        Bounds of the intervals, in days.
    learner_offset : float
        0 when the caller sent none.

    Raises
    ------
    InvalidInputError
        Naming the first field that is wrong.
    """

    __slots__ = ("batch", "cards", "learner_offset", "listed", "longest", "shortest", "targets")

    def __init__(self, body: Any) -> None:
        body = as_object(body)
        self.batch = CARDS in body
        cards = read_list(body, MAXIMUM_CARDS, OWN) if self.batch else [body]
        self.learner_offset = read_offset(body)
        self._read_targets(body)
        self.shortest = _INTERVAL.read(body, SHORTEST) if SHORTEST in body else 0
        self.longest = _INTERVAL.read(body, LONGEST) if LONGEST in body else _MOST_DAYS
        if self.longest < self.shortest:
            raise wrong(body, LONGEST, f"must be at least {SHORTEST}, {self.shortest}", "")
        now = read_now(body)
        beside = () if self.batch else OWN
        self.cards = [
            read_timeless(card, index if self.batch else "", now, beside, (LAST_REVIEW,))
            for index, card in enumerate(cards)
        ]
        check_total(card for card, _ in self.cards)

    def _read_targets(self, body: dict[str, Any]) -> None:
        given = body.get(TARGET, USUAL_TARGET)
        self.listed = type(given) is list
        if not self.listed:
            self.targets = [_TARGET.read({TARGET: given}, TARGET)]
            return
        if not 1 <= len(given) <= MAXIMUM_TARGETS:
            raise wrong_list(body, TARGET, MAXIMUM_TARGETS, "targets")
        names = [f"{TARGET}[{index}]" for index in range(len(given))]
        self.targets = [_TARGET.read({name: target}, name) for name, target in zip(names, given, strict=True)]
