"""The features' shared definition: difficulty from a history, and its scale."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recall.features import FEATURE_NAMES, FEATURES
from recall.three_inputs import difficulty_from_share, failure_share, share_from_difficulty


def test_features_are_the_three_inputs_in_the_order_of_the_design_matrix():
    assert FEATURE_NAMES == ("days_since_last_review", "review_count", "difficulty")
    assert [(f.minimum, f.maximum, f.integer) for f in FEATURES] == [
        (0, 36_500, False),
        (1, 10_000, True),
        (1, 10, False),
    ]


def test_share_of_failures_counts_a_prior_of_fifteen_percent_in_four_reviews():
    assert failure_share(0, 0) == pytest.approx(0.15)
    assert failure_share(3, 6) == pytest.approx(0.36)


@given(st.integers(0, 10_000), st.integers(0, 10_000))
def test_any_history_gives_a_difficulty_between_one_and_ten(failures, successes):
    difficulty = difficulty_from_share(failure_share(failures, failures + successes))
    assert 1.0 < difficulty < 10.0


@given(st.integers(0, 1_000), st.integers(0, 1_000))
def test_one_more_failure_raises_difficulty_and_one_more_success_lowers_it(failures, successes):
    reviews = failures + successes
    now = failure_share(failures, reviews)
    assert failure_share(failures + 1, reviews + 1) > now
    assert failure_share(failures, reviews + 1) < now


@given(st.floats(1, 10))
def test_share_maps_onto_the_scale_of_one_to_ten_and_back(difficulty):
    assert difficulty_from_share(0.5) == 5.5
    assert difficulty_from_share(share_from_difficulty(difficulty)) == pytest.approx(difficulty, abs=1e-14)
