"""The largest requests that the limits allow are answered: in bounded time, within what Lambda can send."""

import json
import random

import pytest

from .answers import checked

CHANCE = random.Random(5)  # noqa: S311 - any cards will do
LAMBDA_ANSWER_BYTES = 6 * 1024 * 1024
TARGETS = [0.05 + 0.09 * step for step in range(10)]


def history(reviews):
    return {
        "reviews": [
            {"days_ago": CHANCE.randint(0, 999), "rating": CHANCE.randint(1, 4)} for _ in range(reviews)
        ]
    }


def inputs():
    return {
        "days_since_last_review": CHANCE.random() * 100,
        "review_count": CHANCE.randint(1, 50),
        "difficulty": 1 + CHANCE.random() * 9,
    }


LARGEST = {
    "predict inputs": ("/v1/predict", {"cards": [inputs() | {"recalled": True} for _ in range(1000)]}),
    "predict histories": ("/v1/predict", {"cards": [history(100) for _ in range(1000)]}),
    "schedule inputs": ("/v1/schedule", {"cards": [inputs() for _ in range(1000)], "target_recall": TARGETS}),
    "schedule histories": (
        "/v1/schedule",
        {"cards": [history(100) for _ in range(1000)], "target_recall": TARGETS, "learner_offset": 5},
    ),
    "curve": ("/v1/curve", history(2000) | {"points": 500, "days": 36500}),
    "rank inputs": ("/v1/rank", {"cards": [inputs() for _ in range(10_000)], "by": "loss"}),
    "rank histories": ("/v1/rank", {"cards": [history(10) for _ in range(10_000)], "by": "loss"}),
}


@pytest.mark.parametrize(("path", "body"), LARGEST.values(), ids=LARGEST)
def test_largest_request_is_answered_within_what_lambda_can_send(service, post, path, body):
    answer = checked(service, post(path, json.dumps(body, separators=(",", ":")).encode()))

    assert answer.status == 200
    assert len(json.dumps(answer.body)) < LAMBDA_ANSWER_BYTES / 2
