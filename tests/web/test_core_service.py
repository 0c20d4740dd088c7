"""The page's model gives what the service responds: from times and zones to recall and intervals."""

import json
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from inference.handler import make_service
from recall.artifact import decode
from recall.learner_text import decode_state, encode_state
from tests.functional.calls import load_event, response_of
from tests.functional.conftest import device  # noqa: F401 - a fixture
from tests.functional.memories import MODEL_FILE
from tests.unit.histories import random_reviews, random_state, seeded
from tests.web.expected import lower
from tests.web.page import evaluated

MODEL = decode(MODEL_FILE.read_bytes())
FOUR = ("again", "hard", "good", "easy")
ZONES = ("America/Los_Angeles", "Asia/Kolkata", "Asia/Tokyo", "Europe/Berlin")
ZONE, NOW = ZoneInfo("Asia/Kolkata"), datetime(2026, 11, 20, 0, 10, tzinfo=ZoneInfo("Asia/Kolkata"))


@pytest.fixture(scope="module")
def call():
    """Give the predicting function with the default model: a path and a body in, the response's body out."""
    settings = {"MODEL_FILE": str(MODEL_FILE), "MODEL_REFRESH_SECONDS": "60", "METRICS_NAMESPACE": "Recall",
                "STAGE": "test"}  # fmt: skip
    service = make_service(settings)

    def send(path, body):
        response = response_of(
            service.respond(load_event("predict_single", path=path, body=json.dumps(body)))
        )
        assert response.status == 200, response.body
        return response.body

    return send


def page(kind, inputs, folder):
    """Return what the page's model makes of inputs of one kind."""
    models = [json.loads(MODEL_FILE.read_text(encoding="utf-8"))]
    return evaluated("core.ts", {"models": models, "states": [], kind: inputs}, folder)[kind]


def studied(random, now):
    """Return a card's reviews up to a moment: when, in whole seconds, rating, and the answer's ms."""
    reviews = random_reviews(random, random.randint(1, 15))
    latest = now - timedelta(days=random.choice((0.01, 0.4, random.uniform(0, 90))))
    return [
        ((latest + timedelta(days=time - reviews[-1][0])).replace(microsecond=0), rating, int(seconds * 1000))
        for time, rating, _, seconds in reviews
    ]


def as_rows(reviews):
    return [[at.timestamp() * 1000, rating, duration] for at, rating, duration in reviews]


def as_json(reviews):
    return [
        {"at": at.isoformat(), "rating": rating, "duration_ms": duration} for at, rating, duration in reviews
    ]


def drawn(count):
    """Yield requests: reviews, now, zone, the day's beginning in minutes, state, target, rating."""
    random = seeded(7)
    for _ in range(count):
        zone = random.choice(ZONES)
        now = datetime(
            2026,
            random.randint(1, 12),
            random.randint(1, 28),
            random.randint(0, 23),
            17,
            tzinfo=ZoneInfo(zone),
        )
        state = encode_state(random_state(random, MODEL.history, random.randint(0, 12)), MODEL.fingerprint)
        target, rating = random.uniform(0.7, 0.97), random.choice((1, 2, 3, 4))
        yield studied(random, now), now, zone, random.choice((240, 0, 150)), state, target, rating


def test_requests_are_answered_as_in_the_page(call, tmp_path):
    requests = list(drawn(300))
    found = page(
        "request",
        [[as_rows(reviews), now.timestamp() * 1000, *rest] for reviews, now, *rest in requests],
        tmp_path,
    )

    for (reviews, now, zone, start, state, target, rating), (recall, intervals, learned) in zip(
        requests, found, strict=True
    ):
        days = {"time_zone": zone, "day_starts_at": f"{start // 60:02}:{start % 60:02}"}
        body = {"reviews": as_json(reviews), "now": now.isoformat(), "learner_state": state} | days
        predicted = call("/v1/predict", body | {"rating": rating})
        curve = call("/v1/curve", body | {"days": 40, "points": 5})
        due = call("/v1/schedule", body | {"target_recall": target})
        each = call("/v1/schedule", body | {"target_recall": target, "for_each_rating": True})
        points = [predicted["recall_probability"], *curve["recall_probability"]]
        expected = [due["interval_days"], *(each[name]["interval_days"] for name in FOUR)]

        assert recall == pytest.approx(points, rel=0, abs=1e-12)
        assert intervals == pytest.approx(expected, rel=1e-9)
        assert learned == predicted["learner_state"]


def test_memory_has_learned_and_offers_what_the_page_says(device, tmp_path):  # noqa: F811 - the fixture
    random = seeded(8)
    cards = {f"card {number:02}": studied(random, NOW) for number in range(12)}
    memory = device(clock=NOW.timestamp)
    days = {"time_zone": ZONE.key, "day_starts_at": "02:30"}
    sent = [
        {"card": name, "reviews": [{"reviewed_at": each.pop("at"), **each} for each in as_json(reviews)]}
        for name, reviews in cards.items()
    ]
    assert memory.import_cards("ann", sent, **days).body["rejected"] == []
    learner = memory.learner("ann").body
    offered = [memory.card("ann", name, for_each_rating="true").body["for_each_rating"] for name in cards]

    inputs = [
        list(map(as_rows, cards.values())),
        NOW.timestamp() * 1000,
        ZONE.key,
        150,
        learner["target_recall"],
    ]
    ((state, buttons),) = page("remembered", [inputs], tmp_path)

    # As text it is rounded to 32 bits.
    np.testing.assert_allclose(
        state, lower(decode_state(learner["learner_state"], MODEL.fingerprint)), rtol=1e-5, atol=1e-6
    )
    expected = [[each[name]["interval_days"] for name in FOUR] for each in offered]
    np.testing.assert_allclose(buttons, expected, rtol=1e-9)
