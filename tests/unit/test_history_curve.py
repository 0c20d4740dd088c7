"""The curve in the coordinates of the history model: falling, invertible, and never beyond its limits."""

from math import isclose, log

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from recall.curve import MAXIMUM_INTERVAL, logistic
from recall.errors import InvalidInputError
from recall.history_curve import Curve, interval, observation, recall_probability

ROUNDING = 1e-14
any_number = st.floats(-1e300, 1e300)
days = st.floats(0, 36_500)
curves = st.builds(Curve, st.floats(-16, 16), st.floats(-5, 3), st.floats(-10, 10))
far_curves = st.builds(Curve, any_number, any_number, any_number)


def test_without_slip_ninety_percent_are_left_after_the_stability():
    for log_decay in (-4.0, log(0.1542), 0.0, 2.0):
        assert recall_probability(Curve(log(12), log_decay, -50), 12) == pytest.approx(0.9, abs=1e-14)
    # c = 1: F = 0.9^(−1) − 1 = 1/9, p = (1 − ½)/(1 + 27/(9 · 3))
    assert recall_probability(Curve(log(3), 0.0, 0.0), 27) == pytest.approx(0.25)


@given(far_curves, st.floats(0, 1e308))
@example(Curve(-1e300, 1e300, -1e300), 1e308)
@example(Curve(1e300, -1e300, 1e300), 5e-324)
def test_any_curve_and_any_delay_give_a_probability(curve, t):
    assert 0.0 <= recall_probability(curve, t) <= 1.0


@given(far_curves, days)
@example(Curve(-1e300, 1e300, -1e300), 36_500.0)
@example(Curve(1e300, -1e300, 1e300), 5e-324)
def test_any_curve_teaches_with_finite_slopes(curve, t):
    probability, slopes = observation(curve, t)
    assert 0.0 <= probability <= 1 - 1e-6
    assert all(abs(slope) <= 1e7 for slope in slopes)


@given(curves, days, days)
def test_more_days_never_raise_recall(curve, t1, t2):
    sooner, later = sorted((t1, t2))
    assert recall_probability(curve, later) <= recall_probability(curve, sooner) + ROUNDING


@given(curves, days)
def test_interval_is_the_inverse_of_recall(curve, t):
    target = recall_probability(curve, t)
    assume(0.0 < target < 1.0)
    assert isclose(recall_probability(curve, interval(curve, target)), target, abs_tol=1e-9)


@given(far_curves, st.floats(1e-6, 1 - 1e-6))
def test_clipped_interval_lies_on_the_reachable_side(curve, target):
    found = interval(curve, target)
    assert 0.0 <= found <= MAXIMUM_INTERVAL
    if found == 0.0:
        # the shortest time scale is below a microsecond
        assert recall_probability(curve, 1e-9) <= target + ROUNDING
    if found == MAXIMUM_INTERVAL:
        assert recall_probability(curve, MAXIMUM_INTERVAL) >= target - 1e-9


def test_target_above_the_slip_ceiling_gives_no_interval():
    assert interval(Curve(3.0, 0.0, 0.0), 0.5) == 0.0


def test_target_still_met_after_a_century_gives_the_maximum():
    assert interval(Curve(14.0, 0.0, -50.0), 0.9) == 36_500.0


@pytest.mark.parametrize("target", [0.0, 1.0, -0.1, float("nan")])
def test_target_outside_zero_to_one_is_refused_by_name(target):
    with pytest.raises(InvalidInputError, match="target_recall: must be greater than 0 and less than 1"):
        interval(Curve(0.0, 0.0, 0.0), target)


@given(st.builds(Curve, st.floats(-5, 10), st.floats(-3.5, 1.5), st.floats(-6, 3)), st.floats(0.1, 1000))
def test_slopes_are_those_of_the_logit(curve, t):
    step = 1e-5

    def logit(moved):
        p = recall_probability(moved, t)
        return log(p / (1 - p))

    probability, slopes = observation(curve, t)
    assume(1e-4 < probability < 1 - 1e-4)
    assert probability == recall_probability(curve, t)
    for coordinate, slope in zip(Curve._fields, slopes, strict=True):
        value = getattr(curve, coordinate)
        higher, lower = (curve._replace(**{coordinate: value + s}) for s in (step, -step))
        assert (logit(higher) - logit(lower)) / (2 * step) == pytest.approx(slope, rel=1e-4, abs=1e-5)


def test_without_delay_only_the_slip_can_teach():
    probability, slopes = observation(Curve(2.0, -1.0, -3.0), 0.0)
    assert probability == logistic(3.0)
    assert slopes == (0.0, 0.0, pytest.approx(-1.0))
