"""Phones whose clocks are wrong: a review may be up to a day ahead, and what comes after it is late."""

from datetime import UTC, datetime, timedelta

import pytest

from .calls import refused

NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)


@pytest.fixture
def memory(device):
    return device(clock=NOW.timestamp)


def review(event_id, hours, rating=3):
    """Return a review so many hours from now."""
    at = (NOW + timedelta(hours=hours)).isoformat()
    return {"event_id": event_id, "card": "gato", "rating": rating, "reviewed_at": at}


@pytest.mark.parametrize("hours", [2, 24])
def test_review_ahead_counts_as_now_until_its_time_has_come(memory, hours):
    (result,) = memory.study("ada", [review("e1", hours)]).body["results"]
    assert result["status"] == "accepted"
    due = NOW + timedelta(hours=hours, days=result["interval_days"])
    assert abs(datetime.fromisoformat(result["due_at"]) - due) <= timedelta(seconds=0.5)
    assert memory.due("ada").body["cards"] == []
    memory.study("bob", [review("e1", 0)])
    ada, bob = (memory.card(learner, "gato").body for learner in ("ada", "bob"))
    assert ada["recall_probability"] == bob["recall_probability"]


def test_review_of_more_than_a_day_ahead_is_rejected_and_not_stored(memory):
    ahead = review("e1", 24 + 1 / 3600)
    code, message, field = refused(memory.study("ada", [ahead]))
    assert (code, field) == ("invalid_input", "reviews[0].reviewed_at")
    assert "must not be more than a day after now" in message
    results = memory.study("ada", [ahead, review("e2", 24)]).body["results"]
    assert [result["status"] for result in results] == ["rejected", "accepted"]
    assert [row["event_id"] for row in memory.export("ada")] == ["e2"]


def test_card_of_a_phone_that_was_ahead_and_is_right_again_has_its_reviews_by_time(device):
    first, ahead, right = review("e1", -72), review("e2", 2, rating=1), review("e3", 0.2)
    for minutes, sent in ((0, first), (0, ahead), (12, right)):
        memory = device(clock=(NOW + timedelta(minutes=minutes)).timestamp)
        assert memory.study("ada", [sent]).body["accepted"] == 1
    memory.study("bob", [first, right, ahead])
    ada, bob = (memory.card(learner, "gato").body for learner in ("ada", "bob"))
    assert [each["event_id"] for each in ada["reviews"]] == ["e1", "e3", "e2"]
    assert ada["state"] == bob["state"]
    assert ada["state"]["reviews"] == 3
