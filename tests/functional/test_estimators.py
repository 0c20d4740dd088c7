"""Users' own estimators: served as they predict, by the same routes as the portable model."""

import json
from threading import Thread

import numpy as np
import pandas as pd
import pytest
import sklearn
from sklearn.ensemble import RandomForestClassifier

from estimators.estimator import load
from estimators.structure import parts
from http_kit.request import Request
from inference.endpoints.model import describe_model
from inference.endpoints.predict import predict
from recall.errors import InvalidInputError
from recall.features import FEATURE_NAMES
from recall.learner import START
from recall.learner_text import encode_state

from .calls import CARD, load_event, post
from .fakes import MODEL, REFRESH_SECONDS, THREE_INPUTS, publish, refresh
from .own_models import BOOSTED, CARDS, ESTIMATORS, FOREST, LOGISTIC, X, Y, dump, fitted

pytestmark = pytest.mark.filterwarnings(
    "ignore::sklearn.exceptions.ConvergenceWarning", "ignore:Stochastic Optimizer"
)


def publish_own(lake, version, data):
    publish(lake.objects, version, data, format="skops")


def own_answer(store, body):
    answer = predict(Request(post(body)), store)
    return json.loads(answer.body)


@pytest.mark.parametrize("name", ESTIMATORS)
def test_estimator_predicts_what_it_predicted_when_it_was_fitted(name):
    estimator, data = fitted(ESTIMATORS[name])
    expected = (
        estimator.predict_proba(X)[:, 1]
        if hasattr(estimator, "predict_proba")
        else np.clip(estimator.predict(X), 0, 1)
    )

    predicted = load(data).predict(CARDS)

    # The forest's own threads add its trees up in another order each time; all others are equal to the bit.
    tolerance = 1e-15 if name in {"forest", "sigmoid", "stacking"} else 0
    assert predicted == pytest.approx(expected.tolist(), rel=0, abs=tolerance)
    assert {type(p) for p in predicted} == {float}


@pytest.mark.parametrize(("failed", "recalled"), [(False, True), ("again", "good"), (-1, 1)], ids=repr)
def test_probability_is_of_the_greater_class(failed, recalled):
    y = np.where(Y == 1, recalled, failed)
    estimator = sklearn.base.clone(LOGISTIC).fit(X, y)

    assert load(dump(estimator)).predict(CARDS) == estimator.predict_proba(X)[:, 1].tolist()


def test_estimator_that_was_fitted_on_a_table_with_our_names_is_served():
    table = pd.DataFrame(X, columns=list(FEATURE_NAMES))
    estimator = RandomForestClassifier(n_estimators=3, random_state=1).fit(table, Y)

    # No warning about names, which would be written to the log at each request.
    assert load(dump(estimator)).predict(CARDS) == estimator.predict_proba(table)[:, 1].tolist()


def test_walk_through_an_estimator_stays_within_it():
    """A newer scipy's splines hold the module of their arrays, and through it all that is loaded."""
    estimator = fitted(ESTIMATORS["splines"])[0]
    estimator[0].bsplines_[0].module = np

    assert not [part for part, _width in parts(estimator) if part is np.linalg]


def test_forest_that_was_fitted_by_two_threads_starts_none_to_predict(monkeypatch):
    estimator, data = fitted(FOREST)
    monkeypatch.setattr(Thread, "start", lambda _thread: pytest.fail("a thread"))

    assert load(data).predict(CARDS) == pytest.approx(estimator.set_params(n_jobs=1).predict_proba(X)[:, 1])


def test_single_and_batch_are_answered_by_the_estimator(store, reader):
    estimator, data = fitted(BOOSTED)
    publish_own(reader, "own", data)
    cards = [dict(zip(FEATURE_NAMES, [days, int(count), hard], strict=True)) for days, count, hard in CARDS]

    batch = own_answer(store, {"cards": cards})

    expected = estimator.predict_proba(X)[:, 1].tolist()
    assert [result["recall_probability"] for result in batch["results"]] == expected
    assert batch["model_version"] == "own"
    assert own_answer(store, cards[0]) == {
        "recall_probability": expected[0],
        "model": "three_inputs",
        "model_version": "own",
    }


@pytest.mark.parametrize("state", [None, encode_state(START, 1)])
def test_learners_state_comes_back_as_it_was_and_changes_nothing(store, reader, state):
    estimator, data = fitted(BOOSTED)
    publish_own(reader, "own", data)
    own = estimator.predict_proba([list(CARD.values())])[0, 1]

    answer = own_answer(store, CARD | {"learner_state": state, "recalled": True})

    assert answer["recall_probability"] == own
    assert answer["learner_state"] == state


def test_text_that_is_no_learners_state_is_refused(store, reader):
    publish_own(reader, "own", fitted(BOOSTED)[1])

    with pytest.raises(InvalidInputError) as refusal:
        own_answer(store, CARD | {"learner_state": "A" * 151})
    assert refusal.value.field == "learner_state"


def test_model_route_tells_class_and_version(store, reader):
    publish_own(reader, "own", fitted(ESTIMATORS["splines"])[1])

    described = json.loads(describe_model(Request(load_event("model")), store).body)

    assert described["format"] == "skops"
    assert described["estimator"] == "SplineTransformer → LogisticRegression"
    assert described["scikit_learn"] == sklearn.__version__
    assert described["training"] is None
    assert [feature["name"] for feature in described["features"]] == list(FEATURE_NAMES)


def test_portable_and_own_models_replace_each_other(store, reader, clock):
    estimator, data = fitted(LOGISTIC)
    own = estimator.predict_proba([list(CARD.values())])[0, 1]
    portable = THREE_INPUTS.recall_probability(*CARD.values())

    assert own_answer(store, CARD)["recall_probability"] == portable
    for version, publishing, expected in (
        ("own", lambda: publish_own(reader, "own", data), own),
        ("portable", lambda: publish(reader.objects, "portable", MODEL, format="portable"), portable),
        ("own", lambda: publish_own(reader, "own", data), own),
        ("old pointer", lambda: publish(reader.objects, "old pointer"), portable),
    ):
        publishing()
        clock.now += REFRESH_SECONDS
        refresh(store)
        answer = own_answer(store, CARD)
        assert (answer["recall_probability"], answer["model_version"]) == (expected, version)
