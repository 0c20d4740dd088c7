"""Forgetting curves of many cards at once say what the core says card by card."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from estimators.estimator import load
from inference.endpoints.schedule import schedule
from model_training.due.curves import from_histories, from_inputs
from model_training.due.live import Cards, OwnModel
from recall.card_history import history_of
from recall.curve import MAXIMUM_INTERVAL, interval, recall_probability
from recall.history import history_features
from recall.three_inputs import ThreeInputModel
from tests.functional.own_models import ESTIMATORS, fitted
from tests.functional.test_sampled_curves import call
from tests.unit.histories import MODEL, random_model, random_reviews, seeded
from tests.unit.strategies import days, difficulties, review_counts, three_input_models

EXACT = {"rel": 1e-12, "abs": 1e-12}
TARGETS = st.floats(0.05, 0.99)
CARDS = st.lists(st.tuples(days, review_counts, difficulties), min_size=1, max_size=5)


@given(three_input_models(), CARDS, TARGETS)
def test_three_inputs_give_the_core_s_recall_and_interval(model, cards, target):
    elapsed, counts, difficulty = np.array(cards, dtype=float).T
    laws = from_inputs(model, counts, difficulty)
    assert laws.recall(elapsed) == pytest.approx([model.recall_probability(*c) for c in cards], **EXACT)
    # Where recall begins at the target, rounding alone says whether that is today.
    beyond = abs(laws.ceiling - target) > 1e-9
    expected = np.array([interval(model.curve(count, hard), target) for _, count, hard in cards])
    assert laws.days_until(target)[beyond] == pytest.approx(expected[beyond], rel=1e-11, abs=1e-12)


@pytest.mark.parametrize(("target", "days_until"), [(0.999, 0.0), (1e-12, MAXIMUM_INTERVAL)])
def test_targets_that_no_interval_reaches_give_the_bounds(target, days_until):
    model = ThreeInputModel((-4.0, 1.0, -2.0, -0.5), -1.0, -4.0)
    laws = from_inputs(model, np.array([4.0]), np.array([5.5]))
    assert laws.days_until(target).tolist() == [days_until]


@pytest.mark.parametrize("model", [MODEL, random_model(seeded(8), size=0.5)], ids=["default", "random"])
def test_histories_give_the_cores_recall_and_interval(model):
    random = seeded(5)
    features = [history_features(history_of(random_reviews(random))) for _ in range(200)]
    elapsed = np.array([random.lognormvariate(2, 2) for _ in features])
    laws = from_histories(model, np.array(features))
    curves = [model.curve(x) for x in features]
    recall = [recall_probability(c, t) for c, t in zip(curves, elapsed.tolist(), strict=True)]
    assert laws.recall(elapsed) == pytest.approx(recall, **EXACT)
    for target in (0.99, 0.5):
        assert laws.days_until(target) == pytest.approx([interval(c, target) for c in curves], rel=1e-11)


@pytest.mark.parametrize("name", ["splines", "boosted"])
@pytest.mark.parametrize("target", [0.95, 0.2, 1e-9])
def test_own_estimator_gives_the_service_s_recall_and_interval(name, target):
    data = fitted(ESTIMATORS[name])[1]
    model, predict = OwnModel("own", data), load(data).predict
    cards = [(3.0, 4, 5.5), (30.0, 1, 2.0), (0.0, 4, 5.5), (400.0, 60, 9.0)]
    recall, intervals = model.answers(Cards(*np.array(cards, dtype=float).T), target)
    assert recall == pytest.approx(predict(cards), **EXACT)
    body = {"cards": [{"review_count": n, "difficulty": d} for _, n, d in cards], "target_recall": target}
    body["min_interval"] = 1e-13  # the list adds the shortest interval itself
    results = call(schedule, body, predict)["results"]
    assert intervals == pytest.approx([result["interval_days"] for result in results], **EXACT)
