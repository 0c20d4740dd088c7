"""The requests that every function gets, and the check of their answers."""

from __future__ import annotations

import json
from typing import Any

from benchmarks.errors import BenchmarkError

# scikit-learn's matrix product and ours may add up in another order.
TOLERANCE = 1e-12


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


def check(answer: dict[str, Any], expected: float, name: str) -> None:
    """Compare the first card's probability with the right one: a fast wrong answer is worth nothing.

    Parameters
    ----------
    answer : dict
        The function's response, as API Gateway takes it.
    expected : float
        The first card's recall probability.
    name : str
        The function's name, for the error.

    Raises
    ------
    BenchmarkError
        If it differs, or there is none.
    """
    body = json.loads(answer["body"])
    first = body.get("results", [body])[0]
    probability = first.get("recall_probability")
    if probability is None or abs(probability - expected) > TOLERANCE:
        raise BenchmarkError(f"{name}: answers {answer}, not {expected}")
