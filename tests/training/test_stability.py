"""The population stability index, by hand and by chance."""

import numpy as np
import pandas as pd
import pytest

from model_training.review_log.stability import by_learner, distribution, stability_index

THREE_BINS = {"edges": [1.0, 2.0], "shares": [0.5, 0.3, 0.2]}


def test_index_is_the_sum_over_the_bins():
    values = [0.5] * 2 + [1.0] * 5 + [2.0, 7.0, 9.0]  # a value on an edge is in the upper bin
    expected = (0.2 - 0.5) * np.log(0.2 / 0.5) + 0.2 * np.log(0.5 / 0.3) + 0.1 * np.log(0.3 / 0.2)

    assert stability_index(THREE_BINS, values) == pytest.approx(expected)
    assert expected == pytest.approx(0.4176, abs=5e-5)


def test_bin_that_nothing_reaches_counts_as_one_in_ten_thousand():
    values = [0] * 5 + [1] * 5
    expected = 0.2 * np.log(0.5 / 0.3) + (1e-4 - 0.2) * np.log(1e-4 / 0.2)

    assert stability_index(THREE_BINS, values) == pytest.approx(expected)


def test_tied_values_share_a_bin():
    assert distribution([1] * 50 + [2] * 30 + [3] * 20) == {
        "edges": [1.0, 2.0, 3.0],
        "shares": [0.0, 0.5, 0.3, 0.2],
    }


def test_one_value_is_two_bins_and_its_own_reference():
    reference = distribution([4.0])

    assert reference == {"edges": [4.0], "shares": [0.0, 1.0]}
    assert stability_index(reference, [4.0, 4.0]) == 0
    assert stability_index(reference, [3.0]) > 0.25


def test_reference_without_ties_has_ten_equal_shares():
    reference = distribution(np.arange(1000))

    assert reference["edges"] == pytest.approx(np.arange(100, 1000, 100), abs=1)
    assert reference["shares"] == pytest.approx([0.1] * 10, abs=0.0011)


def test_without_a_shift_the_index_is_what_chance_makes():
    """(bins − 1) · (1/n + 1/m) in the mean."""
    rng = np.random.default_rng(3)
    found = [stability_index(distribution(rng.gamma(2, 5, 2000)), rng.gamma(2, 5, 500)) for _ in range(200)]

    assert np.mean(found) == pytest.approx(9 * (1 / 2000 + 1 / 500), rel=0.15)
    assert max(found) < 0.1


def test_no_learner_counts_more_than_fifty_reviews():
    features = pd.DataFrame({"learner": ["ann"] * 200 + ["bob"] * 10})
    weights = by_learner(features)

    assert weights[:200].sum() == pytest.approx(50)
    assert weights[200:].tolist() == [1.0] * 10


def test_weights_count_values_more_than_once():
    values, weights = [1.0, 2.0, 5.0], [1, 3, 6]
    repeated = np.repeat(values, weights)

    assert distribution(values, weights) == distribution(repeated)
    assert stability_index(THREE_BINS, values, weights) == pytest.approx(
        stability_index(THREE_BINS, repeated)
    )
