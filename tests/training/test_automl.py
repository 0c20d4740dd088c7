"""A challenger by search: which kinds of models, how it is judged, and what it takes to go live."""

import json
import sys
from datetime import UTC, datetime
from itertools import product
from time import monotonic

import numpy as np
import pytest

from estimators.estimator import load
from model_training import cli
from model_training.registry import gates
from model_training.registry.stored_model import read_model
from model_training.retraining import automl_search
from model_training.retraining.automl import challenger, refitted
from model_training.retraining.automl_families import FAMILIES, AutoMLError
from model_training.retraining.automl_search import fitted, search
from model_training.retraining.reviews import Training
from model_training.retraining.run import Run
from model_training.retraining.served import HISTORY, HISTORY_STATE, THREE_INPUTS, WAYS
from model_training.retraining.steps import do
from model_training.review_log.features import scored_features
from model_training.training.train import describe
from tests.training.fake_s3 import FakeS3
from tests.training.logs import simulated
from tests.training.stored_reviews import prepared, retentive

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
CONFIG = {"max_leaf_nodes": 8, "min_samples_leaf": 20}


@pytest.fixture
def few_trials(monkeypatch):
    """End searches after two trials of each family, however slow the machine is."""
    monkeypatch.setattr(automl_search, "MOST_TRIALS", 2)


def told(log):
    """Return what a model is fitted to that learns from a log."""
    return Training(scored_features(log), describe(log))


def recall_of(estimator):
    """Return its predictions on a grid: by days, then review count, then difficulty."""
    days, counts, difficulties = (0.0, 0.5, 1, 3, 10, 40, 200, 36_500), (1, 3, 12, 500), (1, 1.8, 3, 6, 10)
    grid = np.array(list(product(days, counts, difficulties)))
    return estimator.predict_proba(grid)[:, 1].reshape(len(days), len(counts), len(difficulties))


@pytest.mark.parametrize("family", FAMILIES)
def test_no_family_lets_recall_rise_with_days_or_difficulty(family):
    recall = recall_of(fitted(family, CONFIG, scored_features(retentive())))

    assert (np.diff(recall, axis=0) <= 0).all()
    assert (np.diff(recall, axis=2) <= 0).all()
    assert np.ptp(recall) > 0.02  # it isn't a constant


def test_same_reviews_give_the_same_search(few_trials):
    features = scored_features(simulated())
    first, second = search(features, 100), search(features, 100)

    assert first == second
    assert first.trials == 2 * len(FAMILIES)


def test_newest_fifth_tunes_what_the_older_reviews_fit(few_trials, monkeypatch):
    features = scored_features(simulated())
    fitted_on = []
    monkeypatch.setattr(
        automl_search, "fitted", lambda *arguments: fitted_on.append(arguments[2]) or fitted(*arguments)
    )
    search(features, 100)
    newest = features["reviewed_at"].sort_values(ignore_index=True)[int(0.8 * len(features))]

    assert {part["reviewed_at"].max() < newest for part in fitted_on} == {True}
    assert {len(part) for part in fitted_on} == {int((features["reviewed_at"] < newest).sum())}


def test_search_ends_with_its_budget_but_gives_every_family_a_trial():
    began = monotonic()
    found = search(scored_features(simulated()), 0.001)

    assert found.trials == len(FAMILIES)
    assert monotonic() - began < 20


def test_older_reviews_that_all_ended_alike_give_no_challenger(few_trials):
    log = simulated()
    late = log["reviewed_at"] >= log["reviewed_at"].quantile(0.97)

    assert challenger(told(log.assign(rating=log["rating"].where(late, 3))), 1, NOW, "run") is None


def test_challenger_is_what_the_service_loads_and_its_card_says_how_it_was_found(few_trials):
    release = challenger(told(simulated()), 100, NOW, "monday")
    card = json.loads(release.card)

    predicted = load(release.model).predict([tuple(row[:3]) for row in card["recorded"]])
    assert predicted == pytest.approx([row[3] for row in card["recorded"]], abs=1e-12)
    assert release.version == f"sklearn-{release.sha256[:8]}"
    assert card["trained_at"] == "2026-11-21T12:00:00Z"
    assert card["data"]["last_review"] == simulated()["reviewed_at"].max().strftime("%Y-%m-%dT%H:%M:%SZ")
    assert card["data"]["run"] == "monday"
    assert card["automl"]["family"] in FAMILIES
    assert card["automl"]["trials"] == 2 * len(FAMILIES)


def test_challenger_is_fitted_again_with_the_parameters_that_were_found(few_trials):
    older = simulated(days=60)
    first = json.loads(challenger(told(older), 100, NOW, "monday").card)
    again = json.loads(refitted(first["automl"], told(simulated()), NOW, "monday").card)

    assert again["automl"] == first["automl"]
    assert again["data"]["reviews"] == len(simulated()) > first["data"]["reviews"]
    assert again["model_sha256"] != first["model_sha256"]


def test_without_flaml_one_line_says_what_to_do(monkeypatch):
    monkeypatch.setitem(sys.modules, "flaml.tune.sample", None)
    with pytest.raises(AutoMLError, match="uv sync --group automl"):
        search(scored_features(simulated()), 1)


@pytest.mark.parametrize("seconds", ["2.5", "86401"])
def test_budget_that_is_no_number_of_seconds_is_refused(seconds, capsys):
    assert cli.main(["retrain", "--run", "r", "--automl-seconds", seconds]) == 2

    assert "Invalid value for '--automl-seconds'" in capsys.readouterr().err


@pytest.mark.slow
def test_run_judges_the_searched_challenger_on_the_same_reviews_and_history_ways(few_trials):
    s3 = FakeS3()
    run = Run(s3.lake, "run", automl_seconds=100)
    assert prepared(run, retentive())["go"]
    for step in ("train", "evaluate"):
        output = do(run, step, NOW)
    own, searched = run.output("train")["challengers"]

    assert searched.startswith("sklearn-")
    assert s3.lake.read(f"models/{searched}/model.skops") is not None
    assert not s3.moves  # stored, not live
    assert not any("rises" in note for note in gates.check(read_model(s3.lake, searched)))
    figures = output["figures"][searched]
    # So the service answers histories with it, and knows no learner.
    assert figures[HISTORY] == figures[THREE_INPUTS] == figures[HISTORY_STATE]
    results = [output["comparisons"][version] for version in (own, searched)]
    assert [set(result) for result in results] == [set(WAYS)] * 2
