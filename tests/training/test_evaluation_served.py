"""The served models as candidates predict what the service would, from earlier outcomes alone."""

import numpy as np
import pytest

from model_training.evaluation.rows import timeline
from model_training.evaluation.served_candidates import ServedCandidates, three_inputs_with_learner
from model_training.fitting.maximum_likelihood import PRIOR_MODEL
from model_training.fitting.starting_point import SCRATCH
from model_training.history.both_models import fit_both
from model_training.history.predict import predict_alone, predict_with_learner
from model_training.review_log.features import FEATURE_COLUMNS, design
from recall.curve import recall_probability
from recall.learner import START

from .logs import simulated


@pytest.fixture(scope="module")
def rows():
    return timeline(simulated(2, 60))


def test_state_follows_each_learner_as_it_is_served(rows):
    states, expected = {}, []
    # A timeline is learner by learner in time order; cards at one moment go in the cards' order.
    for row in rows.sort_values(["reviewed_at", "card"]).itertuples():
        days, count, difficulty = (getattr(row, name) for name in FEATURE_COLUMNS)
        state = states.get(row.learner, START)
        curve = PRIOR_MODEL.curve(count, difficulty, state)
        expected.append((row.Index, recall_probability(curve, days)))
        states[row.learner] = PRIOR_MODEL.learner_after(
            state, days, count, difficulty, recalled=row.recalled == 1
        )
    found = three_inputs_with_learner(PRIOR_MODEL, rows)
    assert found.tolist() == [probability for _, probability in sorted(expected)]


def test_changed_outcome_changes_later_predictions_of_the_learner_and_no_earlier_one(rows):
    changed = 100
    mine = rows[rows["learner"] == rows["learner"].iloc[0]].reset_index(drop=True)
    other = mine.copy()
    other.loc[changed, "recalled"] = 1 - other.loc[changed, "recalled"]
    before, after = (three_inputs_with_learner(PRIOR_MODEL, each) for each in (mine, other))
    assert before[: changed + 1].tolist() == after[: changed + 1].tolist()
    assert (before[changed + 1 :] != after[changed + 1 :]).all()


def test_outcomes_of_one_learner_change_nothing_of_another(rows):
    first = (rows["learner"] == rows["learner"].iloc[0]).to_numpy()
    other = rows.assign(recalled=rows["recalled"].where(~first, 1 - rows["recalled"]))
    before, after = (three_inputs_with_learner(PRIOR_MODEL, each) for each in (rows, other))
    assert before[~first].tolist() == after[~first].tolist()


def test_candidates_are_the_models_that_are_fitted_on_the_training_rows(rows):
    train, test = rows["part"] < 3, rows["part"] >= 3
    estimator, history = fit_both(rows[train].reset_index(drop=True), SCRATCH)
    model, later_rows = estimator.to_model(), rows[test].reset_index(drop=True)
    served = ServedCandidates()

    def predicted(candidate):
        return candidate(rows[train])(rows[test])

    cards = design(rows[test])[0].to_numpy().tolist()
    plain = [model.recall_probability(*card) for card in cards]
    assert predicted(served.fit_three_inputs).tolist() == plain
    with_learner = three_inputs_with_learner(model, rows[test])
    assert predicted(served.fit_three_inputs_with_learner).tolist() == with_learner.tolist()
    assert predicted(served.fit_alone).tolist() == predict_alone(history, later_rows).tolist()
    assert predicted(served.fit_with_learner).tolist() == predict_with_learner(history, later_rows).tolist()
    assert np.abs(with_learner - plain).max() > 0.05
