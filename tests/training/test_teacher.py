"""The teacher is the history model's recall at fixed delays, and a curve that it teaches is less biased."""

import numpy as np
import pytest

from model_training.fitting.estimator import PowerCurveClassifier
from model_training.fitting.starting_point import SCRATCH
from model_training.history.both_models import fit_both
from model_training.history.teacher import DELAYS, TEACHER_WEIGHT, history_teacher
from model_training.review_log.features import (
    DAYS,
    HISTORY_COLUMNS,
    design,
    learner_weights,
    scored_features,
)
from recall.curve import recall_probability
from tests.unit.histories import MODEL

from .fsrs_logs import fsrs_log, true_recall
from .logs import simulated

LEARNERS = 30


@pytest.fixture(scope="module")
def log():
    return scored_features(simulated(2, 60))


def test_pseudo_outcomes_are_the_weighted_means_of_the_served_curves(log):
    weight = np.random.default_rng(1).uniform(0.1, 2.0, len(log))
    teacher = history_teacher(log, MODEL, weight)
    curves = [MODEL.curve(tuple(row)) for row in log[HISTORY_COLUMNS].itertuples(index=False)]
    expected = {}
    for (count, difficulty), rows in log.groupby(["review_count", "difficulty"]).indices.items():
        for days in DELAYS:
            recall = [recall_probability(curves[row], days) for row in rows]
            share = TEACHER_WEIGHT * weight[rows].sum() / len(DELAYS)
            expected[days, count, difficulty] = np.average(recall, weights=weight[rows]), share
    pairs = zip(teacher.recalled.tolist(), teacher.weight.tolist(), strict=True)
    found = dict(zip(map(tuple, teacher.X.tolist()), pairs, strict=True))
    assert set(found) == set(expected)
    for card, pair in expected.items():
        assert found[card] == pytest.approx(pair, rel=1e-12)


def test_outcomes_and_actual_delays_have_no_effect(log):
    weight = np.ones(len(log))
    changed = log.assign(recalled=0, **{DAYS: 7.0})
    one, other = (history_teacher(frame, MODEL, weight) for frame in (log, changed))
    assert [part.tolist() for part in one] == [part.tolist() for part in other]


def test_taught_curve_is_less_biased_at_long_delays():
    features = scored_features(fsrs_log(range(LEARNERS)))
    plain = PowerCurveClassifier().fit(*design(features), learner_weights(features)).to_model()
    taught = fit_both(features, SCRATCH)[0].to_model()
    others = fsrs_log(range(LEARNERS, 2 * LEARNERS))
    cards = scored_features(others)[["review_count", "difficulty"]].to_numpy().tolist()

    def bias(model, days):
        expected = np.mean([model.recall_probability(days, *card) for card in cards])
        return expected - true_recall(others, days).mean()

    for days in (90, 180):
        assert bias(plain, days) > 0.13
        assert abs(bias(taught, days)) < 0.08
