"""Learners with cards, and the requests that are measured on them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

from benchmarks.calls import event
from benchmarks.errors import BenchmarkError
from http_kit.service import Service

LEARNER = "/v1/learners/{learner}"
IN_ONE_IMPORT = 1000  # cards
REVIEWS_A_CARD = 6
NOW = datetime.now(UTC).replace(microsecond=0)

Event = dict[str, Any]


def call(method: str, resource: str, learner: str, body: Any = None) -> Event:
    """Return the event of a call of the memory's."""
    text = None if body is None else json.dumps(body)
    encoded = quote(learner)
    sent = event(resource.replace("{learner}", encoded), text, method=method)
    return sent | {"resource": resource, "pathParameters": {"learner": encoded}}


def due(learner: str) -> Event:
    """Return the request of a due list."""
    return call("GET", f"{LEARNER}/due", learner)


def study(learner: str, cards: range, turn: int, days_ago: float = 0.0) -> Event:
    """Return the request that answers cards by their numbers; another `turn`, another answer."""
    at = (NOW - timedelta(days=days_ago) + timedelta(seconds=turn)).isoformat()
    reviews = [
        {"event_id": f"{turn}-{card}", "card": f"card {card}", "rating": 3, "reviewed_at": at}
        for card in cards
    ]
    return call("POST", f"{LEARNER}/reviews", learner, {"reviews": reviews})


def decks(learner: str, cards: int) -> Iterator[Event]:
    """Return the requests that import a learner's cards, each with `REVIEWS_A_CARD` reviews."""
    for first in range(0, cards, IN_ONE_IMPORT):
        numbers = range(first, min(first + IN_ONE_IMPORT, cards))
        body = {"cards": [{"card": f"card {card}", "reviews": _reviews(card)} for card in numbers]}
        yield call("POST", f"{LEARNER}/import", learner, body)


def _reviews(card: int) -> list[dict[str, Any]]:
    """Return reviews at growing distances, the last one 1 to 30 days ago, with failures among them."""
    days_ago = [1 + card * 7 % 30 + (REVIEWS_A_CARD - n) ** 2 * (2 + card % 5) for n in range(REVIEWS_A_CARD)]
    return [
        {
            "rating": 1 if (card + n) % 9 == 0 else 3,
            "reviewed_at": (NOW - timedelta(days=ago, seconds=card)).isoformat(),
            "duration_ms": 2000 + 500 * (card % 11),
        }
        for n, ago in enumerate(days_ago)
    ]


def prepare(service: Service, events: Iterable[Event]) -> None:
    """Make the calls that prepare a measurement.

    Raises
    ------
    BenchmarkError
        If one of them fails.
    """
    for sent in events:
        answer = service.respond(sent)
        if answer["statusCode"] != 200:  # noqa: PLR2004 - a half-filled table would be measured
            raise BenchmarkError(f"{sent['path']}: answers {answer}")
