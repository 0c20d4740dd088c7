"""What the page Explore makes of what is explored, without a browser."""

import pytest

from tests.web.page import bundled, called


@pytest.fixture(scope="module")
def explore(tmp_path_factory):
    """Give what a function of `explore.ts` returns, by its name and what it is given."""
    bundle = bundled("explore.ts", tmp_path_factory.mktemp("explore"))
    return lambda what, **given: called(bundle, {"what": what} | given)


@pytest.mark.parametrize(("days", "names"), [(0, []), (3, []), (36_000, ["days_since_last_review"])])
def test_days_since_a_review_are_beyond_training_at_their_upper_end_only(explore, days, names):
    inputs = {"days": days, "reviewDays": 4, "difficulty": 3}

    assert explore("beyond", explored={"mode": "inputs", "inputs": inputs}) == names
