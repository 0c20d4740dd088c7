"""Reviews over HTTP into the lake, through a compaction, out by Athena and DuckDB: each once."""

import time
from datetime import UTC, datetime, timedelta

import duckdb
import pytest

from model_training.registry.lake import Lake
from model_training.review_table import download, load
from tests.e2e.conftest import run_training
from tests.e2e.lake_events import inbox_events, wait_for_events

pytestmark = pytest.mark.e2e

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
    """Run a command of the training side on the lake, and return what it prints."""
    done = run_training(*arguments, service=service)
    assert done.returncode == 0, done.stderr
    return done.stdout


def inbox(service):
    """Return the ids of our events in the inbox."""
    return {each for each in inbox_events(service) if each.startswith("e2e-")}


def athena(service, query):
    """Return the rows of a query's result, as text."""
    client = service.client("athena")
    started = client.start_query_execution(
        QueryString=query, WorkGroup="recall-local", QueryExecutionContext={"Database": "recall_local"}
    )
    deadline = time.monotonic() + 60
    while True:
        execution = client.get_query_execution(QueryExecutionId=started["QueryExecutionId"])["QueryExecution"]
        if execution["Status"]["State"] not in ("QUEUED", "RUNNING"):
            break
        assert time.monotonic() < deadline
        time.sleep(0.2)
    assert execution["Status"]["State"] == "SUCCEEDED", execution["Status"]
    result = client.get_query_results(QueryExecutionId=started["QueryExecutionId"])["ResultSet"]
    return [tuple(cell.get("VarCharValue") for cell in row["Data"]) for row in result["Rows"][1:]]


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


def test_compaction_empties_the_inbox_and_each_review_is_there_once(service, sent, tmp_path):
    run(service, "compact", "--retention-days", "365")
    assert inbox(service) == set()

    lake = Lake(service.client("s3"), service.bucket)
    rows = load(lake)
    ours = rows[rows["event_id"].str.startswith("e2e-")].set_index("event_id")
    assert sorted(ours.index) == sorted(f"e2e-{number}" for number in range(200))
    assert ours["rating"]["e2e-0"] == 1  # as it was received first
    files = [str(path) for path in download(lake, tmp_path)]
    with duckdb.connect() as connection:
        count = "SELECT count(*), count(DISTINCT event_id) FROM read_parquet(?) WHERE event_id LIKE 'e2e-%'"
        assert connection.execute(count, [files]).fetchone() == (200, 200)


def test_athena_finds_each_review_once_by_its_day(service, sent):
    found = athena(
        service,
        "SELECT date, count(*) AS reviews, count(DISTINCT event_id) AS events FROM reviews "
        "WHERE event_id LIKE 'e2e-%' GROUP BY date ORDER BY date",
    )
    per_day = {}
    for number in range(200):
        day = review(number)["reviewed_at"][:10]
        per_day[day] = per_day.get(day, 0) + 1

    assert found == [(day, str(count), str(count)) for day, count in sorted(per_day.items())]


def test_catalogue_describes_the_table(service):
    table = service.client("glue").get_table(DatabaseName="recall_local", Name="reviews")["Table"]

    assert table["PartitionKeys"][0]["Name"] == "date"
    assert table["Parameters"]["projection.enabled"] == "true"
    assert table["StorageDescriptor"]["Location"] == f"s3://{service.bucket}/reviews/table/"


def test_erased_learner_is_gone_from_queries_and_older_versions(service, sent):
    out = run(service, "erase", "learner-3")
    assert out.startswith("learner-3: erased 20 reviews")

    assert athena(service, "SELECT count(*) FROM reviews WHERE learner = 'learner-3'") == [("0",)]
    assert athena(service, "SELECT count(*) FROM reviews WHERE event_id LIKE 'e2e-%'") == [("180",)]
    lake = Lake(service.client("s3"), service.bucket)
    left = [lake.read_version(version) for version in lake.versions("reviews/inbox/")]
    assert not [body for body in left if body and b'"learner-3"' in body]
