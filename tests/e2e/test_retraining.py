"""The loop for real: reviews over HTTP, a state machine that retrains on them, and other predictions."""

import json
import time
from datetime import UTC, datetime, timedelta

import pytest

from tests.e2e.lake_table import wait_for_events
from tests.e2e.signed_operator import RUNS, Operator
from tests.training.stored_reviews import retentive

# Slow: two runs, each in a function that fits models.
pytestmark = [pytest.mark.e2e, pytest.mark.slow]

PER_REQUEST = 1_000
PATIENCE_SECONDS = 20
CARD = {"days_since_last_review": 7, "review_count": 3, "difficulty": 3}


def reviews():
    """Return the reviews of learners who remember more than the live model believes, up to yesterday."""
    log = retentive().sort_values("reviewed_at")
    moved = datetime.now(UTC) - timedelta(days=1) - log["reviewed_at"].iloc[-1]
    return [
        {
            "event_id": f"retentive-{number}",
            "learner": row.learner,
            "card": str(row.card),
            "reviewed_at": (row.reviewed_at + moved).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
            "rating": int(row.rating),
        }
        for number, row in enumerate(log.itertuples())
    ]


def live(service):
    """Return the live version, and what it predicts."""
    version = service.call("GET", "/v1/model").body["model_version"]
    return version, service.predict(CARD).body["recall_probability"]


@pytest.fixture(scope="module")
def before(service):
    """Send the reviews; give what was live before."""
    sent = reviews()
    for start in range(0, len(sent), PER_REQUEST):
        some = sent[start : start + PER_REQUEST]
        response = service.call("POST", "/v1/reviews", {"reviews": some})
        assert (response.status, response.body["accepted"]) == (202, len(some)), response.body
    wait_for_events(service, {review["event_id"] for review in sent})
    return live(service)


@pytest.fixture(scope="module")
def operator(service):
    """Give somebody who may use the operations API."""
    return Operator(service)


@pytest.fixture(scope="module")
def first(before, operator):
    """Retrain for the first time."""
    return operator.run("first")


def test_reviews_over_http_become_a_live_model_that_predicts_less_forgetting(service, before, first):
    run, news = first
    assert (news["run"], news["how"], run["status"]) == ("first", "promoted", "promoted"), run["steps"]

    deadline = time.monotonic() + PATIENCE_SECONDS
    while (after := live(service))[0] == before[0]:
        assert time.monotonic() < deadline, "the new model never came"
        time.sleep(0.5)
    assert after[0] == news["found"]["version"] == run["steps"]["promote"]["version"]
    assert after[1] > before[1] + 0.02


def test_the_same_reviews_again_judge_nothing_which_the_run_says(service, operator, first):
    version, _probability = live(service)

    run, news = operator.run("second")

    # What `prepare` found stops the step after it, which writes the report.
    assert (news["how"], news["found"]["step"], run["status"]) == ("stopped", "train", "stopped")
    assert "newer than what the live model was trained on" in news["found"]["why"]
    assert run["steps"]["prepare"]["why"] == news["found"]["why"]
    assert live(service)[0] == version


def test_runs_are_listed_and_their_names_are_taken(operator, first):
    status, listed = operator.call("GET")

    assert status == 200
    assert {"name": "first", "status": "ended"}.items() <= json.loads(listed)["runs"][-1].items()
    status, refused = operator.call("POST", body={"name": "first"})
    assert (status, json.loads(refused)["error"]["field"]) == (400, "name")


def test_report_is_fetched_where_the_run_wrote_one(operator, first):
    status, page = operator.call("GET", f"{RUNS}/first/report")

    assert status == (200 if first[0]["report"] else 404)
    assert ("<html" in page) is first[0]["report"]
