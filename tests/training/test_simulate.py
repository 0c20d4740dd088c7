"""The simulated learners: near the real log, the same for the same seed, with a lawful memory."""

from contextlib import redirect_stdout
from io import StringIO

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model_training.cli import main
from model_training.review_log.features import scored_features
from model_training.simulation.learner import draw_simulated_learner
from model_training.simulation.memory import (
    CardMemory,
    recall,
    stability_after_failure,
    stability_after_success,
)
from model_training.simulation.resemblance import REAL_LOG, figures
from model_training.simulation.simulate import is_simulated, simulate_learner

from .logs import canonical, simulated, written

stabilities = st.floats(0.2, 1_000)
difficulty_values = st.floats(-3, 3)


@given(stabilities)
def test_stability_is_the_delay_at_ninety_percent_recall(stability):
    assert recall(stability, stability) == pytest.approx(0.9)
    assert recall(0.0, stability) == 1.0


@given(stabilities, difficulty_values)
def test_spaced_success_strengthens_more_than_a_massed_one(stability, difficulty):
    massed = stability_after_success(stability, difficulty, 0.999)
    spaced = stability_after_success(stability, difficulty, 0.8)
    assert stability < massed < spaced


@given(stabilities)
def test_harder_cards_gain_less(stability):
    assert stability_after_success(stability, 1.0, 0.9) < stability_after_success(stability, 0.0, 0.9)


@given(stabilities, difficulty_values)
def test_failure_never_strengthens(stability, difficulty):
    assert 0.2 <= stability_after_failure(stability, difficulty) <= stability


def test_remembering_longer_proves_and_gives_more():
    early, late = CardMemory(0.0, 4.0, seen=0.0), CardMemory(0.0, 4.0, seen=0.0)
    early.learn(1.0, passed=True)
    late.learn(8.0, passed=True)
    assert 4.0 < early.stability < late.stability


@pytest.fixture(scope="module")
def default_run(tmp_path_factory):
    """Run the command without options; return the log that it wrote, and what it printed."""
    out = tmp_path_factory.mktemp("simulate") / "reviews.parquet"
    with redirect_stdout(StringIO()) as printed:
        assert main(["simulate", "--out", str(out)]) == 0
    return pd.read_parquet(out), printed.getvalue()


@pytest.fixture(scope="module")
def scored(default_run):
    return scored_features(canonical(default_run[0]))


def test_default_log_is_within_ten_percent_of_the_real_one(default_run):
    assert figures(default_run[0]) == pytest.approx(REAL_LOG, rel=0.1)


def test_default_log_has_twenty_very_unequal_learners(default_run):
    per_learner = default_run[0].groupby("learner").size()
    assert len(per_learner) == 20
    assert 60_000 < per_learner.sum() < 110_000
    assert per_learner.max() > 30 * per_learner.min()


def test_printed_table_shows_the_written_log_beside_the_real_one(default_run):
    log, printed = default_run
    assert printed.startswith(f"Wrote {len(log):,} simulated reviews of 20 learners to ")
    _, _, title, _, *lines = printed.splitlines()
    assert title.split() == ["simulated", "real", "log", "difference"]
    assert [line.split("  ")[0] for line in lines] == list(REAL_LOG)
    name = "recall rate of scored reviews"
    rate = figures(log)[name]
    assert lines[0].split()[-3:] == [f"{rate:.3f}", "0.879", f"{rate / REAL_LOG[name] - 1:+.1%}"]


def test_figures_equal_those_worked_by_hand():
    log = written(
        ("ann", 1, 0.0, 1), ("ann", 1, 0.01, 3), ("ann", 1, 2.0, 2), ("ann", 1, 6.0, 4),
        ("ann", 2, 0.0, 3),
        ("bob", 1, 0.0, 3), ("bob", 1, 3.0, 1),
    )  # fmt: skip
    expected = {
        "recall rate of scored reviews": 2 / 3,
        "recall rate of all reviews": 5 / 7,
        "standard deviation of learners' recall rates": 0.5**0.5,
        "days since last review, median": 3.0,
        "review count, median": 1.0,
        "review count, 75 %": 1.5,
        "reviews per card, mean": 7 / 3,
        "reviews per card, median": 2.0,
        "share of same-day repeats": 1 / 7,
        "share of rating 1 Again": 2 / 7,
        "share of rating 4 Easy": 1 / 7,
        "reviews per learner, 25 %": 2.75,
    }
    found = figures(log.sample(frac=1, random_state=1))
    assert {name: found[name] for name in expected} == pytest.approx(expected)
    assert set(found) == set(REAL_LOG)


def test_seed_and_number_alone_decide_the_reviews():
    first = simulate_learner(1, 4, 60)
    pd.testing.assert_frame_equal(first, simulate_learner(1, 4, 60))
    assert not first.equals(simulate_learner(2, 4, 60))
    assert first["learner"].unique().tolist() == ["simulated-005"]


def test_single_day_already_has_reviews():
    assert simulate_learner(3, 0, 1)["day"].unique().tolist() == [0]


def test_few_learners_differ_as_much_as_many():
    few, many = (
        pd.DataFrame([draw_simulated_learner(5, number) for number in range(n)]) for n in (20, 1_000)
    )
    assert few.nunique().tolist() == [20] * few.shape[1]
    spread = (few.quantile(0.75) - few.quantile(0.25)) / (many.quantile(0.75) - many.quantile(0.25))
    assert spread.between(0.7, 1.4).all()
    assert np.abs(many.drop(columns="stay").corr().to_numpy() - np.eye(few.shape[1] - 1)).max() < 0.1


def test_log_is_in_time_order_and_fits_the_calendar():
    log = simulate_learner(1, 0, 90)
    assert log["reviewed_at"].is_monotonic_increasing
    midnight = log["reviewed_at"].dt.normalize()
    assert (log["day"] == (midnight - pd.Timestamp("2020-01-01", tz="UTC")).dt.days).all()
    assert log["day"].between(0, 89).all()
    assert set(log["rating"]) == {1, 2, 3, 4}
    assert log["duration_ms"].between(1, 60_000).all()
    assert not log.duplicated(["card", "reviewed_at"]).any()


def test_card_failed_in_the_day_is_relearnt_the_same_day():
    log = simulated()
    by_day = log.groupby(["learner", "card", "day"])["rating"]
    failed, ended_failed = by_day.min() == 1, by_day.last() == 1
    assert (by_day.size()[ended_failed] == 8).all()  # left for another day
    assert (by_day.size()[failed] > 1).all()
    repeats = log[log.duplicated(["learner", "card", "day"])]
    assert set(repeats["kind"]) == {0, 2}  # repeats of a new card are still learning


def test_recalled_card_does_not_come_again_on_the_day():
    log = simulated()
    reviews = log[log["kind"] == 1]
    next_day = log.groupby(["learner", "card"])["day"].shift(-1)
    assert (next_day[reviews.index][reviews["rating"] > 1] != reviews["day"][reviews["rating"] > 1]).all()


def test_able_learners_recall_more(scored):
    recalled = scored.groupby("learner")["recalled"].mean()
    ability = [draw_simulated_learner(1, number).ability for number in range(20)]
    assert np.corrcoef(ability, recalled)[0, 1] > 0.5


def test_intervals_expand(scored):
    median = scored.groupby("review_count")["days_since_last_review"].median()
    assert 1 < median[1] < median[2] < median[3] < median[4]


def test_simulated_learners_are_recognised_among_others():
    assert is_simulated(pd.Series(["ann", "simulated-001"], dtype="str"))
    assert not is_simulated(pd.Series(["ann", "not-simulated-001"], dtype="str"))
