"""What the page Explore makes of what is explored, without a browser."""

from itertools import pairwise, product

import pytest

from tests.web.page import bundled, called


@pytest.fixture(scope="module")
def explore(tmp_path_factory):
    """Give what a function of `explore.ts` returns, by its name and what it is given."""
    bundle = bundled("explore.ts", tmp_path_factory.mktemp("explore"))
    return lambda what, **given: called(bundle, {"what": what} | given)


def test_days_since_a_review_are_beyond_training_at_their_upper_end_only(explore):
    inputs = [{"days": days, "reviewDays": 4, "difficulty": 3} for days in (0, 3, 36_000)]

    assert explore("beyond", inputs=inputs) == [[], [], ["days_since_last_review"]]


def test_axis_of_time_says_nothing_twice_and_has_room_for_its_words(explore):
    spans = list(product((0.1, 1, 1.9, 2, 2.4, 3.5, 5, 20, 70, 300, 401, 700, 1300), (280, 560, 1100)))
    axes = explore("ticks", **{"from": 1_780_000_000_000, "spans": spans})

    for (days, width), ticks in zip(spans, axes, strict=True):
        words = [word for word, _ in ticks]
        assert len(words) >= (1 if days < 3 else 2)
        assert [a for a, b in pairwise(words) if a == b] == []
        assert min((b - a for (_, a), (_, b) in pairwise(ticks)), default=width) >= (72 if days < 400 else 90)


def test_every_link_of_the_page_can_be_read_again(explore):
    inputs = {"days": 1e-7, "reviewDays": 4, "difficulty": 2.4}
    explored = [
        {"now": 9_000_000_000_000 * 10},  # long after the year 2100
        {"mode": "inputs", "inputs": inputs},
        {"mode": "inputs", "inputs": inputs | {"difficulty": 11}},
    ]
    far, small, wrong = explore("links", explored=explored)

    assert far["now"] == explored[0]["now"]
    assert small["inputs"] == inputs
    assert "i=" not in wrong["query"].split("m=i")[1]


def test_shares_that_round_alike_and_endless_intervals_are_said_apart(explore):
    common = {"reachable": True, "highestRecall": 1}
    said = explore(
        "words",
        schedules=[
            (0.95, {"days": 1, "reachable": False, "highestRecall": 0.9461}),
            (0.95, {"days": 1, "reachable": False, "highestRecall": 0.9498}),
            (0.5, {"days": 36_500} | common),
        ],
        intervals=[36_500, 3],
        moments=[60_000],
    )

    assert said["dues"] == [
        "Can't reach 95%: 94.6% at most, after the shortest interval of 1 day",
        "Can't reach 95%: 94.98% at most, after the shortest interval of 1 day",
        "Not due within the next 100 years",
    ]
    assert said["intervals"] == [
        ["> 100 years", "FSRS-6: not within 100 years"],
        ["3 days", "FSRS-6: after 3 days"],
    ]
    assert said["moments"][0].startswith("today, ")


def test_pages_time_follows_the_clock_until_something_is_changed_and_ends_with_what_a_field_can_say(explore):
    later, last = 2_000_000_000_000, 253_402_300_799_000

    assert explore("clock", later=later, wait=last * 0.6) == [later, later, last]


def test_time_that_is_typed_key_by_key_is_undone_at_once(explore):
    assert explore("undone", typed=[1000, 2000, 3000]) == [[3000], []]


def test_reviews_before_the_first_asked_curve_have_no_recall(explore):
    assert explore("unknown", reviews=[1, 2, 5], **{"from": 5}) == [None, None, 0.9]
