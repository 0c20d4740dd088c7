"""Reviews over HTTP into the table of reviews: each once."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from tests.e2e.conftest import run_training
from tests.e2e.lake_table import rows_of, table_bucket, wait_for_events
from tests.functional.tables import ReviewTables

pytestmark = [pytest.mark.e2e, pytest.mark.slow]

NOW = datetime.now(UTC).replace(microsecond=0)
DAYS = 3
PER_REQUEST = 40


def review(number, **changes):
    """Return the review of a number; three days in turn, ten learners."""
    at = NOW - timedelta(days=number % DAYS, minutes=number)
    return {
        "event_id": f"e2e-{number}",
        "learner": f"learner-{number % 10}",
        "card": f"card-{number}",
        "reviewed_at": at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "rating": 1 + number % 4,
    } | changes


def run(service, *arguments):
    """Run a command of the training side on the table, and return what it prints."""
    where = ("--table-bucket", table_bucket(service))
    lake = service if arguments[0] == "erase" else None
    more = () if lake else ("--endpoint-url", service.home.url, "--learners-table", learners_table(service))
    done = run_training(arguments[0], *where, *more, *arguments[1:], service=lake)
    assert done.returncode == 0, done.stderr
    return done.stdout


def learners_table(service):
    """Return the name of the memory's table."""
    return json.loads(service.home.outputs.read_text())["learners_table"]


@pytest.fixture(scope="module")
def sent(service):
    """Send 200 reviews in five requests, one of them twice, one review again with another rating."""
    requests = [
        [review(number) for number in range(start, start + PER_REQUEST)]
        for start in range(0, 5 * PER_REQUEST, PER_REQUEST)
    ]
    requests[1].append(review(0, rating=4, reviewed_at=requests[0][1]["reviewed_at"]))
    requests[2].append(review(999, rating=9))
    responses = [service.call("POST", "/v1/reviews", {"reviews": reviews}) for reviews in requests]
    again = service.call("POST", "/v1/reviews", {"reviews": requests[3]})
    wait_for_events(service, {f"e2e-{number}" for number in range(200)})
    return responses, again


def test_responses_count_what_became_of_each_review(sent):
    responses, again = sent

    assert [response.status for response in (*responses, again)] == [202] * 6
    assert [response.body["accepted"] for response in responses] == [40] * 5
    assert [response.body["repeated"] for response in responses] == [0, 1, 0, 0, 0]
    assert responses[2].body["rejected"] == [
        {
            "index": 40,
            "error": {
                "code": "invalid_input",
                "message": "reviews[40].rating must be 1 (Again), 2 (Hard), 3 (Good) or 4 (Easy), not 9",
                "field": "reviews[40].rating",
            },
        }
    ]
    assert (again.body["accepted"], again.body["repeated"]) == (0, 40)


def test_reviews_need_a_key_and_a_right_envelope(service):
    assert service.call("POST", "/v1/reviews", {"reviews": [review(1)]}, x_api_key=None).status == 403
    assert service.call("POST", "/v1/reviews", {"cards": []}).body["error"]["code"] == "invalid_input"
    assert service.call("GET", "/v1/reviews").status == 405


def test_each_review_is_in_the_table_once_as_it_was_received_first(service, sent):
    ours = [row for row in rows_of(service) if row["event_id"].startswith("e2e-")]

    assert sorted(row["event_id"] for row in ours) == sorted(f"e2e-{number}" for number in range(200))
    ratings = {row["event_id"]: row["rating"] for row in ours}
    assert ratings["e2e-0"] == 1


def test_reload_finds_the_table_as_the_memory_has_it(service, sent):
    found = run(service, "reload", "learner-1", "learner-2")

    assert "2 learners compared with the memory: 0 reviews that were missing" in found


def test_learner_who_is_erased_by_the_command_is_in_no_file_of_the_table(service, sent):
    assert run(service, "erase", "learner-3").startswith("learner-3: erased 20 reviews")

    assert [row for row in rows_of(service) if row["learner"] == "learner-3"] == []
    assert ReviewTables(service.home.url).holding(table_bucket(service), "'learner-3'") == []
