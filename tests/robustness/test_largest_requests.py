"""The largest requests that the limits allow are answered: in bounded time, within what Lambda can send."""

import json
import random

import pytest

from .responses import checked

# Slow: requests of 3 MB.
pytestmark = pytest.mark.slow

CHANCE = random.Random(5)  # noqa: S311 - any cards will do
LAMBDA_RESPONSE_BYTES = 6 * 1024 * 1024
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


def review(number):
    ids = dict.fromkeys(("event_id", "learner", "card", "model_version"), f"{number:0128}")
    return ids | {"reviewed_at": "2026-11-12T08:15:00.123456+01:00", "rating": 3, "recall_probability": 0.5}


def studied(number, card):
    at = f"2026-{1 + number % 10:02}-{1 + number % 28:02}T08:15:{number % 60:02}.123456+01:00"
    ids = {"event_id": f"{number:0128}", "card": f"{card:0128}"}
    return ids | {"reviewed_at": at, "rating": 1 + number % 4, "duration_ms": 3_600_000}


def imported(number):
    reviews = [studied(review, number) for review in range(2)]
    for review in reviews:
        del review["event_id"], review["card"]
    return {"card": f"{number:0128}", "reviews": reviews}


# Each with what makes its body: other tests needn't wait for them.
LARGEST = {
    "predict inputs": (
        "/v1/predict",
        lambda: {"cards": [inputs() | {"recalled": True} for _ in range(1000)]},
    ),
    "predict histories": ("/v1/predict", lambda: {"cards": [history(100) for _ in range(1000)]}),
    "schedule inputs": (
        "/v1/schedule",
        lambda: {"cards": [inputs() for _ in range(1000)], "target_recall": TARGETS},
    ),
    "schedule histories": (
        "/v1/schedule",
        lambda: {
            "cards": [history(100) for _ in range(1000)],
            "target_recall": TARGETS,
            "learner_state": None,
        },
    ),
    "schedule each rating": (
        "/v1/schedule",
        lambda: {
            "cards": [history(100) for _ in range(1000)],
            "target_recall": TARGETS[:3],
            "for_each_rating": True,
        },
    ),
    "curve": ("/v1/curve", lambda: history(2000) | {"points": 500, "days": 36500}),
    "rank inputs": ("/v1/rank", lambda: {"cards": [inputs() for _ in range(10_000)], "by": "loss"}),
    "rank histories": ("/v1/rank", lambda: {"cards": [history(10) for _ in range(10_000)], "by": "loss"}),
    "reviews": ("/v1/reviews", lambda: {"reviews": [review(number) for number in range(1000)]}),
    "study": (
        "/v1/learners/{learner}/reviews",
        lambda: {"reviews": [studied(number, number) for number in range(1000)], "for_each_rating": True},
    ),
    "import": (
        "/v1/learners/{learner}/import",
        lambda: {"cards": [imported(number) for number in range(1000)]},
    ),
    "reviews of which one is right": (
        "/v1/reviews",
        lambda: {"reviews": [review(0), *({"\u0301" * 3000: 1} for _ in range(150)), *([7] * 849)]},
    ),
}


@pytest.mark.parametrize(("path", "make_body"), LARGEST.values(), ids=LARGEST)
def test_largest_request_is_answered_within_what_lambda_can_send(service, post, path, make_body):
    body = make_body()
    response = checked(service, post(path, json.dumps(body, separators=(",", ":")).encode()))

    assert response.status in {200, 202}
    assert len(json.dumps(response.body)) < LAMBDA_RESPONSE_BYTES / 2
