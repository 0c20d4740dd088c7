"""No candidate's prediction rests on its own outcome or anything later; each is what its name says."""

import numpy as np
import pytest

from model_training.evaluation.candidates import HIGHLIGHTS, SERVED, make_candidates
from model_training.evaluation.compare import predict
from model_training.evaluation.protocols import split
from model_training.evaluation.rows import timeline

from .logs import simulated

pytestmark = pytest.mark.slow

PROMISED = {
    "constant",
    "moving_average",
    "reference_logistic",
    "half_life_regression",
    "exponential",
    "power_curve",
    "boosted_trees",
    "boosted_trees_offset",
    "fsrs6_default",
    "fsrs6_default_offset",
    "fsrs6_default_state",
    "fsrs6_pooled",
    "fsrs6_pooled_state",
    "fsrs6_per_learner",
    "fsrs6_per_learner_state",
    "recall_three_inputs",
    "recall_three_inputs_state",
    "recall_history",
    "recall_history_state",
}


def predictions(log, protocol):
    rows = timeline(log)
    folds = split(rows, protocol)
    return {candidate.name: predict(candidate, rows, folds) for candidate in make_candidates(log, protocol)}


def shuffled_after(log, cut, seed=5):
    """Shuffle each learner's ratings after a moment; ``cut`` has one for each learner to be changed."""
    changed = log.copy()
    for learner, moment in cut.items():
        later = (log["learner"] == learner) & (log["reviewed_at"] > moment)
        changed.loc[later, "rating"] = log.loc[later, "rating"].sample(frac=1, random_state=seed).to_numpy()
    return changed


@pytest.fixture(scope="module")
def log():
    return simulated(3, 60)


@pytest.fixture(scope="module")
def honest(log):
    return {protocol: predictions(log, protocol) for protocol in ("time", "new")}


def test_candidates_are_those_promised(log):
    assert {candidate.name for candidate in make_candidates(log, "time")} == PROMISED
    under_new = {candidate.name for candidate in make_candidates(log, "new")}
    assert under_new == PROMISED - {"fsrs6_per_learner", "fsrs6_per_learner_state"}
    assert PROMISED.issuperset(HIGHLIGHTS)
    assert PROMISED.issuperset(SERVED)


def test_later_outcomes_never_change_a_prediction_under_time(log, honest):
    rows = timeline(log)
    # in the middle of part 3: parts 1 and 2 and half of 3 are before, with all that their models saw
    cut = rows[rows["part"] == 3].groupby("learner")["reviewed_at"].median()
    changed = predictions(shuffled_after(log, cut), "time")
    before = (rows["part"] > 0) & (rows["reviewed_at"] <= rows["learner"].map(cut))
    for name, probability in honest["time"].items():
        np.testing.assert_array_equal(changed[name][before], probability[before], err_msg=name)
        if name != "constant":
            later = rows["part"] == 5
            assert (changed[name][later] != probability[later]).any(), name


def test_later_outcomes_never_change_a_prediction_under_new(log, honest):
    rows = timeline(log)
    learner = rows["learner"].iloc[0]
    own = rows["learner"] == learner
    moment = rows[own]["reviewed_at"].median()
    changed = predictions(shuffled_after(log, {learner: moment}), "new")
    before = own & (rows["part"] > 0) & (rows["reviewed_at"] <= moment)
    for name, probability in honest["new"].items():
        np.testing.assert_array_equal(changed[name][before], probability[before], err_msg=name)


def test_predictions_are_probabilities_wherever_they_are_scored(log, honest):
    scored = (timeline(log)["part"] > 0).to_numpy()
    for by_name in honest.values():
        for name, probability in by_name.items():
            assert (np.isfinite(probability) == scored).all(), name
            assert ((probability[scored] > 0) & (probability[scored] < 1)).all(), name
