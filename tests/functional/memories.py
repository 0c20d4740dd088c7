"""The memory's API, called as API Gateway calls it: a service of its own, with a table in DynamoDB."""

import json
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from unittest.mock import patch
from urllib.parse import parse_qs, quote, urlsplit

from http_kit.service import Service
from memory import handler
from memory.dynamodb import DynamoDB

from .calls import Response, response_of
from .dynamodb import memory_environment
from .fakes import FakeReader

MODEL_FILE = Path(__file__).parents[2] / "lambda_src" / "inference" / "default_model" / "model.json"
LEARNER = "/v1/learners/{learner}"
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC).timestamp()
# As POST /v1/reviews takes it.
REVIEW = {
    "event_id": "e1",
    "learner": "ann",
    "card": "gato",
    "reviewed_at": "2026-11-20T08:15:00Z",
    "rating": 3,
}


class Environment:
    """A service that has one request at a time, as an execution environment of Lambda's has.

    Its connection to DynamoDB is for one, and a page or a test may call while another call is running.
    """

    def __init__(self, service: Service) -> None:
        self._service = service
        self._free = threading.Lock()

    def respond(self, event: dict[str, Any]) -> dict[str, Any]:
        """Respond to an event, once those before it have their responses."""
        with self._free:
            return self._service.respond(event)


class Memory:
    """One device's way to the memory.

    Parameters
    ----------
    table : str
        Name of the table.
    url : str
        Endpoint of its DynamoDB.
    key : str
        Id of the API key that the calls come with.
    clock : callable
        Returns the time, in seconds since 1970.
    lake : FakeReader, optional
        The data lake, in which the report on the predictions may be.
    **variables : str
        More of the function's variables, or others in their place.
    """

    def __init__(
        self,
        table: str,
        url: str,
        *,
        key: str = "first",
        clock: Callable[[], float] = time.time,
        lake: FakeReader | None = None,
        **variables: str,
    ) -> None:
        self.key = key
        environment = memory_environment(table, url, **({"MODEL_FILE": str(MODEL_FILE)} | variables))
        self._store = DynamoDB(environment)
        with (
            patch.object(handler, "DynamoDB", lambda _environment: self._store),
            patch.object(handler, "S3Reader", lambda *_: lake or FakeReader()),
        ):
            self.service = Environment(handler.make_service(environment, clock))

    def close(self) -> None:
        """Close the connection, which an environment keeps as long as it lives."""
        self._store.close()

    def call(
        self, method: str, resource: str, body: Any = None, query: dict[str, str] | None = None, **ids: str
    ) -> Response:
        """Call an endpoint; `ids` are the values of the path's parameters, still encoded."""
        text = body if isinstance(body, str) or body is None else json.dumps(body)
        encoded = {name: quote(value, safe="") for name, value in ids.items()}
        return response_of(
            self.service.respond(
                {
                    "resource": resource,
                    "path": resource.format(**encoded),
                    "httpMethod": method,
                    "headers": {"Content-Type": "application/json"},
                    "queryStringParameters": query,
                    "pathParameters": encoded,
                    "requestContext": {"requestId": "r-1", "identity": {"apiKeyId": self.key}},
                    "body": text,
                    "isBase64Encoded": False,
                }
            )
        )

    def study(self, learner: str, reviews: list[dict[str, Any]], **more: Any) -> Response:
        """Send reviews, and what may stand beside them."""
        return self.call("POST", f"{LEARNER}/reviews", {"reviews": reviews} | more, learner=learner)

    def due(self, learner: str, **query: str) -> Response:
        """Request the cards to review."""
        return self.call("GET", f"{LEARNER}/due", query=query or None, learner=learner)

    def card(self, learner: str, card: str, **query: str) -> Response:
        """Request one card."""
        return self.call("GET", f"{LEARNER}/cards/{{card}}", query=query or None, learner=learner, card=card)

    def delete_card(self, learner: str, card: str) -> Response:
        """Delete a card."""
        return self.call("DELETE", f"{LEARNER}/cards/{{card}}", learner=learner, card=card)

    def undo(self, learner: str, event_id: str) -> Response:
        """Take a review back."""
        resource = f"{LEARNER}/reviews/{{event_id}}"
        return self.call("DELETE", resource, learner=learner, event_id=event_id)

    def learner(self, learner: str) -> Response:
        """Request what is known of a learner."""
        return self.call("GET", LEARNER, learner=learner)

    def erase(self, learner: str) -> Response:
        """Delete a learner."""
        return self.call("DELETE", LEARNER, learner=learner)

    def import_cards(self, learner: str, cards: list[dict[str, Any]], **more: Any) -> Response:
        """Send cards with old reviews."""
        return self.call("POST", f"{LEARNER}/import", {"cards": cards} | more, learner=learner)

    def export(self, learner: str) -> list[dict[str, Any]]:
        """Return the exported reviews of all pages; empty for an unknown learner."""
        reviews, query = [], None
        while True:
            page = self.call("GET", f"{LEARNER}/export", query=query, learner=learner)
            if page.status == 404:
                return []
            assert page.status == 200
            reviews += [json.loads(line) for line in page.body.splitlines()]
            if "Link" not in page.headers:
                return reviews
            address = page.headers["Link"].partition("<")[2].partition(">")[0]
            query = {name: value for name, (value,) in parse_qs(urlsplit(address).query).items()}
