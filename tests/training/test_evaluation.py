"""The figures are of reviews that the measured model never saw, and are what their names say."""

import numpy as np
import pytest
from sklearn.calibration import calibration_curve

from model_training.evaluation.holdout import evaluate_held_out, held_out
from model_training.evaluation.scores import reliability, score
from model_training.fitting.estimator import PowerCurveClassifier
from model_training.review_log.features import design, scored_features

from .logs import simulated, written

AGAIN, GOOD = 1, 3


def evaluated(features):
    """Return the figures of a curve that is fitted as ever to the rows it is given."""

    def fit(older):
        estimator = PowerCurveClassifier().fit(*design(features[older]))
        return lambda X: estimator.predict_proba(X)[:, 1]

    return evaluate_held_out(features, fit)


@pytest.fixture(scope="module")
def features():
    return scored_features(simulated())


def test_each_learners_newest_fifth_is_held_out(features):
    marks = held_out(features)
    for _, rows in features.assign(held_out=marks).groupby("learner"):
        newest, older = rows[rows["held_out"]], rows[~rows["held_out"]]
        assert len(newest) == len(rows) // 5
        assert newest["reviewed_at"].min() >= older["reviewed_at"].max()


def test_reviews_at_one_moment_are_split_all_the_same():
    log = written(*[("ann", card, after, GOOD) for card in range(10) for after in (0, 1)])
    assert held_out(scored_features(log)).sum() == 2


def test_outcomes_of_held_out_reviews_change_the_scores_but_no_prediction(features):
    newest = held_out(features)
    flipped = features.assign(recalled=np.where(newest, 1 - features["recalled"], features["recalled"]))
    honest, other = evaluated(features), evaluated(flipped)
    assert honest.probability.tolist() == other.probability.tolist()
    assert other.model.log_loss > 2 * honest.model.log_loss


def test_baseline_predicts_the_recall_rate_of_the_older_reviews(features):
    newest = held_out(features)
    rate = features["recalled"][~newest].mean()
    recalled = features["recalled"][newest].to_numpy()
    expected = -np.log(np.where(recalled == 1, rate, 1 - rate)).mean()
    assert evaluated(features).baseline.log_loss == pytest.approx(expected)


def test_nothing_is_measured_when_no_learner_has_five_reviews():
    log = written(*[(f"learner {n}", 1, after, GOOD if n else AGAIN) for n in range(9) for after in (0, 3)])
    assert evaluated(scored_features(log)) is None


def test_nothing_is_measured_when_the_older_reviews_all_ended_alike():
    log = written(*[("ann", 1, after, AGAIN if after == 30 else GOOD) for after in range(31)])
    assert evaluated(scored_features(log)) is None


def test_scores_equal_those_worked_by_hand():
    scores = score(np.array([1, 1, 0, 1]), np.array([0.9, 0.8, 0.4, 0.3]))
    assert scores.log_loss == pytest.approx(-np.log([0.9, 0.8, 0.6, 0.3]).mean())
    assert scores.auc == pytest.approx(2 / 3)
    assert scores.brier == pytest.approx((0.01 + 0.04 + 0.16 + 0.49) / 4)
    assert scores.ece == pytest.approx((0.1 + 0.2 + 0.4 + 0.7) / 4)


@pytest.mark.parametrize("bias", [-0.15, 0.0, 0.15])
def test_calibration_error_of_biased_predictions_is_their_bias(bias):
    rng = np.random.default_rng(4)
    probability = rng.uniform(0.3, 0.8, 50_000)
    recalled = (rng.random(50_000) < probability).astype(int)
    assert score(recalled, probability + bias).ece == pytest.approx(abs(bias), abs=0.01)


def test_equal_predictions_share_one_bin():
    table = reliability(np.array([1, 0, 1, 1]), np.full(4, 0.7), 20)
    assert table.to_dict("list") == {
        "reviews": [4],
        "predicted": [pytest.approx(0.7)],
        "observed": [0.75],
    }


def test_bins_agree_with_scikit_learn_and_hold_equally_many():
    rng = np.random.default_rng(3)
    probability = rng.uniform(0.3, 1.0, 2_000)
    recalled = (rng.random(2_000) < probability).astype(int)
    table = reliability(recalled, probability, 20)
    observed, predicted = calibration_curve(recalled, probability, n_bins=20, strategy="quantile")
    assert table["reviews"].tolist() == [100] * 20
    np.testing.assert_allclose(table["observed"], observed)
    np.testing.assert_allclose(table["predicted"], predicted)


def test_auc_is_missing_when_all_reviews_ended_alike():
    assert score(np.array([1, 1, 1]), np.array([0.9, 0.8, 0.7])).auc is None
