"""Intervals over learners are what their definitions say, and have the true mean as often as they say."""

import numpy as np
import pytest
from scipy import stats

from benchmarks.coverage import EFFECTS, SIZES, alike, by_root, coverage, pooled
from model_training.evaluation.intervals import MOST_RESAMPLED, interval

DRAWS = 1_000
PROMISED = 0.93  # of intervals of 95 %
# Where one learner in ten differs from all others, no interval can know of them when none is there.
KNOWABLE = [name for name in EFFECTS if name != "one in ten harmed"]


def test_many_equal_clusters_have_students_interval():
    means = np.random.default_rng(1).normal(0.01, 0.02, MOST_RESAMPLED + 1)
    values, clusters = np.repeat(means, 3), np.repeat(np.arange(len(means)), 3)
    low, high = stats.t.interval(0.99, len(means) - 1, means.mean(), stats.sem(means))
    assert interval(values, clusters, level=0.99) == pytest.approx((means.mean(), low, high))


def test_unequal_clusters_have_the_error_and_the_degrees_of_freedom_of_their_quadratic_form():
    rng, count = np.random.default_rng(2), MOST_RESAMPLED + 1
    means, size = rng.normal(size=count), rng.integers(1, 500, count)
    share = size / size.sum()
    residual = np.eye(count) - np.outer(np.ones(count), share)
    form = residual.T @ np.diag(share**2 / np.diag(residual @ residual.T)) @ residual
    freedom = np.trace(form) ** 2 / np.trace(form @ form)
    half = stats.t.isf(0.025, freedom) * np.sqrt(means @ form @ means)
    mean = share @ means
    found = interval(np.repeat(means, size), np.repeat(np.arange(count), size))
    assert found == pytest.approx((mean, mean - half, mean + half))


def test_skewed_means_reach_further_on_the_side_of_the_tail():
    means = np.array([*np.linspace(-0.01, 0.01, 11), 0.2])
    mean, low, high = interval(means, np.arange(12))
    assert high - mean > 2 * (mean - low)


def test_weights_are_those_of_reviews():
    values, clusters = np.array([1.0, 3.0, 5.0]), np.array([0, 0, 1])
    mean, *_ = interval(values, clusters, np.array([3.0, 1.0, 4.0]))
    assert mean == (3 * 1.0 + 1 * 3.0 + 4 * 5.0) / 8


def test_models_that_predict_alike_differ_by_nothing():
    assert interval(np.zeros(40), np.arange(40) // 4) == (0.0, 0.0, 0.0)


def test_one_cluster_says_nothing_of_others():
    assert interval(np.array([0.1, 0.2]), np.zeros(2, dtype=int)) is None


@pytest.mark.slow  # thousands of bootstraps
@pytest.mark.parametrize("effects", KNOWABLE)
@pytest.mark.parametrize(
    ("sizes", "way"),
    [
        *(("14 real sizes", way) for way in (pooled, by_root, alike)),
        ("10 equal", pooled),  # learners of equal size weigh alike in every way
        ("50 equal", pooled),
    ],
)
def test_interval_has_the_true_mean_as_often_as_promised(sizes, effects, way):
    chance = 2 * np.sqrt(PROMISED * (1 - PROMISED) / DRAWS)  # of the simulation itself
    assert coverage(way, SIZES[sizes], effects, DRAWS) >= PROMISED - chance
