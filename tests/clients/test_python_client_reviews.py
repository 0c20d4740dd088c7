"""Reviews are sent in as many calls as it takes, counted together, and named by their place in the list."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from recall_client import ApiError, InvalidInputError, RejectedReview, ReviewOutcome, StoredReviews

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


@pytest.mark.parametrize("wrong_part", [range(1000, 1001), range(1000, 2000), range(1000)], ids=str)
def test_part_of_which_all_is_wrong_is_rejected_by_name(call, wire, wrong_part):
    listed = [outcome(number, rating=9 if number in wrong_part else 3) for number in range(2100)]
    stored = call(wire, "send_reviews", listed)

    assert (stored.accepted, stored.repeated) == (2100 - len(wrong_part), 0)
    assert [one.index for one in stored.rejected] == list(wrong_part)
    assert {one.field for one in stored.rejected} == {f"reviews[{at}].rating" for at in wrong_part}


@pytest.mark.parametrize("count", [1, 1001])
def test_list_of_which_all_is_wrong_is_an_error_that_names_the_first(wire, count):
    with pytest.raises(InvalidInputError) as refused:
        call_sync(wire, "send_reviews", [outcome(number, card="") for number in range(count)])

    assert refused.value.field == "reviews[0].card"
    assert refused.value.message.startswith("reviews[0].card must be text")
    assert refused.value.stored == StoredReviews()


def test_id_of_another_part_is_repeated_unless_its_review_is_wrong(wire):
    listed = [outcome(number) for number in range(1000)]
    listed += [outcome(1), outcome(2, rating=9), outcome(1000), outcome(3)]
    stored = call_sync(wire, "send_reviews", listed)

    assert (stored.accepted, stored.repeated) == (1001, 2)
    assert [one.index for one in stored.rejected] == [1001]


def test_error_says_what_the_parts_before_stored(call, gateway, pauses):
    timeout = error_response(504, "timeout")
    listed = [outcome(number, rating=9 if number == 1500 else 3) for number in range(5000)]
    with pytest.raises(ApiError) as raised:
        call(Wire(gateway, None, None, *[timeout] * 4), "send_reviews", listed)

    assert raised.value.status == 504
    assert raised.value.stored.accepted == 1999
    assert [one.index for one in raised.value.stored.rejected] == [1500]


def test_no_reviews_are_not_sent(call, wire):
    assert call(wire, "send_reviews", []) == StoredReviews()
    assert wire.requests == []


def test_generator_of_dictionaries_is_sent(wire):
    listed = (
        {"event_id": f"e{number}", "learner": "ann", "card": "gato", "reviewed_at": AT, "rating": 3}
        for number in range(1001)
    )

    assert call_sync(wire, "send_reviews", listed).accepted == 1001
    assert wire.bodies[1]["reviews"][0]["reviewed_at"] == "2026-11-20T08:15:00Z"


def test_storage_that_fails_is_tried_again(gateway, pauses):
    wire = Wire(gateway, error_response(503, "memory_unavailable", Retry_After="5"))

    assert call_sync(wire, "send_reviews", [outcome(1)]).accepted == 1
    assert pauses[0] >= 5
