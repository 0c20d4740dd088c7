"""The requests that every function gets, and the check of their answers."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, NamedTuple

from benchmarks.errors import BenchmarkError

# scikit-learn's matrix product and ours may add up in another order.
TOLERANCE = 1e-12
# A text that tests/text/vectors.json has the real library's vector of, and what others may look like.
TEXT = "What is the capital of France?"


def _first_card(body: dict[str, Any]) -> float:
    probability: float = body.get("results", [body])[0]["recall_probability"]
    return probability


class Right(NamedTuple):
    """What a response must say: a number, in which the found one may differ from it, and where it's found."""

    value: float
    tolerance: float = TOLERANCE
    found: Callable[[dict[str, Any]], float] = _first_card


def card(index: int) -> dict[str, float]:
    """Return one of many different cards."""
    return {
        "days_since_last_review": 3 + index % 97,
        "review_count": 4 + index % 29,
        "difficulty": 5.5 + index % 9 / 2,
    }


def event(path: str, body: str | None, *, method: str = "POST", request_id: str = "bench") -> dict[str, Any]:
    """Return API Gateway's event of a request; the body is JSON text, or None."""
    context = {"requestId": request_id, "stage": "bench", "resourcePath": path, "httpMethod": method}
    return {
        "resource": path,
        "path": path,
        "httpMethod": method,
        "headers": {"Content-Type": "application/json"},
        "requestContext": context,
        "body": body,
        "isBase64Encoded": False,
    }


def predict_event(cards: int) -> dict[str, Any]:
    """Return the event of a prediction for one card, or for a list of them."""
    body = card(0) if cards == 1 else {"cards": [card(index) for index in range(cards)]}
    return event("/v1/predict", json.dumps(body))


def embed_event(count: int) -> dict[str, Any]:
    """Return the event of a request for the vectors of so many short texts, `TEXT` first."""
    texts = [TEXT, *(f"What is the capital of country number {number}?" for number in range(1, count))]
    return event("/v1/embed", json.dumps({"texts": texts}))


def check(answer: dict[str, Any], right: Right, name: str) -> None:
    """Compare a response with what it must say: a fast wrong answer is worth nothing.

    Parameters
    ----------
    answer : dict
        The function's response, as API Gateway takes it.
    right : Right
        What it must say.
    name : str
        The function's name, for the error.

    Raises
    ------
    BenchmarkError
        If it differs, or there is none.
    """
    body = json.loads(answer["body"])
    try:
        found = right.found(body)
    except (KeyError, IndexError, TypeError) as error:
        raise BenchmarkError(f"{name}: answers {answer}") from error
    if not abs(found - right.value) <= right.tolerance:
        raise BenchmarkError(f"{name}: answers {found}, not {right.value}")
