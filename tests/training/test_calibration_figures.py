"""Figures of predictions: by hand, by scikit-learn on the same rows, and those of days added up."""

from datetime import timedelta

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import brier_score_loss, log_loss, roc_auc_score

from model_training import queries
from model_training.calibration.figures import BINS, pooled
from model_training.calibration.predictions import CLOSEST_TO_CERTAIN, MOST_VERSIONS, predictions
from tests.training.review_rows import NOW, engine, row

pytestmark = pytest.mark.slow

MONDAY = ([1, 0, 1, 1], [0.8, 0.6, 0.9, 0.5])
TUESDAY = ([1, 0, 1], [0.81, 0.84, 0.91])
FIRST = (NOW - timedelta(days=89)).date()


def figures(recalled, probability):
    """Return the figures of predictions of one day."""
    rows = [row(recall=p, rating=3 if y else 1) for y, p in zip(recalled, probability, strict=True)]
    with engine(rows) as opened:
        ((found,),) = predictions(opened, FIRST).values()
    return found


def test_figures_are_those_by_hand():
    found = figures(*MONDAY)

    assert (found["reviews"], found["recalled"]) == (4, 3)
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
    found = figures([0, 1], [1.0, 0.0])

    assert found["reliability"] == [[0.0, 1.0, 1], [1.0, 0.0, 1]]
    assert found["log_loss"] == pytest.approx(36.04, abs=0.01)
    assert found["calibration_error"] == 1


def test_days_added_up_are_both_days_together():
    together = figures(MONDAY[0] + TUESDAY[0], MONDAY[1] + TUESDAY[1])
    added = pooled([figures(*MONDAY), figures(*TUESDAY)])

    for name in ("reviews", "recalled", "log_loss", "brier", "calibration_error"):
        assert added[name] == pytest.approx(together[name], abs=2e-6), name
    assert added["reliability"] == together["reliability"]
    # Pairs of the same day count.
    assert added["auc"] == pytest.approx((2 + 1) / (3 + 2), abs=1e-6)


def test_day_of_one_outcome_has_no_pairs_for_the_auc():
    one = figures([1, 1], [0.7, 0.2])

    assert pooled([figures(*MONDAY), one])["auc"] == pytest.approx(2 / 3, abs=1e-6)
    assert pooled([one, one])["auc"] is None


def random_rows(number):
    """Return rows with ties, nulls, certain predictions, repeats, days of one outcome and many versions."""
    rng = np.random.default_rng(number)
    size = 4_000
    p = np.where(rng.random(size) < 0.5, rng.beta(5, 1, size), rng.beta(5, 1, size).round(2))
    p = np.where(rng.random(size) < 0.02, rng.choice([0.0, 1.0, 1e-300, 0.05, 1 - 1e-16], size), p)
    days_ago = rng.integers(0, 92, size)
    rows = [
        row(
            int(ago),
            recall=None if rng.random() < 0.1 else float(probability),
            version=rng.choice([None, *(f"v{n}" for n in range(9))]),
            rating=1 if ago % 9 == 0 or (ago % 7 and rng.random() > probability) else int(rng.integers(2, 5)),
            days=None if rng.random() < 0.1 else 3.0,
        )
        for ago, probability in zip(days_ago, p, strict=True)
    ]
    return [each | {"scored": each["scored"] and rng.random() < 0.9} for each in rows]


def scored_by_scikit_learn(rows):
    """Return the unrounded figures by day and version of the most used versions of each day."""
    table = pd.DataFrame(rows)
    first_of_day = table["scored"] | table["days_since_last_review"].isna()
    table = table[first_of_day & table["recall_probability"].notna() & (table["date"] >= FIRST)]
    table = table.assign(version=table["model_version"].fillna(""), recalled=table["rating"] > 1)
    found = {}
    for day, of_day in table.groupby("date"):
        sizes = of_day["version"].value_counts().sort_index().sort_values(ascending=False, kind="stable")
        for version in sizes.index[:MOST_VERSIONS]:
            some = of_day[of_day["version"] == version]
            y, p = some["recalled"].to_numpy(), some["recall_probability"].to_numpy()
            bins = np.bincount(np.minimum((p * BINS).astype(int), BINS - 1), minlength=BINS)
            found[day, version] = (
                len(some),
                log_loss(y, p, labels=[False, True]),
                brier_score_loss(y, p, pos_label=True),
                roc_auc_score(y, p) if len(set(y)) == 2 else None,
                bins[bins > 0].tolist(),
            )
    return found


@pytest.mark.parametrize("number", range(3))
def test_queries_agree_with_scikit_learn_on_the_same_rows(number):
    rows = random_rows(number)
    values = {"versions": MOST_VERSIONS, "bins": BINS, "closest": CLOSEST_TO_CERTAIN}
    with engine(rows) as opened:
        sums = pd.DataFrame(opened.rows(queries.read("calibration", first=FIRST, **values)))
    expected = scored_by_scikit_learn(rows)

    assert {(row.day, row.version) for row in sums.itertuples()} == set(expected)
    for (day, version), bins in sums.groupby(["day", "version"]):
        total = bins.drop(columns=["day", "version", "bin"]).sum()
        pairs = total["recalled"] * (total["reviews"] - total["recalled"])
        reviews, loss, brier, auc, sizes = expected[day, version]
        assert total["reviews"] == reviews
        assert total["loss"] / reviews == pytest.approx(loss, abs=1e-9)
        assert total["square"] / reviews == pytest.approx(brier, abs=1e-9)
        assert (total["ordered"] / (2 * pairs) if pairs else None) == pytest.approx(auc, abs=1e-9)
        assert bins["reviews"].tolist() == sizes


def test_many_days_add_up_bin_by_bin():
    rng = np.random.default_rng(1)
    probability = rng.beta(8, 1.5, 6000).round(4)
    recalled = (rng.random(6000) < probability).astype(int)
    rows = [
        row(number % 60, recall=p, rating=3 if y else 1)
        for number, (y, p) in enumerate(zip(recalled, probability.tolist(), strict=True))
    ]
    with engine(rows) as opened:
        days = [found for (found,) in predictions(opened, FIRST).values()]
    together, added = figures(recalled, probability.tolist()), pooled(days)

    assert len(days) == 60
    assert np.array(added["reliability"]) == pytest.approx(np.array(together["reliability"]), abs=1e-5)
    assert added["calibration_error"] == pytest.approx(together["calibration_error"], abs=1e-5)
