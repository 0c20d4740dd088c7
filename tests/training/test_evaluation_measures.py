"""RMSE(bins) and the learner offset are what their definitions say."""

import numpy as np
import pandas as pd
import pytest

from model_training.evaluation.offset import online_probabilities, with_offset
from model_training.evaluation.scores import log_losses, rmse_bins, score


def test_rmse_bins_equals_the_one_worked_by_hand():
    # Days 1 and 3 share a bin (3.62⁰), 4 doesn't; review days 2 and 3 share one (1.89¹), 4 doesn't; lapses 0
    # and 1 don't, 1 and 1 do.
    rows = pd.DataFrame(
        {
            "days_apart": [1, 3, 4, 3, 2, 2],
            "review_count": [1, 2, 1, 3, 1, 1],
            "lapses": [0, 0, 0, 0, 1, 1],
        }
    )
    recalled = np.array([1, 0, 1, 1, 0, 1])
    probability = np.array([0.9, 0.7, 0.8, 0.6, 0.5, 0.7])
    # (predicted − observed, reviews) of the bins
    bins = [(0.8 - 0.5, 2), (0.8 - 1.0, 1), (0.6 - 1.0, 1), (0.6 - 0.5, 2)]
    expected = np.sqrt(sum(n * gap**2 for gap, n in bins) / 6)
    assert rmse_bins(rows, recalled, probability) == pytest.approx(expected)


def test_log_losses_average_to_the_score_even_where_a_certainty_fails():
    recalled, probability = np.array([1, 0, 1, 0]), np.array([0.9, 0.2, 1.0, 1.0])
    losses = log_losses(recalled, probability)
    assert losses.tolist()[:2] == pytest.approx([-np.log(0.9), -np.log(0.8)])
    assert losses.mean() == pytest.approx(score(recalled, probability).log_loss)


def test_offset_learns_from_the_learners_earlier_rows_only():
    rows = pd.DataFrame({"learner": ["ann", "ann", "ann", "bob"], "recalled": [0, 1, 1, 1]})
    probability = online_probabilities(rows, np.array([0.0, 0.0, 1.0, 0.0]), 0.5)
    second = 1 / (1 + np.exp(0.25))  # offset 0 + 0.5 (0 − 0.5)
    third = 1 / (1 + np.exp(-1 + 0.25 - 0.5 * (1 - second)))
    assert probability.tolist() == pytest.approx([0.5, second, third, 0.5])


def test_offset_changes_what_its_candidate_predicts_after_the_first_row():
    rows = pd.DataFrame({"learner": ["ann"] * 3, "recalled": [1, 1, 1]})
    predict = with_offset(lambda _: lambda rows: np.full(len(rows), 0.8))(rows)
    first, second, third = predict(rows)
    assert first == pytest.approx(0.8)
    assert 0.8 < second < third
