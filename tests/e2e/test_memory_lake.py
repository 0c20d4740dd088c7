"""From the memory into the lake: what was studied is in the table, and an erased learner is in no store."""

import time
from io import BytesIO

import pyarrow.parquet as pq
import pytest

from model_training.registry.lake import Lake
from model_training.review_table import load
from tests.e2e.conftest import run_training
from tests.e2e.lake_events import wait_for_events
from tests.e2e.test_memory import Learner, review

# Slow: jobs start cold, and the stream is looked at again and again.
pytestmark = [pytest.mark.e2e, pytest.mark.slow]

PATIENCE_SECONDS = 90
RUN = time.time_ns()
GONE, KEPT = f"lake/gone/{RUN}", f"lake/kept/{RUN}"


def until(look):
    """Look again until something is found; return it."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not (found := look()):
        assert time.monotonic() < deadline, "never"
        time.sleep(0.3)
    return found


def lake_of(service):
    return Lake(service.client("s3"), service.bucket)


def held_by_lake(service, text):
    """Return the keys of all objects that hold a text in any of their versions, or in their name."""
    lake = lake_of(service)
    versions = [version for version in lake.versions("") if not version.is_marker]
    # A version may go while they are read.
    bodies = [(version.key, lake.read_version(version) or b"") for version in versions]
    return [key for key, body in bodies if text in key or (body and text in content(key, body))]


def content(key, body):
    """Return an object's content as text; a table's values may be compressed."""
    if key.endswith(".parquet"):
        return str(pq.read_table(BytesIO(body)).to_pylist())
    return body.decode("latin-1")


def compact(service):
    done = run_training("compact", "--retention-days", "365", service=service)
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def studied(service):
    """Study with two learners, merge that into the table, and study once more."""
    for name in (GONE, KEPT):
        studied = Learner(service, name).study(review(f"{name} 1", "c"), review(f"{name} 2", "c", days_ago=3))
        assert studied.status == 200
    wait_for_events(service, {f"{name} {number}" for name in (GONE, KEPT) for number in (1, 2)})
    compact(service)
    for name in (GONE, KEPT):
        Learner(service, name).study(review(f"{name} 3", "c", days_ago=1))
    wait_for_events(service, {f"{name} 3" for name in (GONE, KEPT)})


def test_reviews_are_in_the_table_with_the_predictions_that_were_shown(service, studied):
    rows = load(lake_of(service))
    ours = rows[rows["learner"] == KEPT].sort_values("reviewed_at")

    assert ours["event_id"].tolist() == [f"{KEPT} 1", f"{KEPT} 2"]
    assert ours["recall_probability"].isna().tolist() == [True, False]
    assert ours["model_version"].tolist()[1]


def test_erased_learner_is_in_no_store(service, studied):
    assert held_by_lake(service, GONE)
    assert Learner(service, GONE).delete().body == {"cards": 1}
    until(lambda: not held_by_lake(service, GONE))

    table = next(n for n in service.client("dynamodb").list_tables()["TableNames"] if "Learners" in n)
    items = service.client("dynamodb").scan(TableName=table, ConsistentRead=True)["Items"]
    assert not [item for item in items if GONE in str(item)]
    assert [item for item in items if KEPT in str(item)]

    rows = load(lake_of(service))
    assert len(rows[rows["learner"] == KEPT]) == 3
    assert not [message for message in service.log_messages() if GONE in message]


def test_learner_who_begins_anew_is_another_one(service, studied):
    again = Learner(service, GONE)
    answer = again.study(review("anew", "c", days_ago=0.5))

    assert answer.body["results"][0]["new"] is True
    assert again.export() == [("c", "anew")]
