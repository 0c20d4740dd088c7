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


def event(cards: int) -> bytes:
    """Return API Gateway's event, JSON, for one card or for a list of them."""
    body = card(0) if cards == 1 else {"cards": [card(index) for index in range(cards)]}
    context = {"requestId": "bench", "stage": "bench", "resourcePath": "/v1/predict", "httpMethod": "POST"}
    request = {
        "resource": "/v1/predict",
        "path": "/v1/predict",
        "httpMethod": "POST",
        "headers": {"Content-Type": "application/json"},
        "requestContext": context,
        "body": json.dumps(body),
        "isBase64Encoded": False,
    }
    return json.dumps(request).encode()


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
