"""A learner's state learns from outcomes by the filter's formula, and shifts curves by its own."""

from math import log

import numpy as np
import pytest

from recall import learner
from recall.curve import Curve, observation, recall_probability
from recall.learner import START, LearnerState, certainty, directions, shifted, updated, widened

from .histories import MODEL, random_features, random_state, seeded

CARD = Curve(1.0, -1.5, -3.0)


@pytest.mark.parametrize(("first", "recalled"), [(True, False), (False, True)])
def test_step_is_the_matrix_formula_of_the_filter(first, recalled):
    state, along = random_state(seeded(2), MODEL, 30), directions(1.7, first=first)
    p, after = updated(state, CARD, along, 4.0, recalled=recalled)
    _, (by_stability, by_decay, by_slip) = observation(CARD, 4.0)
    h = by_stability * np.array(along)
    h[2], h[3] = by_decay, by_slip
    w, mean, covariance = p * (1 - p), np.array(state.mean), np.array(state.covariance)
    # The textbook's filter for y = p(m) + noise of variance w, with ∂p/∂m = w h
    gain = covariance @ (w * h) / (w * h @ covariance @ (w * h) + w)

    assert p == recall_probability(CARD, 4.0)
    assert after.mean == pytest.approx(mean + gain * (recalled - p), abs=1e-12)
    expected = covariance - np.outer(gain, w * h) @ covariance + np.diag(learner.WANDERING)
    assert np.array(after.covariance) == pytest.approx(expected, abs=1e-12)


def test_start_is_unknown_and_shifts_nothing():
    assert np.array(START.covariance).tolist() == np.diag(learner.START_VARIANCES).tolist()
    for first in (True, False):
        assert shifted(CARD, START, directions(2.0, first=first), -0.5) == CARD
    assert certainty(START) == 0.0


def test_directions_are_those_of_the_formula():
    assert directions(2.0, first=True) == (1.0, 1.0, 0.0, 0.0, pytest.approx(1.2), 0.0)
    assert directions(2.0, first=False) == (1.0, 0.0, 0.0, 0.0, 0.0, -0.5)


def test_state_shifts_the_curve_by_the_formula():
    state = LearnerState((0.1, 0.02, -0.3, 0.4, 0.5, -0.2), START.covariance)

    first, later = (shifted(CARD, state, directions(2.0, first=first), -1.0) for first in (True, False))
    assert first == pytest.approx(Curve(1.0 + 0.1 + 0.02 + 0.5 * 1.2, -1.8, -2.6))
    assert later == pytest.approx(Curve(1.0 + 0.1 - 0.2 * -0.5, -1.8, -2.6))


def test_slope_below_the_least_counts_as_the_least():
    far, least = (LearnerState((0.1, 0, 0, 0, slope, slope), START.covariance) for slope in (-9.0, -0.6))
    for first in (True, False):
        along = directions(3.0, first=first)
        assert shifted(CARD, far, along, -0.6) == shifted(CARD, least, along, -0.6)


def test_covariance_stays_positive_under_extreme_outcomes():
    random, state = seeded(3), START
    for _ in range(5_000):
        curve = Curve(random.uniform(-15, 15), random.uniform(-4, 2), random.uniform(-12, 12))
        along = directions(random.uniform(-7, 10.5), first=random.random() < 0.5)
        days = random.choice((0.2, 1.0, 30.0, 36_500.0))
        state = updated(state, curve, along, days, recalled=random.random() < 0.5)[1]
    assert np.linalg.eigvalsh(np.array(state.covariance)).min() > 0.0


def test_certainty_grows_with_outcomes():
    shares = [certainty(random_state(seeded(4), MODEL, outcomes)) for outcomes in (0, 1, 10, 100)]
    assert shares == sorted(shares)
    assert shares[0] == 0.0
    assert 0.2 < shares[-1] < 1.0


def test_widened_state_keeps_its_means_and_is_a_tenth_less_sure():
    state = random_state(seeded(5), MODEL)
    wider = widened(state)

    assert wider.mean == state.mean
    difference = np.array(wider.covariance) - np.array(state.covariance)
    assert difference == pytest.approx(np.diag(0.1 * np.array(learner.START_VARIANCES)), abs=1e-12)


def test_state_of_a_learner_who_differs_predicts_them_better():
    random = seeded(6)
    truth = LearnerState((-1.5, 0.8, 0.4, 0.9, 0.2, 0.1), START.covariance)
    state, fixed, learning, features = START, 0.0, 0.0, random_features(6, 3_000)
    for i, x in enumerate(features):
        days = random.lognormvariate(1.5, 1.5)
        recalled = random.random() < recall_probability(MODEL.curve(x, truth), days)
        if i >= 1_000:
            before, now = (recall_probability(MODEL.curve(x, s), days) for s in (START, state))
            fixed -= log(before if recalled else 1 - before)
            learning -= log(now if recalled else 1 - now)
        state = MODEL.learner_after(state, x, days, recalled=recalled)
    assert learning / 2_000 < fixed / 2_000 - 0.02
