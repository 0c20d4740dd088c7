"""The population stability index: by hand, by chance, and that of a calibration's queries by numpy."""

import numpy as np
import pandas as pd
import pytest

from model_training.calibration.drift import input_drift
from model_training.review_log.distributions import by_learner, distribution
from model_training.review_log.stability import stability_index
from recall.features import FEATURE_NAMES
from tests.training.review_rows import NOW, engine, row


def test_index_is_the_sum_over_the_bins():
    expected = (0.2 - 0.5) * np.log(0.2 / 0.5) + 0.2 * np.log(0.5 / 0.3) + 0.1 * np.log(0.3 / 0.2)

    assert stability_index([0.5, 0.3, 0.2], [0.2, 0.5, 0.3]) == pytest.approx(expected)
    assert expected == pytest.approx(0.4176, abs=5e-5)


def test_bin_that_nothing_reaches_counts_as_one_in_ten_thousand():
    expected = 0.2 * np.log(0.5 / 0.3) + (1e-4 - 0.2) * np.log(1e-4 / 0.2)

    assert stability_index([0.5, 0.3, 0.2], [0.5, 0.5, 0.0]) == pytest.approx(expected)


def test_tied_values_share_a_bin():
    assert distribution([1] * 50 + [2] * 30 + [3] * 20) == {
        "edges": [1.0, 2.0, 3.0],
        "shares": [0.0, 0.5, 0.3, 0.2],
    }


def test_one_value_is_two_bins():
    assert distribution([4.0]) == {"edges": [4.0], "shares": [0.0, 1.0]}


def test_reference_without_ties_has_ten_equal_shares():
    reference = distribution(np.arange(1000))

    assert reference["edges"] == pytest.approx(np.arange(100, 1000, 100), abs=1)
    assert reference["shares"] == pytest.approx([0.1] * 10, abs=0.0011)


def test_without_a_shift_the_index_is_what_chance_makes():
    """(bins − 1) · (1/n + 1/m) in the mean."""
    rng = np.random.default_rng(3)
    found = [index(rng.gamma(2, 5, 2000), rng.gamma(2, 5, 500)) for _ in range(200)]

    assert np.mean(found) == pytest.approx(9 * (1 / 2000 + 1 / 500), rel=0.15)
    assert max(found) < 0.1


def test_no_learner_counts_more_than_fifty_reviews():
    features = pd.DataFrame({"learner": ["ann"] * 200 + ["bob"] * 10})
    weights = by_learner(features)

    assert weights[:200].sum() == pytest.approx(50)
    assert weights[200:].tolist() == [1.0] * 10


def test_weights_count_values_more_than_once():
    assert distribution([1.0, 2.0, 5.0], [1, 3, 6]) == distribution(np.repeat([1.0, 2.0, 5.0], [1, 3, 6]))


def index(older, newer, older_weights=None, newer_weights=None):
    """Return the index of values against others, by numpy."""
    edges = distribution(older, older_weights)["edges"]
    counts = [
        np.bincount(np.searchsorted(edges, values, side="right"), weights, len(edges) + 1)
        for values, weights in ((older, older_weights), (newer, newer_weights))
    ]
    return stability_index(*(each / each.sum() for each in counts))


@pytest.mark.parametrize("number", range(3))
def test_drift_of_a_calibration_is_that_by_numpy_on_the_same_rows(number):
    rng = np.random.default_rng(number)
    rows = [
        row(
            int(ago),
            learner=f"l{int(rng.pareto(1) * 3)}",  # a few have most of the reviews
            # To the hundredth: of such days, the query's deciles are exact.
            days=round(rng.gamma(2, 5 if ago < 8 else 7), int(rng.integers(0, 3))),
            count=int(rng.geometric(0.2)),
            failures=int(rng.integers(0, 4)),
            scored=bool(rng.random() < 0.9),
        )
        for ago in rng.integers(0, 50, 5_000)
    ]
    day = NOW.date()
    table = pd.DataFrame([each for each in rows if each["scored"]])
    table["difficulty"] = 1 + 9 * ((0.6 + table["failures"]) / (4 + table["reviews"]))
    ago = (day - table["date"]).map(lambda apart: apart.days)
    older, newer = table[(ago >= 7) & (ago < 35)], table[ago < 7]
    with engine(rows) as opened:
        found = input_drift(opened, day, None)

    assert found["reviews"] == len(newer)
    for name in FEATURE_NAMES:
        expected = index(older[name], newer[name], by_learner(older), by_learner(newer))
        assert found["inputs"][name] == pytest.approx(expected, abs=1e-6), name
