"""Differences between candidates are paired, pooled and learner by learner, with intervals around them."""

import numpy as np
import pandas as pd
import pytest

from model_training.evaluation.differences import paired_differences
from model_training.evaluation.scores import MINIMUM_ROWS_OF_LEARNER
from model_training.reports.evaluation.tables import differences_table

# Ann and Bob have enough rows for a mean over learners; Cid, the hardest to predict, lacks one.
SIZES = {
    "ann": 2 * MINIMUM_ROWS_OF_LEARNER,
    "bob": MINIMUM_ROWS_OF_LEARNER,
    "cid": MINIMUM_ROWS_OF_LEARNER - 1,
}
BETTER_BY = {"ann": -0.06, "bob": 0.02, "cid": 0.5}


def log_of(sizes):
    """Return rows of the learners, two to a card."""
    learner = np.repeat(list(sizes), list(sizes.values()))
    return pd.DataFrame({"learner": learner, "card_number": np.arange(len(learner)) // 2})


@pytest.fixture(scope="module")
def pair():
    rows = log_of(SIZES)
    shared = np.random.default_rng(1).exponential(0.4, len(rows))
    losses = {"fsrs6_default": shared, "candidate": shared + rows["learner"].map(BETTER_BY).to_numpy()}
    return paired_differences(rows, losses)["fsrs6_default"]["candidate"]


def test_pooled_difference_weighs_reviews_alike(pair):
    expected = sum(SIZES[name] * BETTER_BY[name] for name in SIZES) / sum(SIZES.values())
    assert pair["pooled"]["log_loss"] == pytest.approx(expected, abs=1e-6)


def test_mean_of_learners_weighs_those_with_enough_reviews_alike(pair):
    assert pair["mean_of_learners"]["log_loss"] == pytest.approx(-0.02, abs=1e-6)


def test_interval_over_learners_spans_the_learners_own_differences(pair):
    # Student's t of two values, −0.06 and 0.02: −0.02 ± 12.7062 · 0.04.
    assert pair["mean_of_learners"]["learners"] == pytest.approx([-0.528248, 0.488248], abs=2e-6)


def test_what_all_reviews_of_a_learner_share_leaves_no_noise_over_cards():
    rows = log_of({"ann": 400})
    shared = np.random.default_rng(1).exponential(0.4, len(rows))
    pairs = paired_differences(rows, {"fsrs6_default": shared, "candidate": shared - 0.01})
    assert pairs["fsrs6_default"]["candidate"]["pooled"]["cards"] == [-0.01, -0.01]


def test_learners_with_enough_reviews_are_counted_where_the_candidate_is_better(pair):
    assert (pair["better_for"], pair["of_learners"]) == (1, 2)


def test_worst_learner_is_the_one_whose_log_loss_rises_most(pair):
    assert pair["worst"] == {"learner": "bob", "log_loss": 0.02}


def test_small_logs_have_no_mean_of_learners():
    rows = log_of({"ann": 20, "bob": 20})
    pairs = paired_differences(rows, {"fsrs6_default": np.full(40, 0.3), "candidate": np.full(40, 0.2)})
    pair = pairs["fsrs6_default"]["candidate"]
    assert pair["mean_of_learners"] == {"log_loss": None, "learners": None}
    assert (pair["better_for"], pair["of_learners"], pair["worst"]) == (0, 0, None)
    assert pair["pooled"]["log_loss"] == -0.1


def test_candidates_are_compared_with_the_references_alone():
    rows = log_of({"ann": 20})
    losses = {name: np.full(20, 0.3) for name in ("constant", "fsrs6_default", "reference_logistic")}
    pairs = paired_differences(rows, losses)
    assert {reference: list(by_name) for reference, by_name in pairs.items()} == {
        "fsrs6_default": ["constant", "reference_logistic"],
        "reference_logistic": ["constant", "fsrs6_default"],
    }


def test_table_sets_each_figure_under_its_head_and_marks_what_excludes_zero():
    pair = {
        "pooled": {"log_loss": -0.01, "cards": [-0.02, -0.005], "learners": [-0.03, 0.01]},
        "mean_of_learners": {"log_loss": 0.02, "learners": [0.01, 0.03]},
        "better_for": 3,
        "of_learners": 8,
        "worst": {"learner": "ann", "log_loss": 0.05},
    }
    summary = {"differences": {"fsrs6_default": {"constant": pair}}}
    table = differences_table(summary, {"constant": "Constant"}, "fsrs6_default")
    (cells,) = table.rows
    assert list(zip(table.head, cells, strict=True)) == [
        ("model", "Constant"),
        ("pooled", "−0.0100"),
        ("95 % over cards", "−0.0200 to −0.0050"),
        ("95 % over learners", "−0.0300 to +0.0100"),
        ("mean of learners", "+0.0200"),
        ("95 % over learners", "+0.0100 to +0.0300"),
        ("better for", "3 of 8"),
        ("worst learner", "+0.0500"),
    ]
    assert table.marked == {(0, 2), (0, 5)}
