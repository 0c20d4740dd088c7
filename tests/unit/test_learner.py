"""A learner's state learns from outcomes by the filter's formula, and what comes from outside is checked."""

import json
from math import inf, log, nan

import numpy as np
import pytest

from recall import learner
from recall.errors import InvalidInputError
from recall.history_curve import Curve, recall_probability
from recall.learner import START, LearnerState, shifted, state_from_dict, state_to_dict, updated

from .histories import random_features, random_model, seeded

UPPER = np.triu_indices(4)


def matrix(state):
    full = np.zeros((4, 4))
    full[UPPER] = state.covariance
    return full + np.triu(full, 1).T


def wandered(count=30, seed=2):
    """Return a state after some outcomes, with nothing in it that is zero."""
    random, state = seeded(seed), START
    for _ in range(count):
        slopes = (random.uniform(0, 2), random.uniform(-1, 1), random.uniform(-1, 0))
        single, recalled = random.random() < 0.5, random.random() < 0.7
        state = updated(state, random.uniform(0.2, 0.9), slopes, single_day=single, recalled=recalled)
    return state


@pytest.mark.parametrize("single_day", [True, False])
@pytest.mark.parametrize("recalled", [True, False])
def test_step_is_the_matrix_formula_of_the_filter(single_day, recalled):
    state, p, slopes = wandered(), 0.8, (0.7, -0.3, -0.2)
    h = np.array([0.7, 0.7 * single_day, -0.3, -0.2])
    w, mean, covariance = p * (1 - p), np.array(state.mean), matrix(state)
    # The textbook's filter for y = p(m) + noise of variance w, with ∂p/∂m = w h
    gain = covariance @ (w * h) / (w * h @ covariance @ (w * h) + w)
    after = updated(state, p, slopes, single_day=single_day, recalled=recalled)
    assert after.mean == pytest.approx(mean + gain * (recalled - p), abs=1e-14)
    expected = covariance - np.outer(gain, w * h) @ covariance + 1e-4 * np.eye(4)
    assert after.covariance == pytest.approx(expected[UPPER], abs=1e-14)


def test_start_is_unknown_and_shifts_nothing():
    assert matrix(START).tolist() == (0.5 * np.eye(4)).tolist()
    assert shifted(Curve(1.0, 2.0, 3.0), START, single_day=True) == (1.0, 2.0, 3.0)


def test_state_shifts_the_coordinates_and_young_cards_once_more():
    state = LearnerState((0.1, 0.02, -0.3, 0.4), START.covariance)
    assert shifted(Curve(1.0, 2.0, 3.0), state, single_day=False) == pytest.approx((1.1, 1.7, 3.4))
    assert shifted(Curve(1.0, 2.0, 3.0), state, single_day=True) == pytest.approx((1.12, 1.7, 3.4))


def test_covariance_stays_one_under_extreme_outcomes():
    random, state = seeded(3), START
    for _ in range(5_000):
        p = random.choice((0.0, 1e-300, 1e-6, 0.5, 1 - 1e-6))
        slopes = tuple(random.choice((0.0, 1e-9, 1.0, 7.0, 1e6)) * s for s in (1, -1, -1))
        state = updated(state, p, slopes, single_day=random.random() < 0.5, recalled=p < 0.4)
        assert np.linalg.eigvalsh(matrix(state)).min() > 0.0


def log_losses(model, features, outcomes):
    """Mean loss of the starting state and of the state that learns, both over the second half."""
    state, fixed, learning = START, 0.0, 0.0
    for i, (x, days, recalled) in enumerate(zip(features, *outcomes, strict=True)):
        if i >= len(features) // 2:
            before, now = (model.recall_probability(x, days, s) for s in (START, state))
            fixed -= log(before if recalled else 1 - before)
            learning -= log(now if recalled else 1 - now)
        state = model.learner_after(state, x, days, recalled=recalled)
    return 2 * fixed / len(features), 2 * learning / len(features), state


def test_state_of_a_learner_who_differs_predicts_them_better():
    random, truth = seeded(4), LearnerState((-1.2, 0.8, 0.5, 1.0), START.covariance)
    model, features = random_model(random, 0.02), random_features(4, 2_000)
    days = [random.lognormvariate(1.5, 1.5) for _ in features]
    recalled = [
        random.random() < recall_probability(model.curve(x, truth), t)
        for x, t in zip(features, days, strict=True)
    ]
    fixed, learning, state = log_losses(model, features, (days, recalled))
    assert learning < fixed - 0.02
    spread = np.sqrt(np.diag(matrix(state)))
    assert (np.abs(np.array(state.mean) - truth.mean) < 3 * spread).all()
    assert (spread < np.sqrt(0.5)).all()


def test_state_is_json_and_comes_back():
    state = wandered()
    assert state_from_dict(json.loads(json.dumps(state_to_dict(state)))) == state
    assert state_from_dict(state_to_dict(START)) == START


@pytest.mark.parametrize(
    ("change", "field", "problem"),
    [
        ({"mean": [0.0] * 3}, "state.mean", "must be a list of 4 numbers"),
        ({"mean": "0000"}, "state.mean", "must be a list of 4 numbers"),
        ({"mean": [0.0, nan, 0.0, 0.0]}, "state.mean", "must hold numbers within ±1,000,000"),
        ({"mean": [0.0, True, 0.0, 0.0]}, "state.mean", "must hold numbers within ±1,000,000"),
        ({"mean": [10**400, 0, 0, 0]}, "state.mean", "must hold numbers within ±1,000,000"),
        ({"covariance": [1.0] * 9}, "state.covariance", "must be a list of 10 numbers"),
        ({"covariance": [inf] * 10}, "state.covariance", "must hold numbers within ±1,000,000"),
        ({"covariance": [0.0] * 10}, "state.covariance", "must be a covariance: positive definite"),
        ({"covariance": [1.0] * 10}, "state.covariance", "must be a covariance: positive definite"),
        (
            {"covariance": [1.0, 0.0, 0.0, 1.1, 1.0, 0.0, 0.0, 1.0, 0.0, 1.0]},
            "state.covariance",
            "must be a covariance: positive definite",
        ),
        (
            {"covariance": [1e-300, 1e6, 0.0, 1e6, 1.0, 0.0, 0.0, 1.0, 0.0, 1.0]},
            "state.covariance",
            "must be a covariance: positive definite",
        ),
        ({"variance": 1}, "state", "must have exactly mean and covariance"),
    ],
)
def test_state_that_is_none_is_refused_by_name(change, field, problem):
    with pytest.raises(InvalidInputError) as refusal:
        state_from_dict(state_to_dict(START) | change, "state")
    assert (refusal.value.field, refusal.value.problem) == (field, problem)


def test_constants_are_those_of_the_protocol():
    assert (learner.START_VARIANCE, learner.WANDERING) == (0.5, 1e-4)
