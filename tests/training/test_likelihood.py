"""The likelihood is the log loss of the served curve, and its gradient is the right one."""

import numpy as np
import pytest
from scipy.optimize import check_grad

from model_training.fitting import likelihood
from model_training.fitting.likelihood import log_recall, negative_log_likelihood, sum_of_blocks
from recall.curve import Curve, recall_probability


def random_curves(count, size):
    """Return curves of shape (3, count) and days: a size of 1 is within the limits, of 15 far beyond them."""
    rng = np.random.default_rng(4)
    curves = rng.normal([[2.0], [-1.5], [-3.0]], [[2.0 * size], [size], [2.0 * size]], (3, count))
    return curves, rng.lognormal(2.0, 2.5, count).clip(0, 36_500)


def random_outcomes(count):
    """Return outcomes, a third of them probabilities as a teacher gives, and weights."""
    rng = np.random.default_rng(5)
    certain = (rng.random(count) < 0.8).astype(float)
    return np.where(rng.random(count) < 1 / 3, rng.random(count), certain), rng.uniform(0.1, 3.0, count)


@pytest.mark.parametrize("size", [1.0, 15.0], ids=["within the limits", "beyond the limits"])
def test_vectorised_curve_is_the_served_one(size):
    curves, days = random_curves(20_000, size)
    served = [recall_probability(Curve(*c), t) for c, t in zip(curves.T.tolist(), days.tolist(), strict=True)]
    assert np.abs(np.exp(log_recall(curves, days)) - served).max() <= 1e-12


def test_value_is_the_weighted_sum_of_the_curve_s_log_losses():
    curves, days = random_curves(500, 1.0)
    recalled, weight = random_outcomes(500)
    p = np.array(
        [recall_probability(Curve(*c), t) for c, t in zip(curves.T.tolist(), days.tolist(), strict=True)]
    )
    expected = -np.sum(weight * (recalled * np.log(p) + (1 - recalled) * np.log(1 - p)))
    assert negative_log_likelihood(curves, days, recalled, weight)[0] == pytest.approx(expected, rel=1e-9)


def test_gradient_equals_finite_differences():
    curves, days = random_curves(60, 1.0)
    outcomes = random_outcomes(60)

    def value(flat):
        return negative_log_likelihood(flat.reshape(3, 60), days, *outcomes)[0]

    def gradient(flat):
        return negative_log_likelihood(flat.reshape(3, 60), days, *outcomes)[1].ravel()

    assert check_grad(value, gradient, curves.ravel()) < 1e-4


def test_gradient_is_zero_where_a_limit_holds():
    curves = np.array([[16.0, -16.0, 1.0, 1.0], [0.0, 0.0, 2.1, -4.1], [-3.0, -3.0, -3.0, -3.0]])
    recalled = np.array([1.0, 0.0, 1.0, 0.0])
    _, gradient = negative_log_likelihood(curves, np.full(4, 5.0), recalled, np.ones(4))
    assert gradient[0, :2].tolist() == [0.0, 0.0]
    assert gradient[1, 2:].tolist() == [0.0, 0.0]
    # ∂ −ln p / ∂ z is the slip s itself: for what was recalled, whatever the limits
    assert gradient[2, [0, 2]] == pytest.approx([1 / (1 + np.exp(3.0))] * 2)


def test_failure_of_a_card_that_is_sure_costs_a_finite_27_nats():
    curves = np.array([[15.0], [0.0], [-60.0]])
    value, gradient = negative_log_likelihood(curves, np.zeros(1), np.zeros(1), np.ones(1))
    assert value == pytest.approx(-np.log(1e-12), rel=1e-4)
    assert np.isfinite(gradient).all()


def test_sum_of_blocks_has_every_review_once_and_the_same_bits_on_any_number_of_processors(monkeypatch):
    values = np.random.default_rng(6).normal(size=1_000)
    monkeypatch.setattr(likelihood, "BLOCK", 7)
    found = []
    for threads in (1, 3):
        monkeypatch.setattr(likelihood, "MOST_THREADS", threads)
        found.append(sum_of_blocks(lambda rows: (values[rows].sum(), values[rows, None].sum(axis=0)), 1_000))
    assert found[0] == found[1]
    assert [found[0][0], *found[0][1]] == pytest.approx([values.sum()] * 2, rel=1e-12)
