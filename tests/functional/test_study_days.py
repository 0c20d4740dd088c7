"""The learner's study days: time zones, where they begin, mixed offsets, clocks that are ahead."""

import pytest

from inference.histories import Moment, read_history

from .calls import CARD, refused
from .full_model import NOW

PREDICT = "/v1/predict"


def days_of(ats, **beside):
    """Return how many study days these reviews were on."""
    reviews = [{"at": at, "rating": 3} for at in ats]
    return read_history({"reviews": reviews}, Moment({"now": NOW} | beside), "").history.review_days


@pytest.mark.parametrize("offset", ["+00:00", "-05:00", "+09:00"])
def test_study_day_begins_at_four_in_the_morning_of_each_times_own_offset(offset):
    assert days_of([f"2026-11-09T22:00:00{offset}", f"2026-11-10T03:59:59{offset}"]) == 1
    assert days_of([f"2026-11-09T22:00:00{offset}", f"2026-11-10T04:00:00{offset}"]) == 2


EVENING_AND_MORNING = ["2026-11-09T13:00:00Z", "2026-11-09T20:00:00Z"]  # in Tokyo: 22:00, 05:00


def test_time_zone_of_the_request_overrides_offsets():
    assert days_of(EVENING_AND_MORNING) == 1
    assert days_of(EVENING_AND_MORNING, time_zone="Asia/Tokyo") == 2


@pytest.mark.parametrize(("starts", "days"), [("00:00", 2), ("02:30", 2), ("12:30", 1)])
def test_study_day_begins_when_the_request_says(starts, days):
    assert days_of(["2026-11-09T20:00:00Z", "2026-11-10T03:00:00Z"], day_starts_at=starts) == days


def test_study_day_follows_summer_time():
    night = ["2026-03-28T22:00:00+01:00", "2026-03-29T04:00:00+02:00"]  # 04:00 after an hour less

    assert days_of(night, time_zone="Europe/Berlin") == 2
    assert days_of(["2026-03-28T22:00:00+01:00", "2026-03-29T03:59:59+02:00"], time_zone="Europe/Berlin") == 1


def test_day_never_falls_where_offsets_are_mixed():
    # Westwards over the date line: the second review's local day is the one before.
    travelled = ["2026-11-10T08:00:00+12:00", "2026-11-09T16:00:00-10:00", "2026-11-10T05:00:00-10:00"]

    assert days_of(travelled) == 1
    assert days_of([*travelled, "2026-11-11T05:00:00-10:00"]) == 2


def test_boundary_between_two_reviews_20_minutes_apart_changes_nothing(call):
    responses = []
    for hour in (3, 12):  # 03:50 and 04:10, or 12:50 and 13:10
        reviews = [
            {"at": f"2026-11-10T{at}:00Z", "rating": 3} for at in (f"{hour:02d}:50", f"{hour + 1:02d}:10")
        ]
        responses.append(call(PREDICT, {"reviews": reviews, "now": f"2026-11-20T{hour + 1:02d}:10:00Z"}).body)

    assert responses[0] == responses[1]


@pytest.mark.parametrize("hour", [3, 21])
def test_reviews_so_many_days_ago_do_not_depend_on_the_hour(call, hour):
    reviews = [{"days_ago": 9.2, "rating": 3}, {"days_ago": 8.8, "rating": 1}, {"days_ago": 2, "rating": 3}]
    at_noon, now = call(PREDICT, {"reviews": reviews, "now": NOW}).body, f"2026-11-20T{hour:02d}:30:00Z"

    assert call(PREDICT, {"reviews": reviews, "now": now}).body == at_noon


def test_mixed_reviews_are_counted_in_one_zone():
    reviews = [{"at": "2026-11-18T22:00:00+09:00", "rating": 3}, {"days_ago": 1.5, "rating": 3}]
    # 36 hours before 09:00 UTC is 21:00 UTC: 06:00 in Tokyo, on the next study day.
    moments = {"Asia/Tokyo": 2, "UTC": 1}
    for zone, days in moments.items():
        read = read_history({"reviews": reviews}, Moment({"now": NOW, "time_zone": zone}), "")
        assert read.history.review_days == days


def test_review_up_to_five_minutes_ahead_counts_as_now(call):
    ahead, at_now = ([{"at": at, "rating": 3}] for at in ("2026-11-20T09:05:00Z", NOW))

    assert (
        call(PREDICT, {"reviews": ahead, "now": NOW}).body
        == call(PREDICT, {"reviews": at_now, "now": NOW}).body
    )


def test_reviews_ahead_keep_the_order_of_their_times(call):
    ahead = [{"at": f"2026-11-20T09:0{minute}:00Z", "rating": rating} for minute, rating in ((1, 3), (2, 1))]
    there, back = (call(PREDICT, {"reviews": r, "now": NOW}).body for r in (ahead, ahead[::-1]))

    assert there == back


def test_last_review_up_to_five_minutes_ahead_counts_as_now(call):
    card = {"review_count": 4, "difficulty": 2, "now": NOW}

    assert call("/v1/schedule", card | {"last_review_at": "2026-11-20T09:05:00Z"}) == (
        call("/v1/schedule", card | {"last_review_at": NOW})
    )


@pytest.mark.parametrize(("now", "today"), [("2026-11-09T18:59:00Z", 0), ("2026-11-09T19:00:00Z", 1)])
def test_now_in_utc_is_on_the_learners_day_by_the_offset_of_their_last_review(now, today):
    review = {"at": "2026-11-09T12:00:00+09:00", "rating": 3}

    card = read_history({"reviews": [review]}, Moment({"now": now}), "")

    assert card.today() - card.history.day == today


def test_outcome_without_now_is_on_the_day_of_the_last_reviews_offset(call, monkeypatch):
    # 04:00 of the next day in Tokyo, where the review was at 14:00; in UTC both are on the 20th
    monkeypatch.setattr("inference.histories.time.time", lambda: 1_795_201_199.0)  # 2026-11-20T18:59:59Z
    card = {"reviews": [{"at": "2026-11-20T14:00:00+09:00", "rating": 3}], "learner_state": None}
    plain = call(PREDICT, card).body["learner_state"]

    assert call(PREDICT, card | {"recalled": False}).body["learner_state"] != plain
    assert call(PREDICT, card | {"recalled": False, "time_zone": "UTC"}).body["learner_state"] == plain


@pytest.mark.parametrize(
    "zone",
    ["Europe/Atlantis", "Europe", "../etc/passwd", "/etc/localtime", "tzdata.zi", "Europe\x00/Berlin", 7],
    ids=lambda zone: repr(zone)[:20],
)  # fmt: skip
def test_what_is_no_time_zone_is_refused_with_an_example(call, zone):
    _code, message, field = refused(call(PREDICT, CARD | {"time_zone": zone}))

    assert field == "time_zone"
    assert "must be an IANA time zone, such as Europe/Berlin" in message


@pytest.mark.parametrize("starts", ["4:00", "24:00", "04:00:00", "٠4:00", 4])
def test_what_is_no_local_time_is_refused_with_an_example(call, starts):
    _code, message, field = refused(call(PREDICT, CARD | {"day_starts_at": starts}))

    assert field == "day_starts_at"
    assert "must be a local time from 00:00 to 23:59, such as 04:00" in message
