"""The forgetting curve keeps its promises for every parameter set that it accepts."""

from math import isclose, isfinite, nan
from random import Random

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from recall.curve import COEFFICIENT_LIMIT, MAXIMUM_INTERVAL, PowerCurve, logistic, softplus
from recall.errors import InvalidInputError, UnsupportedArtifactError

from .strategies import curves, days, difficulties, review_counts

# exp and log are exact to about one unit in the last place, so that equal values may differ by this much.
ROUNDING = 1e-14
# τ = 1 day, c = softplus(0) = ln 2, slip = ½ at one review of middling difficulty
HALF = PowerCurve((0.0, 0.0, 0.0), (0.0, 0.0, 0.0), (0.0, 0.0, 0.0))
EXTREME = PowerCurve(
    (COEFFICIENT_LIMIT, -COEFFICIENT_LIMIT, -COEFFICIENT_LIMIT),
    (-COEFFICIENT_LIMIT, COEFFICIENT_LIMIT, COEFFICIENT_LIMIT),
    (-COEFFICIENT_LIMIT, COEFFICIENT_LIMIT, 0.0),
)


def test_known_parameters_give_the_formula_worked_by_hand():
    assert HALF.shape(7, 5.5) == (1.0, pytest.approx(0.6931471805599453), 0.5)
    assert HALF.recall_probability(0, 7, 5.5) == 0.5
    # ½ · (1 + 3)^(−ln 2) = ½ · e^(−2 (ln 2)²)
    assert HALF.recall_probability(3, 7, 5.5) == pytest.approx(0.1912731, abs=1e-7)
    assert HALF.interval(0.1912731, 7, 5.5) == pytest.approx(3, abs=1e-5)


def test_each_coefficient_moves_the_line_it_is_named_for():
    curve = PowerCurve((0.1, 0.2, -0.3), (0.4, 0.5, 0.6), (0.7, 0.8, 0.9))
    scale, decay, slip = curve.shape(1, 5.5)  # ln 1 = 0 and logit ½ = 0: intercepts alone
    assert (scale, decay, slip) == pytest.approx((1.1051709, softplus(0.4), logistic(0.7)))
    scale, decay, slip = curve.shape(2.718281828459045, 5.5)
    assert (scale, decay, slip) == pytest.approx((1.3498588, softplus(0.9), logistic(1.5)))
    scale, decay, slip = curve.shape(1, 1 + 9 * logistic(1.0))
    assert (scale, decay, slip) == pytest.approx((0.8187308, softplus(1.0), logistic(1.6)))


@given(curves(COEFFICIENT_LIMIT), days, review_counts, difficulties)
@example(EXTREME, 36_500.0, 10_000, 10.0)
@example(EXTREME, 0.0, 1, 1.0)
@example(EXTREME, 5e-324, 10_000, 1.0)
def test_any_input_gives_a_probability(curve, t, count, difficulty):
    assert 0.0 <= curve.recall_probability(t, count, difficulty) <= 1.0


@given(curves(), days, days, review_counts, difficulties)
def test_more_days_never_raise_recall(curve, t1, t2, count, difficulty):
    sooner, later = sorted((t1, t2))
    before = curve.recall_probability(sooner, count, difficulty)
    assert curve.recall_probability(later, count, difficulty) <= before + ROUNDING


@given(curves(), days, review_counts, difficulties, difficulties)
def test_more_difficulty_never_raises_recall(curve, t, count, d1, d2):
    easier, harder = sorted((d1, d2))
    easy = curve.recall_probability(t, count, easier)
    assert curve.recall_probability(t, count, harder) <= easy + 10 * ROUNDING


@given(curves(3.0), days, review_counts, difficulties)
def test_interval_is_the_inverse_of_recall(curve, t, count, difficulty):
    target = curve.recall_probability(t, count, difficulty)
    assume(0.0 < target < 1.0)
    interval = curve.interval(target, count, difficulty)
    assert isclose(curve.recall_probability(interval, count, difficulty), target, abs_tol=1e-9)


@given(curves(), st.floats(0.001, 0.999), review_counts, difficulties)
def test_clipped_interval_lies_on_the_reachable_side(curve, target, count, difficulty):
    interval = curve.interval(target, count, difficulty)
    assert 0.0 <= interval <= MAXIMUM_INTERVAL
    if interval == 0.0:
        assert curve.recall_probability(0.0, count, difficulty) <= target + ROUNDING
    if interval == MAXIMUM_INTERVAL:
        assert curve.recall_probability(MAXIMUM_INTERVAL, count, difficulty) >= target - 1e-9


@given(curves(COEFFICIENT_LIMIT), st.floats(1e-6, 1 - 1e-6), review_counts, difficulties)
@example(EXTREME, 0.9, 10_000, 10.0)
def test_interval_of_far_parameters_stays_a_number_of_days(curve, target, count, difficulty):
    assert 0.0 <= curve.interval(target, count, difficulty) <= MAXIMUM_INTERVAL


def test_target_above_the_slip_ceiling_gives_no_interval():
    assert HALF.interval(0.5, 1, 5.5) == 0.0
    assert HALF.interval(0.9, 1, 5.5) == 0.0


def test_target_still_met_after_a_century_gives_the_maximum():
    stable = PowerCurve((25.0, 0.0, 0.0), (0.0, 0.0, 0.0), (-20.0, 0.0, 0.0))
    assert stable.interval(0.9, 1, 5.5) == 36_500.0


@pytest.mark.parametrize("target", [0.0, 1.0, -0.1, 1.5, nan])
def test_target_outside_zero_to_one_is_refused_by_name(target):
    with pytest.raises(InvalidInputError, match="must be greater than 0 and less than 1") as refusal:
        HALF.interval(target, 1, 5.5)
    assert refusal.value.field == "target_recall"


@pytest.mark.parametrize("value", [nan, float("inf"), float("-inf"), 1.1e6, -1e308])
def test_coefficient_that_is_no_number_in_range_is_refused_by_name(value):
    with pytest.raises(UnsupportedArtifactError, match=r"^decay\.log_review_count is .* within ±1,000,000$"):
        PowerCurve((0.0, 0.0, 0.0), (0.0, value, 0.0), (0.0, 0.0, 0.0))


@pytest.mark.parametrize(("line", "wrong"), [(0, 1e-9), (1, -1e-9), (2, -1e-9)])
def test_sign_that_lets_recall_rise_with_difficulty_is_refused(line, wrong):
    lines = [(0.0, 0.0, 0.0)] * 3
    lines[line] = (0.0, 0.0, wrong)
    with pytest.raises(UnsupportedArtifactError, match="recall would rise with difficulty"):
        PowerCurve(*lines)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_logistic_and_softplus_never_overflow(x):
    assert 0.0 <= logistic(x) <= 1.0
    assert softplus(x) >= max(x, 0.0)
    assert isfinite(softplus(x))


def test_a_million_random_pairs_never_rise_with_time_or_difficulty():
    curve = PowerCurve((-3.0, -0.5, -1.7), (-1.6, -0.5, 0.7), (-1.5, -1.3, 0.8))
    rng = Random(0)  # noqa: S311 - the same pairs every time, not secrets
    violations = 0
    for _ in range(500_000):
        soon, late = sorted((rng.lognormvariate(1.5, 2.5), rng.lognormvariate(1.5, 2.5)))
        easy, hard = sorted((rng.uniform(1, 10), rng.uniform(1, 10)))
        count = rng.randint(1, 60)
        base = curve.recall_probability(soon, count, easy)
        violations += curve.recall_probability(late, count, easy) > base
        violations += curve.recall_probability(soon, count, hard) > base
    assert violations == 0
