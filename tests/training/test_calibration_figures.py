"""Figures of predictions, by hand; and those of days, added up."""

import numpy as np
import pytest

from model_training.calibration.figures import BINS, figures, pooled

MONDAY = (np.array([1, 0, 1, 1]), np.array([0.8, 0.6, 0.9, 0.5]))
TUESDAY = (np.array([1, 0, 1]), np.array([0.81, 0.84, 0.91]))


def test_figures_are_those_by_hand():
    found = figures(*MONDAY)

    assert found["reviews"] == 4
    assert found["recalled"] == 3
    assert found["log_loss"] == pytest.approx(-np.log([0.8, 0.4, 0.9, 0.5]).mean(), abs=1e-6)
    # 0.8 and 0.9 are above the failure's 0.6, 0.5 isn't.
    assert found["auc"] == pytest.approx(2 / 3, abs=1e-6)
    assert found["brier"] == pytest.approx((0.04 + 0.36 + 0.01 + 0.25) / 4)
    assert found["calibration_error"] == pytest.approx((0.2 + 0.6 + 0.1 + 0.5) / 4)
    assert found["reliability"] == [[0.5, 1.0, 1], [0.6, 0.0, 1], [0.8, 1.0, 1], [0.9, 1.0, 1]]


def test_predictions_of_a_bin_are_compared_in_the_mean():
    found = figures(*TUESDAY)

    assert found["reliability"] == [[0.825, 0.5, 2], [0.91, 1.0, 1]]
    assert found["calibration_error"] == pytest.approx((2 * 0.325 + 0.09) / 3, abs=1e-6)


def test_certain_predictions_are_in_the_outermost_bins_and_cost_a_finite_loss():
    found = figures(np.array([0, 1]), np.array([1.0, 0.0]))

    assert found["reliability"] == [[0.0, 1.0, 1], [1.0, 0.0, 1]]
    assert found["log_loss"] == pytest.approx(36.04, abs=0.01)
    assert found["calibration_error"] == 1


def test_days_added_up_are_both_days_together():
    recalled, probability = (np.concatenate(parts) for parts in zip(MONDAY, TUESDAY, strict=True))
    together, added = figures(recalled, probability), pooled([figures(*MONDAY), figures(*TUESDAY)])

    for name in ("reviews", "recalled", "log_loss", "brier", "calibration_error"):
        assert added[name] == pytest.approx(together[name], abs=2e-6), name
    assert added["reliability"] == together["reliability"]


def test_auc_of_days_counts_pairs_of_the_same_day():
    assert pooled([figures(*MONDAY), figures(*TUESDAY)])["auc"] == pytest.approx((2 + 1) / (3 + 2), abs=1e-6)


def test_day_of_one_outcome_has_no_pairs_for_the_auc():
    one = figures(np.array([1, 1]), np.array([0.7, 0.2]))

    assert pooled([figures(*MONDAY), one])["auc"] == pytest.approx(2 / 3, abs=1e-6)
    assert pooled([one, one])["auc"] is None


def test_many_days_add_up_bin_by_bin():
    rng = np.random.default_rng(1)
    probability = rng.beta(8, 1.5, 6000).round(4)
    recalled = (rng.random(6000) < probability).astype(int)
    days = [figures(y, p) for y, p in zip(np.split(recalled, 60), np.split(probability, 60), strict=True)]
    together, added = figures(recalled, probability), pooled(days)

    assert len(added["reliability"]) <= BINS
    assert np.array(added["reliability"]) == pytest.approx(np.array(together["reliability"]), abs=1e-5)
    assert added["calibration_error"] == pytest.approx(together["calibration_error"], abs=1e-5)
