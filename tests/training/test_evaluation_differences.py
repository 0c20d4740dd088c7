"""Differences between candidates are paired, pooled and learner by learner, with intervals around them."""

import numpy as np
import pandas as pd
import pytest

from model_training.evaluation.differences import paired_differences
from model_training.evaluation.intervals import interval
from model_training.evaluation.scores import MINIMUM_ROWS_OF_LEARNER
from model_training.reports.evaluation.comparisons import differences_table, fairest_rival, fairest_table

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


def differences_of(rows, losses, aucs=None):
    """Return the served model's differences from FSRS-6."""
    by_name = {"fsrs6_default": losses[0], "recall_history": losses[1]}
    if aucs is None:
        aucs = pd.DataFrame(0.7, sorted(set(rows["learner"])), list(by_name))
    return paired_differences(rows, by_name, aucs)["fsrs6_default"]["recall_history"]


def shared_losses(rows):
    return np.random.default_rng(1).exponential(0.4, len(rows))


@pytest.fixture(scope="module")
def pair():
    rows = log_of(SIZES)
    shared = shared_losses(rows)
    aucs = pd.DataFrame(
        {"fsrs6_default": [0.7, 0.6, 0.9], "recall_history": [0.75, 0.61, 0.5]}, index=list(SIZES)
    )
    return differences_of(rows, (shared, shared + rows["learner"].map(BETTER_BY).to_numpy()), aucs)


def test_pooled_difference_weighs_reviews_alike(pair):
    expected = sum(SIZES[name] * BETTER_BY[name] for name in SIZES) / sum(SIZES.values())
    assert pair["pooled"]["log_loss"] == pytest.approx(expected, abs=1e-6)


def test_mean_of_learners_weighs_those_with_enough_reviews_alike(pair):
    assert pair["mean_of_learners"]["log_loss"] == pytest.approx(-0.02, abs=1e-6)
    assert pair["auc_of_learners"]["auc"] == pytest.approx(0.03, abs=1e-6)


@pytest.mark.parametrize(
    ("part", "clusters", "values"),
    [
        ("mean_of_learners", "learners", [-0.06, 0.02]),
        ("auc_of_learners", "learners", [0.05, 0.01]),
    ],
)
def test_intervals_are_those_of_the_learners_own_differences(pair, part, clusters, values):
    expected = interval(np.array(values), np.arange(2))
    assert pair[part][clusters] == pytest.approx([expected.low, expected.high], abs=1e-6)


@pytest.mark.parametrize(("unit", "column"), [("cards", "card_number"), ("learners", "learner")])
def test_pooled_intervals_are_over_cards_and_over_learners(pair, unit, column):
    rows = log_of(SIZES)
    differences = rows["learner"].map(BETTER_BY).to_numpy()
    expected = interval(differences, pd.factorize(rows[column])[0])
    assert pair["pooled"][unit] == pytest.approx([expected.low, expected.high], abs=1e-6)


def test_what_all_reviews_of_a_learner_share_leaves_no_noise_over_cards():
    rows = log_of({"ann": 400})
    shared = shared_losses(rows)
    assert differences_of(rows, (shared, shared - 0.01))["pooled"]["cards"] == [-0.01, -0.01]


def test_learners_with_enough_reviews_are_counted_where_the_served_model_is_better(pair):
    assert (pair["better_for"], pair["of_learners"]) == (1, 2)


def test_worst_learner_is_the_one_whose_log_loss_rises_most(pair):
    assert pair["worst"] == {"learner": "bob", "log_loss": 0.02}


def test_learner_whose_reviews_all_ended_alike_has_no_auc_to_compare():
    rows = log_of({"ann": MINIMUM_ROWS_OF_LEARNER, "bob": MINIMUM_ROWS_OF_LEARNER})
    shared = shared_losses(rows)
    aucs = pd.DataFrame({"fsrs6_default": [0.7, np.nan], "recall_history": [0.8, np.nan]}, ["ann", "bob"])
    pair = differences_of(rows, (shared, shared), aucs)
    assert pair["auc_of_learners"] == {"auc": pytest.approx(0.1), "learners": None}
    assert pair["of_learners"] == 2


def test_small_logs_have_no_mean_of_learners():
    rows = log_of({"ann": 20, "bob": 20})
    pair = differences_of(rows, (np.full(40, 0.3), np.full(40, 0.2)))
    assert pair["mean_of_learners"] == {"log_loss": None, "learners": None}
    assert pair["auc_of_learners"] == {"auc": None, "learners": None}
    assert (pair["better_for"], pair["of_learners"], pair["worst"]) == (0, 0, None)
    assert pair["pooled"]["log_loss"] == -0.1


def test_served_models_are_compared_with_every_other_candidate():
    rows = log_of({"ann": 20})
    names = ("constant", "recall_three_inputs", "recall_history_state")
    losses = {name: np.full(20, 0.3) for name in names}
    pairs = paired_differences(rows, losses, pd.DataFrame(0.7, ["ann"], list(names)))
    assert {other: set(by_served) for other, by_served in pairs.items()} == {
        "constant": {"recall_three_inputs", "recall_history_state"},
        "recall_three_inputs": {"recall_history_state"},
        "recall_history_state": {"recall_three_inputs"},
    }


def compared(each, pooled, auc):
    """Return a pair's figures and intervals, as `paired_differences` does."""
    return {
        "pooled": {"log_loss": -0.01, "cards": [-0.02, -0.005], "learners": pooled},
        "mean_of_learners": {"log_loss": 0.02, "learners": each},
        "auc_of_learners": {"auc": 0.03, "learners": auc},
        "better_for": 3,
        "of_learners": 8,
        "worst": {"learner": "ann", "log_loss": 0.05},
    }


def summary_of(**pairs):
    """Return the summary of one served model beside others; each is named by its name."""
    knows = {"recall_history": "history", "fsrs6_default": "history"}
    return {
        "models": {
            name: {"title": name.upper(), "knows": knows.get(name, "nothing")}
            for name in ("recall_history", *pairs)
        },
        "differences": {other: {"recall_history": pair} for other, pair in pairs.items()},
    }


def test_table_sets_each_figure_under_its_head_and_marks_what_excludes_zero():
    pair = compared([0.01, 0.03], [-0.03, 0.01], [0.01, 0.05])
    table = differences_table(summary_of(fsrs6_default=pair), "recall_history")
    (cells,) = table.rows
    assert list(zip(table.head, cells, strict=True)) == [
        ("compared with", "FSRS6_DEFAULT"),
        ("same help", "yes"),
        ("log loss per learner", "+0.0200"),
        ("95 % over learners", "+0.0100 to +0.0300"),
        ("better for", "3 of 8"),
        ("worst learner", "+0.0500"),
        ("log loss pooled", "−0.0100"),
        ("95 % over cards", "−0.0200 to −0.0050"),
        ("95 % over learners", "−0.0300 to +0.0100"),
        ("AUC per learner", "+0.0300"),
        ("95 % over learners", "+0.0100 to +0.0500"),
    ]
    assert table.marked == {(0, 3), (0, 7), (0, 10)}


def test_rivals_with_as_much_help_come_first():
    pair = compared([0.01, 0.03], [-0.03, 0.01], [0.01, 0.05])
    table = differences_table(summary_of(constant=pair, fsrs6_default=pair), "recall_history")
    assert [cells[:2] for cells in table.rows] == [["FSRS6_DEFAULT", "yes"], ["CONSTANT", ""]]


def best_rival_summary():
    """Return two models with the served one's help, and a better one that knows more; and a served one."""
    pairs = {
        "fsrs6_default": compared([-0.03, -0.01], [-0.03, 0.01], [0.01, 0.05]),
        "fsrs6_pooled": compared([-0.02, 0.01], [-0.03, 0.01], [0.01, 0.05]),
        "fsrs6_default_state": compared([0.01, 0.02], [-0.03, 0.01], [0.01, 0.05]),
    }
    summary = summary_of(**pairs)
    summary["models"]["fsrs6_pooled"]["knows"] = "history"
    losses = {"recall_history": 0.3, "fsrs6_default": 0.35, "fsrs6_pooled": 0.34, "fsrs6_default_state": 0.2}
    for name, loss in losses.items():
        summary["models"][name] |= {"log_loss": loss - 0.1, "log_loss_learners": loss}
    return summary


def test_fairest_rival_is_the_best_with_the_same_help():
    summary = best_rival_summary()
    assert fairest_rival(summary, "recall_history") == "fsrs6_pooled"
    for model in summary["models"].values():
        model["log_loss_learners"] = None
    summary["models"]["fsrs6_default"]["log_loss"] = 0.1
    assert fairest_rival(summary, "recall_history") == "fsrs6_default"


def test_table_of_fairest_rivals_counts_whom_the_served_model_beats(monkeypatch):
    monkeypatch.setattr("model_training.reports.evaluation.comparisons.SERVED", ("recall_history",))
    table = fairest_table(best_rival_summary())
    (cells,) = table.rows
    assert list(zip(table.head, cells, strict=True)) == [
        ("served model", "RECALL_HISTORY"),
        ("fairest rival", "FSRS6_POOLED"),
        ("difference", "+0.0200"),
        ("95 % over learners", "−0.0200 to +0.0100"),
        ("better for", "3 of 8"),
        ("log loss per learner", "0.3000"),
        ("rival's", "0.3400"),
        ("better than", "1"),
        ("level with", "1"),
        ("worse than", "1"),
    ]
    assert table.marked == set()
