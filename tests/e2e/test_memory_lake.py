"""From the memory into the table of reviews: what was studied, without what was taken back or erased."""

import time

import pytest

from tests.e2e.lake_table import held_by_lake, rows_of, until, wait_for_events
from tests.e2e.test_memory import Learner, review

# Slow: the stream is looked at again and again.
pytestmark = [pytest.mark.e2e, pytest.mark.slow]

RUN = time.time_ns()
GONE, KEPT = f"lake/gone/{RUN}", f"lake/kept/{RUN}"


def events(service, learner):
    return sorted(row["event_id"] for row in rows_of(service) if row["learner"] == learner)


@pytest.fixture(scope="module")
def studied(service):
    """Study with two learners, and once more when that is in the table."""
    for name in (GONE, KEPT):
        studied = Learner(service, name).study(review(f"{name} 1", "c"), review(f"{name} 2", "c", days_ago=3))
        assert studied.status == 200
    wait_for_events(service, {f"{name} {number}" for name in (GONE, KEPT) for number in (1, 2)})
    for name in (GONE, KEPT):
        Learner(service, name).study(review(f"{name} 3", "c", days_ago=1), review(f"{name} 4", "other"))
    wait_for_events(service, {f"{name} {number}" for name in (GONE, KEPT) for number in (3, 4)})


def test_reviews_are_in_the_table_with_the_predictions_that_were_shown(service, studied):
    ours = {row["event_id"]: row for row in rows_of(service) if row["learner"] == KEPT}

    assert sorted(ours) == [f"{KEPT} {number}" for number in (1, 2, 3, 4)]
    shown = {event[-1]: row["recall_probability"] for event, row in ours.items()}
    assert (shown["1"], shown["4"]) == (None, None)
    assert 0.0 < shown["3"] < 1.0
    assert ours[f"{KEPT} 3"]["model_version"]


def test_undone_review_and_deleted_card_leave_the_table(service, studied):
    assert Learner(service, KEPT).delete("reviews", f"{KEPT} 2").status == 200
    assert Learner(service, KEPT).delete("cards", "other").status == 200

    until(lambda: events(service, KEPT) == [f"{KEPT} 1", f"{KEPT} 3"])


def test_erased_learner_is_in_no_store(service, studied):
    assert held_by_lake(service, GONE)
    assert Learner(service, GONE).delete().body == {"cards": 2}
    until(lambda: not held_by_lake(service, GONE))

    table = next(n for n in service.client("dynamodb").list_tables()["TableNames"] if "Learners" in n)
    items = service.client("dynamodb").scan(TableName=table, ConsistentRead=True)["Items"]
    assert not [item for item in items if GONE in str(item)]
    assert [item for item in items if KEPT in str(item)]

    assert f"{KEPT} 1" in events(service, KEPT)
    assert not [message for message in service.log_messages() if GONE in message]


def test_learner_who_begins_anew_is_another_one(service, studied):
    again = Learner(service, GONE)
    answer = again.study(review("anew", "c", days_ago=0.5))

    assert answer.body["results"][0]["new"] is True
    assert again.export() == [("c", "anew")]
    until(lambda: events(service, GONE) == ["anew"])
