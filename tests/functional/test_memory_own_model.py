"""An owner's own scikit-learn model behind the memory: it predicts and schedules, and teaches nothing."""

import zipfile

import numpy as np
import pytest
import skops.io
from sklearn.linear_model import LogisticRegression

from inference.lake_source import LakeSource
from inference.model_store import ModelStore
from memory import handler

from .fakes import FakeReader, publish

DAYS = np.linspace(0.01, 60, 200)
# Recall falls with the days and with the difficulty.
X = np.column_stack([DAYS, np.ones(200), np.linspace(1, 10, 200)])
ESTIMATOR = LogisticRegression().fit(X, DAYS < 20)


def reviews(*days, rating=3):
    """Return reviews of one card on days of November 2026."""
    return [
        {
            "event_id": f"e{day}",
            "card": "gato",
            "rating": rating,
            "reviewed_at": f"2026-11-{day:02}T08:00:00Z",
        }
        for day in days
    ]


@pytest.fixture
def memory(device, monkeypatch):
    lake = FakeReader()
    model = skops.io.dumps(ESTIMATOR, compression=zipfile.ZIP_DEFLATED)
    publish(lake.objects, "own", model, format="skops")
    monkeypatch.setattr(handler, "make_store", lambda _: ModelStore(LakeSource(lake), 60, print))
    return device(clock=lambda: 1795348800.0)  # 2026-11-22T12:00Z


def predicted(days, count, difficulty):
    """Return what the estimator itself says."""
    return ESTIMATOR.predict_proba([[days, count, difficulty]])[0, 1]


def test_prediction_before_an_answer_is_the_estimators(memory):
    memory.study("ada", reviews(1))
    (result,) = memory.study("ada", reviews(9)).body["results"]

    assert result["recall_probability"] == pytest.approx(predicted(8, 1, 1 + 9 * 0.6 / 5), abs=1e-9)


def test_learner_stays_as_unknown_as_they_were(memory):
    memory.study("ada", reviews(1, 9, 15))

    described = memory.learner("ada").body
    assert (described["certainty"], described["learner_state"]) == (0, None)
    assert described["model_version"] == "own"


def test_due_list_and_card_are_the_estimators(memory):
    memory.study("ada", reviews(1, 9))
    (due,) = memory.due("ada", until="2027-01-15T00:00:00Z").body["cards"]
    card = memory.card("ada", "gato", for_each_rating="true").body

    now = predicted(13 + 4 / 24, 2, 1 + 9 * 0.6 / 6)
    assert due["recall_probability"] == pytest.approx(now, abs=1e-3)  # its curve is sampled
    assert (card["due_at"], card["model"]) == (due["due_at"], "three_inputs")
    assert (
        card["for_each_rating"]["again"]["interval_days"] <= card["for_each_rating"]["good"]["interval_days"]
    )


def test_undo_of_an_older_review_leaves_the_card_as_if_it_had_never_been(memory):
    memory.study("ada", reviews(1))
    memory.study("ada", reviews(5))
    memory.study("ada", reviews(9))
    assert memory.undo("ada", "e5").body["reviews"] == 2
    memory.study("bea", reviews(1, 9))

    ada, bea = (memory.card(learner, "gato").body for learner in ("ada", "bea"))
    assert ada["due_at"] == bea["due_at"]
    assert memory.learner("ada").body["last_reviewed_at"] == "2026-11-09T08:00:00Z"
