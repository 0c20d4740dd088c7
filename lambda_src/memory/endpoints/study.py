"""``POST /v1/learners/{learner}/reviews``: reviews in, the next dates out."""

from __future__ import annotations

from http_kit.fields import as_object
from http_kit.response import Response, describe_error, encode
from inference.cards import curves_of
from inference.fields import DAY_STARTS_AT, TIME_ZONE
from memory.card import RememberedCard
from memory.request import (
    CARD,
    DURATION,
    EVENT_ID,
    EXAMPLE,
    FOR_EACH_RATING,
    RATING,
    REVIEWED_AT,
    REVIEWS,
    TARGET,
    ReviewReader,
    full_card,
    read_body_list,
    read_flag,
    read_target,
    study_days,
)
from memory.schedule import describe, for_each_rating, schedules
from memory.service import learner_of
from memory.taking import ACCEPTED, FULL, REPEATED, Sent
from recall.errors import InvalidInputError
from recall.features import SECONDS_PER_DAY

TYPE_CHECKING = False  # `typing` itself costs a cold start 2 ms
if TYPE_CHECKING:
    from typing import Any

    from http_kit.request import Request
    from inference.loaded_model import LoadedModel
    from memory.learner import Learner
    from memory.service import Memory
    from memory.taking import Taken

MAXIMUM_REVIEWS = 1000
FIELDS = (REVIEWS, TARGET, FOR_EACH_RATING, TIME_ZONE, DAY_STARTS_AT)
REVIEW_FIELDS = (EVENT_ID, CARD, RATING, REVIEWED_AT, DURATION)
REJECTED = "rejected"


class StudyRequest:
    """A checked request.

    Parameters
    ----------
    body : JSON value
        The request's body, parsed.
    now : float
        Time of receipt, in seconds since 1970.

    Attributes
    ----------
    sent : list of Sent
        The right reviews, in the order sent.
    rejected : dict of int to InvalidInputError
        The error of each wrong review, by its place.
    target : float or None
        The wanted recall probability, where it is sent.
    for_each_rating : bool
        Whether the caller wants to know what each rating would lead to the next time.

    Raises
    ------
    InvalidInputError
        Naming the first wrong field beside the reviews; or the first in them, if all of them are wrong.
    """

    __slots__ = ("for_each_rating", "rejected", "sent", "target")

    def __init__(self, body: Any, now: float) -> None:
        body = as_object(body, EXAMPLE, FIELDS)
        values = read_body_list(body, REVIEWS, MAXIMUM_REVIEWS)
        self.target = read_target(body)
        self.for_each_rating = read_flag(body, FOR_EACH_RATING)
        reader = ReviewReader(study_days(body), now)
        self.sent: list[Sent] = []
        self.rejected: dict[int, InvalidInputError] = {}
        for index, value in enumerate(values):
            try:
                card, review = reader.read_with_card(value, f"{REVIEWS}[{index}]", REVIEW_FIELDS)
            except InvalidInputError as error:
                self.rejected[index] = error
            else:
                self.sent.append(Sent(index, card, review))
        if not self.sent:
            raise self.rejected[0]


def study(request: Request, memory: Memory) -> Response:
    """Store each right review once, and answer what was expected of it and when its card is due."""
    name = learner_of(request, memory)
    parsed = StudyRequest(request.json(EXAMPLE), memory.clock())
    model = memory.models.current()
    learner, taken = memory.changes.study(name, parsed.sent, model, parsed.target)
    rejected = {place: describe_error(error) for place, error in parsed.rejected.items()}
    rejected |= {
        place: describe_error(full_card(f"{REVIEWS}[{place}]"))
        for place, each in taken.items()
        if each.status == FULL
    }
    shown = _shown(parsed, taken, learner, model)
    results = [
        {"status": REJECTED, "error": rejected[place]} if place in rejected else shown[place]
        for place in range(len(parsed.sent) + len(parsed.rejected))
    ]
    statuses = [result["status"] for result in results]
    counts = {status: statuses.count(status) for status in (ACCEPTED, REPEATED, REJECTED)}
    body = {"results": results, **counts, "model_version": model.version}
    return Response(200, encode(body), facts={**counts, "model_version": model.version})


def _shown(
    parsed: StudyRequest, taken: dict[int, Taken], learner: Learner, model: LoadedModel
) -> dict[int, dict[str, Any]]:
    """Return what is said of each review that is stored; the schedule is the card's after all of them."""
    state, target, shift = learner.state(model.artifact), learner.target, learner.known.shift
    histories = {}
    for each in parsed.sent:
        history = taken[each.place].card.history
        if history is not None:
            histories[each.card] = history
    cards = [RememberedCard(history, history.time) for history in histories.values()]
    found = schedules(curves_of(model, cards, state), cards, target)
    described = {}
    for card, schedule in zip(histories, found, strict=True):
        described[card] = describe(schedule, target)
        if parsed.for_each_rating:
            due = schedule.due / SECONDS_PER_DAY
            described[card][FOR_EACH_RATING] = for_each_rating(
                model, histories[card], state, target, due, shift
            )
    shown = {}
    for place, card, _ in parsed.sent:
        status, review, _ = taken[place]
        about: dict[str, Any] = {EVENT_ID: review.event_id, CARD: card, "status": status}
        about["recall_probability"] = review.probability
        if review.probability is None:
            about["new"] = True
        shown[place] = about | described[card]
    return shown
