"""A service whose model has every part: a schedule curve, a history model, the ranges of its training."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from inference.handler import Service
from recall.artifact import Artifact, encode
from recall.curve import PowerCurve
from recall.history_features import history_features
from recall.replay import history_of

from ..unit.histories import random_model, seeded
from .calls import answer_of, load_event
from .fakes import CURVE, TRAINING

SCHEDULE = PowerCurve((1.4, 1.1, -0.1), (0.5, 0.3, 0.7), (-3.0, -0.1, 0.3))
HISTORY = random_model(seeded(3), size=0.05)
RANGES = {"days_since_last_review": [1, 400], "review_count": [1, 60], "difficulty": [1.4, 8]}
ARTIFACT = Artifact(CURVE, TRAINING | {"ranges": RANGES}, SCHEDULE, HISTORY)

NOW = "2026-11-20T09:00:00Z"
NOW_AT = datetime(2026, 11, 20, 9, tzinfo=UTC)
REVIEWS = [
    {"at": "2026-11-02T08:15:00Z", "rating": 1},
    {"at": "2026-11-02T08:25:00Z", "rating": 3},
    {"at": "2026-11-05T23:02:11Z", "rating": 3},
    {"at": "2026-11-14T07:40:00+01:00", "rating": 4},
]


@pytest.fixture(scope="session")
def ask(tmp_path_factory):
    """Give the call of a warm service with the whole model: a path and a body in, an `Answer` out."""
    path = tmp_path_factory.mktemp("full") / "model.json"
    path.write_bytes(encode(ARTIFACT))
    settings = {"MODEL_REFRESH_SECONDS": "60", "METRICS_NAMESPACE": "Recall", "STAGE": "test"}
    service = Service(settings | {"MODEL_FILE": str(path)})

    def call(path, body):
        text = body if isinstance(body, str) else json.dumps(body)
        return answer_of(service.respond(load_event("predict_single", path=path, body=text)))

    return call


def moment(review):
    """Return when a review was: of its `at`, or so many days before `NOW`."""
    if "at" in review:
        return datetime.fromisoformat(review["at"])
    return NOW_AT - timedelta(days=review["days_ago"])


def replayed(reviews):
    """Return the history that reviews leave behind, worked out apart from the service."""
    timed = sorted(((moment(r), r["rating"]) for r in reviews), key=lambda pair: pair[0])
    days = [(when - timedelta(hours=4)).astimezone(UTC).toordinal() for when, _ in timed]
    times = [(when - NOW_AT) / timedelta(days=1) for when, _ in timed]
    return history_of([(t, rating, day) for t, (_, rating), day in zip(times, timed, days, strict=True)])


def own_curve(reviews):
    """Return the curve of a card with these reviews, as a function of days, and its elapsed days."""
    history = replayed(reviews)
    features = history_features(history)
    return lambda days: HISTORY.recall_probability(features, days), -history.time
