"""``POST /v1/schedule``: the days from the last review until recall falls to a target."""

from __future__ import annotations

from http_kit.fields import Number
from http_kit.problems import inside, type_name, wrong_list
from http_kit.response import Response, encode
from http_kit.timestamps import as_timestamp
from inference.bounds import Bounds
from inference.cards import as_object, check_total, curves_of, fixed_inputs_out_of_range, read_list
from inference.fields import BESIDE, CARDS, EXAMPLE, MAXIMUM_CARDS, RATING, REVIEWS
from inference.histories import HistoryCard, Moment, NewCard
from inference.learner import Learner
from inference.outcomes import read_outcome, read_rating
from inference.timeless import read_to_schedule
from recall.errors import InvalidInputError
from recall.features import AGAIN, EASY, GOOD, HARD, SECONDS_PER_DAY

TYPE_CHECKING = False  # `typing` itself costs a cold start 2 ms
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from http_kit.request import Request
    from inference.cards import Card
    from inference.loaded_model import LoadedModel
    from inference.model_store import ModelStore
    from recall.learner import LearnerState

TARGET, FOR_EACH_RATING = "target_recall", "for_each_rating"
FIELDS = (TARGET, *Bounds.FIELDS, FOR_EACH_RATING, *BESIDE)
DEFAULT_TARGET = 0.9
MAXIMUM_TARGETS = 10
MAXIMUM_TARGETS_EACH = 3  # with `for_each_rating`: an answer must fit into what Lambda can send
_TARGET = Number(0, 1, open_below=True, open_above=True)
RATING_NAMES = {"again": AGAIN, "hard": HARD, "good": GOOD, "easy": EASY}


class ScheduleRequest:
    """A checked scheduling request.

    Parameters
    ----------
    body : JSON value
        The request's body, parsed.

    Attributes
    ----------
    cards : list of card
        The cards as sent, before any rating given now.
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
        What the shortest and the longest interval may be, in days.
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
        given = body.get(TARGET, DEFAULT_TARGET)
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
        check_total(cards)
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


def schedule(request: Request, store: ModelStore) -> Response:
    """Answer when each card is due, or would be after each of the four answers.

    All intervals are for the learner as sent: so an answer leads to what ``for_each_rating`` said of it.
    """
    body = request.json(EXAMPLE)
    parsed = ScheduleRequest(body)
    model = store.current()
    learner = Learner(body, model)
    describe = _for_each_rating if parsed.for_each_rating else _for_each_card
    results = describe(parsed, model, learner.state)
    learned = learner.after(parsed.cards, parsed.outcomes)
    if parsed.batch:
        shown: dict[str, Any] = {"results": results, "model_version": model.version, **learned}
    else:
        shown = results[0] | learned
    return Response(200, encode(shown), facts={"predictions": len(results), "model_version": model.version})


def _for_each_card(request: ScheduleRequest, model: LoadedModel, state: LearnerState) -> list[dict[str, Any]]:
    results = _results(request, model, state, request.due_cards)
    return [result | _about(model, card) for result, card in zip(results, request.due_cards, strict=True)]


def _for_each_rating(
    request: ScheduleRequest, model: LoadedModel, state: LearnerState
) -> list[dict[str, Any]]:
    with_reviews: list[Any] = request.cards  # the request has refused three inputs
    answered = [card.answered(rating) for card in with_reviews for rating in RATING_NAMES.values()]
    results = iter(_results(request, model, state, answered))
    return [
        {name: next(results) for name in RATING_NAMES} | _about(model, card, hypothetical=True)
        for card in request.cards
    ]


def _about(model: LoadedModel, card: Card, *, hypothetical: bool = False) -> dict[str, Any]:
    """Return what is said of a card beside its intervals."""
    about: dict[str, Any] = {"model": card.model_part(model.artifact), "model_version": model.version}
    if card.new:
        return about if hypothetical else about | {"new": True}
    names = fixed_inputs_out_of_range(card, model.ranges)
    return about | {"out_of_range": names} if names else about


def _results(
    request: ScheduleRequest, model: LoadedModel, state: LearnerState, cards: Sequence[Card]
) -> list[dict[str, Any]]:
    """Return the interval of each card for the target, or all of them for several targets."""
    curves = curves_of(model, cards, state)
    bounds, (_, trained_days) = request.bounds, model.ranges[0]
    highest = curves.recall([bounds.of_card(card)[0] for card in cards])
    results = []
    for card, most, intervals in zip(cards, highest, curves.intervals(request.targets), strict=True):
        found = []
        for target, reached in zip(request.targets, intervals, strict=True):
            days, bound = bounds.choose(card, reached, reachable=most >= target)
            result = _described(card, target, days, bound, most)
            if days > trained_days:
                result["extrapolated"] = True
            found.append(result)
        results.append({"intervals": found} if request.listed else found[0])
    return results


def _described(card: Card, target: float, days: float, bound: str | None, highest: float) -> dict[str, Any]:
    """Return an interval of a card as JSON values; `highest` is recall after the shortest one."""
    reachable = highest >= target
    result: dict[str, Any] = {"interval_days": days, "target_recall": target, "reachable": reachable}
    if not reachable:
        result["highest_recall"] = highest
    if card.last_review is not None:
        result["due_at"] = as_timestamp(card.last_review + days * SECONDS_PER_DAY)
    if bound is not None:
        result["bound_by"] = bound
    return result
