"""What a rating is said to lead to is what it leads to when it is given."""

from datetime import UTC, datetime, timedelta

import pytest

NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)
RATINGS = {"again": 1, "hard": 2, "good": 3, "easy": 4}


def past(number):
    """Return so many reviews of a card, the last one a week ago."""
    return [
        {
            "event_id": f"e{n}",
            "card": "gato",
            "rating": 1 + (n + 2) % 4,
            "reviewed_at": (NOW - timedelta(days=7 + 3 * n)).isoformat(),
        }
        for n in range(number)
    ]


@pytest.mark.parametrize("reviews", [1, 2, 5])
@pytest.mark.parametrize("rating", RATINGS)
def test_rating_leads_to_what_was_said_of_it(device, reviews, rating):
    answer = {"event_id": "now", "card": "gato", "rating": RATINGS[rating], "reviewed_at": NOW.isoformat()}
    memory = device(clock=NOW.timestamp)
    memory.study("ada", past(reviews))
    said = memory.card("ada", "gato", for_each_rating="true").body["for_each_rating"][rating]
    (result,) = memory.study("ada", [answer]).body["results"]
    assert {name: result[name] for name in said} == said


@pytest.mark.parametrize("rating", RATINGS)
def test_rating_given_when_the_card_is_due_leads_to_what_the_review_before_said_of_it(device, rating):
    *_, result = device(clock=NOW.timestamp).study("ada", past(3), for_each_rating=True).body["results"]
    due = result["due_at"]  # to the second
    later = device(clock=datetime.fromisoformat(due).timestamp)
    answer = {"event_id": "then", "card": "gato", "rating": RATINGS[rating], "reviewed_at": due}
    (answered,) = later.study("ada", [answer]).body["results"]
    said = result["for_each_rating"][rating]["interval_days"]
    assert answered["interval_days"] == pytest.approx(said, rel=1e-5)
