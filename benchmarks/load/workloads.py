"""The requests: many different ones of each workload, the same in every run, none of them tied to a clock."""

from __future__ import annotations

import json
from itertools import islice
from typing import Any, NamedTuple

from benchmarks.calls import card, event
from benchmarks.endpoints import NOW, histories

ONE, MANY, MIX = "predict, 1 card", "predict, 20 cards", "mix of endpoints"
CARDS = 20
REQUESTS = 50  # different ones, of each workload and of each part of the mix
REVIEWS = {"now": NOW, "learner_state": None}


class Request(NamedTuple):
    """A request; no two of a list that have a body have the same answer."""

    method: str
    path: str
    body: str | None = None

    def as_event(self, request_id: str) -> dict[str, Any]:
        """Return API Gateway's event."""
        return event(self.path, self.body, method=self.method, request_id=request_id)


def workloads() -> dict[str, list[Request]]:
    """Return the requests of each workload, by its name."""
    decks = [[card(CARDS * number + index) for index in range(CARDS)] for number in range(REQUESTS)]
    reviewed = list(islice(histories("at"), REQUESTS * CARDS // 4))
    return {
        ONE: [_post("predict", card(number)) for number in range(REQUESTS)],
        MANY: [_post("predict", {"cards": deck}) for deck in decks],
        MIX: [
            request
            for number, deck in enumerate(decks)
            for request in _mixed(number, deck, reviewed[5 * number : 5 * number + 5])
        ],
    }


def _mixed(number: int, deck: list[dict[str, float]], reviewed: list[dict[str, Any]]) -> list[Request]:
    """Return one request of each kind."""
    first = {name: deck[0][name] for name in ("review_count", "difficulty")}
    targets = [0.7, 0.8, 0.9]
    return [
        _post("predict", deck[0] | {"learner_state": None, "recalled": number % 2 == 0}),
        _post("predict", REVIEWS | {"cards": [*deck, *reviewed]}),
        _post("schedule", REVIEWS | {"cards": reviewed}),
        _post("schedule", first | {"target_recall": targets}),
        _post("curve", first | {"days": 100 + number, "points": 50}),
        _post("rank", REVIEWS | {"cards": [*reviewed, *deck], "by": "loss"}),
        Request("GET", "/v1/model"),
        Request("GET", "/v1/health"),
    ]


def _post(endpoint: str, body: dict[str, Any]) -> Request:
    return Request("POST", f"/v1/{endpoint}", json.dumps(body))
