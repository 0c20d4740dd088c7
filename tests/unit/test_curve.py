"""The forgetting curve keeps its promises for every curve that a model and a learner's state can give."""

from math import exp, log

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from recall.curve import (
    MAXIMUM_INTERVAL,
    SMALLEST_FAILURE,
    Curve,
    interval,
    logistic,
    observation,
    recall_probability,
    shape,
)

from .strategies import curves, days, targets

# exp and log are exact to about one unit in the last place, so that equal values may differ by this much.
ROUNDING = 1e-14
# c = 1 (F = 1/9), S = 9 days, no slip: p = 1 / (1 + t/81)
HYPERBOLA = Curve(log(9.0), 0.0, -50.0)
# S = 2 days, c = 0.2, a slip of 5 %
COMMON = Curve(log(2.0), log(0.2), log(0.05 / 0.95))
EXTREMES = [Curve(x, y, z) for x in (-1e6, 1e6) for y in (-1e6, 1e6) for z in (-1e6, 1e6)]


def test_hyperbola_is_the_formula_worked_by_hand():
    assert recall_probability(HYPERBOLA, 81) == pytest.approx(0.5)
    assert interval(HYPERBOLA, 0.5) == pytest.approx(81)
    assert interval(HYPERBOLA, 0.9) == pytest.approx(9)
    assert interval(HYPERBOLA, exp(-1)) == pytest.approx(81 * (exp(1) - 1))


def test_common_curve_has_the_values_of_the_formula():
    for t in (0, 2, 10, 100, 36_500):
        p = 0.95 * (1 + (0.9 ** (-1 / 0.2) - 1) * t / 2) ** -0.2
        assert recall_probability(COMMON, t) == pytest.approx(p, rel=1e-12)


@given(curves)
def test_stability_is_the_days_until_ninety_percent_of_the_ceiling(curve):
    stability = exp(min(max(curve.log_stability, -15), 15))
    assert recall_probability(curve, stability) == pytest.approx(0.9 * recall_probability(curve, 0), rel=1e-9)


@given(st.one_of(curves, st.sampled_from(EXTREMES)), days)
@example(EXTREMES[0], 5e-324)
def test_any_curve_gives_a_probability(curve, t):
    assert 0.0 <= recall_probability(curve, t) <= 1.0


@given(curves, days, days)
def test_more_days_never_raise_recall(curve, t1, t2):
    sooner, later = sorted((t1, t2))
    assert recall_probability(curve, later) <= recall_probability(curve, sooner) + ROUNDING


@given(curves, st.floats(-20, 20), days)
def test_more_stability_never_lowers_recall(curve, other, t):
    less, more = sorted((curve.log_stability, other))
    low, high = (recall_probability(curve._replace(log_stability=x), t) for x in (less, more))
    assert low <= high + ROUNDING


@given(curves, st.floats(-20, 20), targets)
def test_more_stability_never_shortens_an_interval(curve, other, target):
    less, more = sorted((curve.log_stability, other))
    low, high = (interval(curve._replace(log_stability=x), target) for x in (less, more))
    assert low <= high * (1 + 1e-12)


@given(curves, targets)
def test_interval_is_the_inverse_of_recall(curve, target):
    t = interval(curve, target)
    assert 0.0 <= t <= MAXIMUM_INTERVAL
    if t == 0.0:
        assert recall_probability(curve, 0.0) <= target + ROUNDING
    elif t == MAXIMUM_INTERVAL:
        assert recall_probability(curve, t) >= target - 1e-9
    else:
        assert recall_probability(curve, t) == pytest.approx(target, abs=1e-9)


def test_target_above_the_ceiling_gives_no_interval():
    assert interval(COMMON, 0.95 + 1e-9) == 0.0


def test_target_still_met_after_a_century_gives_the_maximum():
    assert interval(Curve(15.0, 0.0, -20.0), 0.9) == 36_500.0


@given(
    st.builds(Curve, st.floats(-5, 8), st.floats(-3, 1), st.floats(-6, 1)),
    st.floats(0.01, 1000),
)
def test_slopes_of_an_observation_are_those_of_the_logit(curve, t):
    p, slopes = observation(curve, t)
    assume(1e-6 < p < 1 - 1e-5)
    for name, value, slope in zip(curve._fields, curve, slopes, strict=True):
        low, high = (recall_probability(curve._replace(**{name: value + step}), t) for step in (-1e-5, 1e-5))
        assume(0 < low < 1 and 0 < high < 1)
        numeric = (log(high / (1 - high)) - log(low / (1 - low))) / 2e-5
        assert slope == pytest.approx(numeric, rel=1e-3, abs=1e-5)


@given(st.one_of(curves, st.sampled_from(EXTREMES)), days)
def test_observation_is_never_surer_than_its_limit(curve, t):
    p, _ = observation(curve, t)
    assert 0.0 <= p <= 1.0 - SMALLEST_FAILURE


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_logistic_never_overflows(x):
    assert 0.0 <= logistic(x) <= 1.0


def test_shape_is_time_scale_decay_and_ceiling():
    assert shape(HYPERBOLA) == pytest.approx((81.0, 1.0, 1.0))
    assert shape(COMMON) == pytest.approx((2 / (0.9**-5 - 1), 0.2, 0.95))
