"""Reviews are sent in as many calls as it takes, counted together, and named by their place in the list."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from recall_client import InvalidInputError, RejectedReview, ReviewOutcome, StoredReviews

from .wire import Wire, call_sync, error_response

AT = datetime(2026, 11, 20, 8, 15, tzinfo=UTC)


def outcome(number, **changes):
    given = {"event_id": f"e{number}", "learner": "ann", "card": "gato", "reviewed_at": AT, "rating": 3}
    return ReviewOutcome(**given | changes)


def test_review_is_sent_with_what_was_given_and_its_time_with_its_offset(call, wire):
    local = AT.astimezone(timezone(timedelta(hours=9)))
    shown = outcome(2, reviewed_at=local, recall_probability=0.5, model_version="v7")
    stored = call(wire, "send_reviews", [outcome(1), shown])

    first = {
        "event_id": "e1",
        "learner": "ann",
        "card": "gato",
        "reviewed_at": "2026-11-20T08:15:00Z",
        "rating": 3,
    }
    second = first | {"event_id": "e2", "reviewed_at": "2026-11-20T17:15:00+09:00"}
    second |= {"recall_probability": 0.5, "model_version": "v7"}
    assert wire.bodies == [{"reviews": [first, second]}]
    assert stored == StoredReviews(accepted=2, repeated=0, rejected=())


def test_many_reviews_go_in_parts_and_are_counted_together(wire):
    listed = [outcome(number) for number in range(2500)]
    listed[7] = outcome(8)
    listed[2100] = outcome(2100, rating=7)
    stored = call_sync(wire, "send_reviews", listed)

    assert [len(body["reviews"]) for body in wire.bodies] == [1000, 1000, 500]
    assert (stored.accepted, stored.repeated) == (2498, 1)
    assert stored.rejected == (
        RejectedReview(
            2100,
            "reviews[2100].rating must be 1 (Again), 2 (Hard), 3 (Good) or 4 (Easy), not 7",
            "reviews[2100].rating",
        ),
    )


def test_part_of_which_all_is_wrong_is_an_error_that_names_the_first(wire):
    listed = [outcome(number) for number in range(1000)] + [outcome(1000, card="")]
    with pytest.raises(InvalidInputError) as refused:
        call_sync(wire, "send_reviews", listed)

    assert refused.value.field == "reviews[1000].card"
    assert refused.value.message.startswith("reviews[1000].card must be text")


def test_storage_that_fails_is_tried_again(gateway, pauses):
    wire = Wire(gateway, error_response(503, "reviews_unavailable", Retry_After="5"))

    assert call_sync(wire, "send_reviews", [outcome(1)]).accepted == 1
    assert pauses[0] >= 5
