"""The learner offset keeps probabilities lawful and moves towards what the learner does."""

from itertools import pairwise
from math import exp, log

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recall.offset import LEARNING_RATE, OFFSET_LIMIT, next_offset, shifted

from .strategies import curves, days, difficulties, review_counts

probabilities = st.floats(0, 1)
offsets = st.floats(-OFFSET_LIMIT, OFFSET_LIMIT)
inner_probabilities = st.floats(1e-6, 1 - 1e-6)


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


@given(p=probabilities, zero=st.sampled_from([0.0, -0.0]))
def test_offset_of_zero_changes_nothing(p, zero):
    assert shifted(p, zero) == p


@pytest.mark.parametrize("p", [0.0, 1.0, 5e-324])
@pytest.mark.parametrize("offset", [-OFFSET_LIMIT, OFFSET_LIMIT])
def test_certainty_stays_a_probability_at_either_limit(p, offset):
    assert 0.0 <= shifted(p, offset) <= 1.0


@pytest.mark.parametrize("p", [0.001, 0.5, 0.9, 0.999])
def test_larger_offset_raises_recall(p):
    moved = [shifted(p, offset) for offset in (-5, -1, -0.01, 0, 0.01, 1, 5)]
    assert all(low < high for low, high in pairwise(moved))


@given(curves(), days, days, review_counts, difficulties, offsets)
def test_more_days_never_raise_a_shifted_recall(curve, t1, t2, count, difficulty, offset):
    sooner, later = sorted((t1, t2))
    before = shifted(curve.recall_probability(sooner, count, difficulty), offset)
    assert shifted(curve.recall_probability(later, count, difficulty), offset) <= before + 1e-12


@given(p=inner_probabilities, offset=offsets, recalled=st.booleans())
def test_forgetting_mirrors_recall(p, offset, recalled):
    assert shifted(1 - p, -offset) == pytest.approx(1 - shifted(p, offset), abs=1e-9)
    mirrored = next_offset(-offset, 1 - p, recalled=not recalled)
    assert mirrored == pytest.approx(-next_offset(offset, p, recalled=recalled), abs=1e-9)


@given(p=inner_probabilities, offset=st.floats(-4.9, 4.9), recalled=st.booleans())
def test_step_is_the_learning_rate_down_the_gradient_of_the_log_loss(p, offset, recalled):
    def log_loss(o):
        logit = log(p / (1 - p)) + o
        return log(1 + exp(-logit if recalled else logit))

    h = 1e-4
    gradient = (log_loss(offset + h) - log_loss(offset - h)) / (2 * h)
    step = next_offset(offset, p, recalled=recalled) - offset
    assert step == pytest.approx(-LEARNING_RATE * gradient, abs=1e-6)


@pytest.mark.parametrize(("recalled", "end"), [(True, OFFSET_LIMIT), (False, -OFFSET_LIMIT)])
def test_learner_who_always_surprises_ends_at_the_limit(recalled, end):
    offset = 0.0
    for _ in range(10_000):
        offset = next_offset(offset, 0.001 if recalled else 0.999, recalled=recalled)
    assert offset == end
