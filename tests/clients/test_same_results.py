"""The TypeScript client gives what the Python client gives, for lists of any length too."""

import pytest

from .callers import call_blocking

pytestmark = pytest.mark.slow

NOW = {"now": "2026-11-20T09:00:00Z"}
CARD = {"days_since_last_review": 3, "review_count": 4, "difficulty": 5.5}
HISTORY = {
    "reviews": [{"at": "2026-11-12T08:15:00+09:00", "rating": 1}, {"at": "2026-11-17T07:40:00Z", "rating": 4}]
}
NEW = {"reviews": []}
OUTCOME = {"learner": "ann", "card": "gato", "reviewed_at": "2026-11-20T08:15:00Z", "rating": 3}


def deck(count, every_third_recalled=False):
    cards = [
        {
            "days_since_last_review": i * 37 % 997 / 10,
            "review_count": 1 + i % 40,
            "difficulty": 1 + i % 90 / 10,
        }
        for i in range(count)
    ]
    for i in range(0, count, 3) if every_third_recalled else ():
        cards[i]["recalled"] = i % 2 == 0
    return cards


def outcomes(count, **wrong):
    return [
        OUTCOME | {"event_id": f"é{i}"} | (wrong if i >= 1000 else {}) for i in range(count)
    ]  # é: two bytes


CALLS = {
    "one card": ("predict", CARD, NOW),
    "a history": ("predict", HISTORY, NOW | {"time_zone": "Asia/Tokyo", "day_starts_at": "05:00"}),
    "a new card": ("predict", NEW, {}),
    "an outcome": ("predict", CARD | {"rating": 3}, {"learner_state": None}),
    "a mixed list": ("predict", [CARD, HISTORY, NEW], NOW),
    "an empty list": ("predict", [], {}),
    "2,001 cards": ("predict", deck(2001), NOW),
    "2,001 cards with outcomes": ("schedule", deck(2001, True), NOW | {"target_recall": 0.8}),
    "long histories": (
        "predict",
        [{"reviews": [{"days_ago": 1 + i, "rating": 3}] * 600} for i in range(170)],
        NOW,
    ),
    "a schedule": ("schedule", HISTORY, NOW),
    "a schedule for two targets": ("schedule", CARD, {"target_recall": [0.95, 0.5], "max_interval": 1}),
    "a schedule for each rating": ("schedule_each_rating", HISTORY, NOW),
    "schedules for each rating": (
        "schedule_each_rating",
        [HISTORY, NEW],
        NOW | {"target_recall": [0.9, 0.8]},
    ),
    "a curve": ("curve", CARD, {"days": 10, "points": 6}),
    "a ranking": ("rank", [CARD, NEW, HISTORY], NOW | {"by": "loss"}),
    "a large ranking": ("rank", deck(10_400, True), NOW | {"limit": 10_200}),
    "an empty deck": ("rank", [], {"limit": 3}),
    "reviews": ("send_reviews", outcomes(2100)),
    "reviews of which a part is wrong": ("send_reviews", outcomes(2010, rating=9)),
    "reviews with repeats": ("send_reviews", [*outcomes(1000), *outcomes(3)]),
    "no reviews": ("send_reviews", []),
    "health": ("health",),
    "the model": ("model",),
    "its parameters": ("model_parameters",),
    "quality": ("quality",),
    "a wrong card": ("predict", [*deck(1500), CARD | {"difficulty": 11}], NOW),
    "a wrong option": ("rank", [CARD], {"by": "name"}),
    "reviews that are all wrong": ("send_reviews", [OUTCOME] * 1001),
}


@pytest.mark.parametrize("name", CALLS)
def test_call_gives_the_same(server, node, name):
    server.faults.clear()
    method, *cards = CALLS[name]
    options = cards.pop() if len(cards) == 2 else {}
    expected = call_blocking(server.endpoint, method, *cards, **options)
    outcome = node(server.endpoint, method, *cards, **options)

    assert outcome == expected
    assert (expected.error is None) == ("wrong" not in name or "part" in name)
