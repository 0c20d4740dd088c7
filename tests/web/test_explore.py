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
