"""A service whose model has every part: a history model, and the ranges of its training."""

import json
from datetime import UTC, datetime, timedelta
from math import floor

import pytest

from inference.handler import make_service
from recall.artifact import Artifact, encode
from recall.card_history import history_of
from recall.curve import recall_probability
from recall.history import history_features
from recall.learner import START

from ..unit.histories import MODEL as HISTORY
from .calls import load_event, response_of
from .fakes import THREE_INPUTS, TRAINING

RANGES = {"days_since_last_review": [1, 400], "review_count": [1, 60], "difficulty": [1.4, 8]}
ARTIFACT = Artifact(THREE_INPUTS, TRAINING | {"ranges": RANGES}, HISTORY)

NOW = "2026-11-20T09:00:00Z"
NOW_AT = datetime(2026, 11, 20, 9, tzinfo=UTC)
REVIEWS = [
    {"at": "2026-11-02T08:15:00Z", "rating": 1},
    {"at": "2026-11-02T08:25:00Z", "rating": 3},
    {"at": "2026-11-05T23:02:11Z", "rating": 3},
    {"at": "2026-11-14T07:40:00+01:00", "rating": 4},
]


@pytest.fixture(scope="session")
def call(tmp_path_factory):
    """Give the call of a warm service with the whole model: a path and a body in, a `Response` out."""
    path = tmp_path_factory.mktemp("full") / "model.json"
    path.write_bytes(encode(ARTIFACT))
    settings = {"MODEL_REFRESH_SECONDS": "60", "METRICS_NAMESPACE": "Recall", "STAGE": "test"}
    service = make_service(settings | {"MODEL_FILE": str(path)})

    def send(path, body):
        text = body if isinstance(body, str) else json.dumps(body)
        return response_of(service.respond(load_event("predict_single", path=path, body=text)))

    return send


def moment(review):
    """Return when a review was: of its `at`, or so many days before `NOW`."""
    if "at" in review:
        return datetime.fromisoformat(review["at"])
    return NOW_AT - timedelta(days=review["days_ago"])


def history(reviews):
    """Return the history that reviews leave behind, worked out apart from the service."""
    timed = sorted(((moment(review), review) for review in reviews), key=lambda pair: pair[0])
    zones = [when.tzinfo for when, review in timed if "at" in review]
    if zones:  # what has no offset of its own is where the last review was
        local = [when if "at" in review else when.astimezone(zones[-1]) for when, review in timed]
        days = [(when - timedelta(hours=4)).toordinal() for when in local]
    else:
        days = [floor(0.5 - review["days_ago"]) for _, review in timed]
    return history_of(
        [
            ((when - NOW_AT) / timedelta(days=1), review["rating"], day, review.get("duration_ms", 0) / 1000)
            for (when, review), day in zip(timed, days, strict=True)
        ]
    )


def curve_of(reviews, state=START):
    """Return the curve of a card with these reviews, as a function of days, and its elapsed days."""
    left = history(reviews)
    curve = HISTORY.curve(history_features(left), state)
    return lambda days: recall_probability(curve, days), -left.time
