"""The learner offset keeps probabilities lawful and moves towards what the learner does."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recall.offset import LEARNING_RATE, OFFSET_LIMIT, next_offset, shifted

probabilities = st.floats(0, 1)
offsets = st.floats(-OFFSET_LIMIT, OFFSET_LIMIT)


def test_offset_of_ln_3_makes_even_odds_three_to_one():
    assert shifted(0.5, 1.0986122886681098) == pytest.approx(0.75, abs=1e-15)


@given(p=probabilities, q=probabilities, offset=offsets)
def test_shifted_probabilities_stay_in_range_and_in_order(p, q, offset):
    low, high = sorted((shifted(p, offset), shifted(q, offset)))
    assert 0 <= low <= high <= 1
    smaller, greater = sorted((p, q))
    assert shifted(smaller, offset) <= shifted(greater, offset) + 1e-15


@given(p=probabilities, offset=st.floats(0.001, OFFSET_LIMIT))
def test_positive_offset_never_lowers_and_its_negative_takes_it_back(p, offset):
    inside = min(max(p, 1e-6), 1 - 1e-6)
    assert shifted(inside, offset) >= inside
    assert shifted(shifted(inside, offset), -offset) == pytest.approx(inside, rel=1e-9, abs=1e-9)


@given(p=probabilities, offset=offsets)
def test_outcome_moves_the_offset_towards_itself_by_the_surprise(p, offset):
    up, down = next_offset(offset, p, recalled=True), next_offset(offset, p, recalled=False)
    assert down <= offset <= up
    assert up - down <= LEARNING_RATE + 1e-12
    assert down >= -OFFSET_LIMIT
    assert up <= OFFSET_LIMIT


def test_offset_of_a_learner_who_recalls_more_settles_where_the_outcomes_are():
    offset = 0.0
    for review in range(4_000):
        offset = next_offset(offset, 0.8, recalled=review % 20 != 0)  # 95 % recalled, 80 % predicted
    assert shifted(0.8, offset) == pytest.approx(0.95, abs=0.02)
