"""A scheduling request: cards, targets, bounds, and answers given now."""

from __future__ import annotations

from http_kit.fields import Number
from http_kit.problems import inside, type_name, wrong_list
from inference.history_cards import HistoryCard, NewCard
from inference.requests.bounds import Bounds
from inference.requests.histories import check_total
from inference.requests.moment import Moment
from inference.requests.outcomes import read_outcome, read_rating
from inference.requests.timeless import read_to_schedule
from inference.validation import BESIDE, CARDS, MAXIMUM_CARDS, RATING, REVIEWS, as_object, read_list
from recall.errors import InvalidInputError

TYPE_CHECKING = False  # `typing` itself costs a cold start 2 ms
if TYPE_CHECKING:
    from typing import Any

    from inference.cards import Card

TARGET, FOR_EACH_RATING = "target_recall", "for_each_rating"
FIELDS = (TARGET, *Bounds.FIELDS, FOR_EACH_RATING, *BESIDE)
USUAL_TARGET = 0.9
MAXIMUM_TARGETS = 10
MAXIMUM_TARGETS_EACH = 3  # with `for_each_rating`: an answer must fit into what Lambda can send
_TARGET = Number(0, 1, open_below=True, open_above=True)


class ScheduleRequest:
    """A checked scheduling request.

    Parameters
    ----------
    body : JSON value
        As parsed.

    Attributes
    ----------
    cards : list of card
        As sent, before any answer given now.
    outcomes : list of bool or None
        For each card, whether it was recalled, where the caller says so; empty where they say nothing.
    due_cards : list of card
        Those to schedule: each card after its ``rating``, where it has one.
    batch : bool
        Whether the caller sent a list of cards.
    targets : list of float
        The wanted recall probabilities.
    listed : bool
        Whether the caller sent a list of targets.
    bounds : Bounds
        Of the intervals.
    for_each_rating : bool
        Whether the caller wants to know what each of the four answers would lead to.

    Raises
    ------
    InvalidInputError
        Naming the first field that is wrong.
    """

    __slots__ = (
        "batch",
        "bounds",
        "cards",
        "due_cards",
        "for_each_rating",
        "listed",
        "outcomes",
        "targets",
    )

    def __init__(self, body: Any) -> None:
        body = as_object(body)
        self.batch = CARDS in body
        cards = read_list(body, MAXIMUM_CARDS, FIELDS) if self.batch else [body]
        self.for_each_rating = _read_for_each_rating(body)
        self._read_targets(body, MAXIMUM_TARGETS_EACH if self.for_each_rating else MAXIMUM_TARGETS)
        self.bounds = Bounds(body)
        self._read_cards(cards, Moment(body))

    def _read_targets(self, body: dict[str, Any], most: int) -> None:
        given = body.get(TARGET, USUAL_TARGET)
        self.listed = type(given) is list
        if not self.listed:
            self.targets = [_TARGET.read({TARGET: given}, TARGET)]
            return
        if not 1 <= len(given) <= most:
            raise wrong_list(body, TARGET, most, "targets")
        names = [f"{TARGET}[{index}]" for index in range(len(given))]
        self.targets = [_TARGET.read({name: target}, name) for name, target in zip(names, given, strict=True)]

    def _read_cards(self, cards: list[Any], moment: Moment) -> None:
        self.cards: list[Card] = []
        self.due_cards: list[Card] = []
        outcomes = []
        beside = () if self.batch else FIELDS
        for index, sent in enumerate(cards):
            place = index if self.batch else ""
            card = read_to_schedule(sent, place, moment, beside)
            if self.for_each_rating:
                _check_hypothetical(sent, place)
            outcomes.append(read_outcome(sent, place))
            self.cards.append(card)
            if RATING in sent and isinstance(card, (HistoryCard, NewCard)):
                self.due_cards.append(card.answered(read_rating(sent, place)))
            else:
                self.due_cards.append(card)
        check_total(self.cards)
        self.outcomes = outcomes if outcomes.count(None) < len(outcomes) else []


def _read_for_each_rating(body: dict[str, Any]) -> bool:
    wanted: Any = body.get(FOR_EACH_RATING, False)
    if type(wanted) is not bool:
        raise InvalidInputError(FOR_EACH_RATING, f"must be true or false, not {type_name(wanted)}")
    return wanted


def _check_hypothetical(card: dict[str, Any], place: str | int) -> None:
    """Refuse a card for which answers can't be imagined: of three inputs, or with an answer already."""
    if REVIEWS not in card:
        problem = "needs reviews: three inputs don't tell what an answer would lead to; send reviews"
        raise InvalidInputError(FOR_EACH_RATING, problem)
    if RATING in card:
        problem = f"is the answer given now; leave it out with {FOR_EACH_RATING}"
        raise InvalidInputError(inside(place, RATING), problem)
