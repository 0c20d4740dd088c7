"""``GET /v1/learners/{learner}/due``: the cards to review now, and how many come in the next weeks."""

from __future__ import annotations

from binascii import a2b_base64
from datetime import date, timedelta
from heapq import nsmallest

from http_kit.fields import Number
from http_kit.response import Response, encode
from http_kit.timestamps import as_timestamp
from inference.cards import curves_of
from memory.card import RememberedCard, unpack_history
from memory.learner import Learner
from memory.request import LIMIT, LOSS, ORDER, RECALL, UNTIL, query_choice, query_number, query_time
from memory.reviews import study_day
from memory.schedule import BOUNDS
from memory.service import learner_of
from memory.table import FOR_DUE, LEARNER_ITEM, card_name, read_target_and_known
from recall.errors import InvalidInputError
from recall.features import SECONDS_PER_DAY

TYPE_CHECKING = False  # `typing` itself costs a cold start 2 ms
if TYPE_CHECKING:
    from typing import Any

    from http_kit.request import Request
    from inference.loaded_model import LoadedModel
    from memory.service import Memory
    from memory.table import Item

    # What puts it first (the smallest), the card's id, recall now, days until it is due, and in seconds since
    # 1970 when it is, and when its last review was
    Candidate = tuple[float, str, float, float, float, float]

FORECAST_DAYS = 60
DEFAULT_LIMIT = 100
_LIMIT = Number(1, 1000, whole=True)


class DueRequest:
    """A checked request.

    Parameters
    ----------
    query : dict of str to str
        The query's parameters.
    now : float
        Time of receipt, in seconds since 1970.

    Attributes
    ----------
    now, until : float
        Cards that are due by `until` are wanted, with their recall at `now`; seconds since 1970.
    limit : int
        How many cards to answer at most.
    by_loss : bool
        Whether what is lost by tomorrow counts, rather than recall now.

    Raises
    ------
    InvalidInputError
        Naming the first parameter that is wrong.
    """

    __slots__ = ("by_loss", "limit", "now", "until")

    def __init__(self, query: dict[str, str], now: float) -> None:
        self.now = now
        self.limit = query_number(query, LIMIT, _LIMIT, DEFAULT_LIMIT)
        self.by_loss = query_choice(query, ORDER, (RECALL, LOSS)) == LOSS
        self.until = query_time(query, UNTIL, now)
        if self.until > now + FORECAST_DAYS * SECONDS_PER_DAY:
            problem = f"must be at most {FORECAST_DAYS} days after now ({as_timestamp(now)})"
            raise InvalidInputError(UNTIL, problem)


class DueList:
    """A learner's due cards, found page by page; of the cards, only the first ones are kept.

    Parameters
    ----------
    wanted : DueRequest
        Which cards are wanted.
    model : LoadedModel
        The model that is live.

    Attributes
    ----------
    first : list of candidate
        The most urgent cards, at most as many as are wanted.
    due : int
        How many cards are due in all.
    per_day : list of int
        How many cards become due on each of the next `FORECAST_DAYS` study days; overdue ones count today.
    target : float
        The recall probability at which the learner wants cards to come back.
    today : int
        Number of the learner's study day, in days since 1970.
    """

    def __init__(self, wanted: DueRequest, model: LoadedModel) -> None:
        self._wanted = wanted
        self._model = model
        self._learner = Learner()
        self.first: list[Candidate] = []
        self.due = 0
        self.per_day = [0] * FORECAST_DAYS
        self.target = self._learner.target
        self.today = self._day(wanted.now)

    def take(self, page: list[Item]) -> None:
        """Take in a page of the learner's items; the learner's own comes first of all."""
        if page and page[0]["item"]["S"] == LEARNER_ITEM:
            self.target, self._learner.known = read_target_and_known(page.pop(0))
            self.today = self._day(self._wanted.now)
        if page:
            self._take_cards(page)

    def _take_cards(self, page: list[Item]) -> None:
        wanted, now = self._wanted, self._wanted.now / SECONDS_PER_DAY
        cards = [RememberedCard(unpack_history(a2b_base64(item["history"]["B"])), now) for item in page]
        curves = curves_of(self._model, cards, self._learner.state(self._model.artifact))
        due: list[tuple[int, float, float]] = []
        for index, (card, (reached,)) in enumerate(zip(cards, curves.intervals([self.target]), strict=True)):
            days = BOUNDS.within(card, reached)
            seconds = card.last_review + days * SECONDS_PER_DAY
            day = self._day(seconds) - self.today
            if day < FORECAST_DAYS:
                self.per_day[day if day > 0 else 0] += 1
            if seconds <= wanted.until:
                due.append((index, days, seconds))
        if not due:
            return
        self.due += len(due)
        elapsed = [card.inputs[0] for card in cards]
        recall = curves.recall(elapsed)
        later = curves.recall([days + 1.0 for days in elapsed]) if wanted.by_loss else recall
        # Recall that rises is no loss; and rounding alone could make one of nothing negative.
        losses = [max(0.0, p - after) for p, after in zip(recall, later, strict=True)]
        candidates = (
            (
                -losses[index] if wanted.by_loss else recall[index],
                card_name(page[index]),
                recall[index],
                days,
                seconds,
                cards[index].last_review,
            )
            for index, days, seconds in due
        )
        self.first = nsmallest(wanted.limit, [*self.first, *candidates])

    def _day(self, seconds: float) -> int:
        return study_day(int(seconds * 1_000_000), self._learner.known.shift)


def due(request: Request, memory: Memory) -> Response:
    """Answer the cards that are due, the most urgent first, and a forecast; empty for an unknown learner."""
    name = learner_of(request, memory)
    wanted = DueRequest(request.query((LIMIT, UNTIL, ORDER)), memory.clock())
    model = memory.models.current()
    found = DueList(wanted, model)
    for page in memory.table.pages(name, FOR_DUE):
        found.take(page)
    first_day = date(1970, 1, 1) + timedelta(days=found.today)
    body = {
        "cards": [_described(candidate, by_loss=wanted.by_loss) for candidate in found.first],
        "due": found.due,
        "forecast": [
            {"date": (first_day + timedelta(days=day)).isoformat(), "cards": count}
            for day, count in enumerate(found.per_day)
        ],
        "target_recall": found.target,
        "model_version": model.version,
    }
    return Response(200, encode(body), facts={"model_version": model.version})


def _described(candidate: Candidate, *, by_loss: bool) -> dict[str, Any]:
    order, name, recall, days, due_at, last_review = candidate
    described = {
        "card": name,
        "recall_probability": recall,
        "due_at": as_timestamp(due_at),
        "interval_days": days,
        "last_reviewed_at": as_timestamp(last_review),
    }
    return described | {"expected_loss": -order or 0.0} if by_loss else described
