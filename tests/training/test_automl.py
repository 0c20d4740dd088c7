"""A challenger by search: which kinds of models, how it is judged, and what it takes to go live."""

import builtins
import json
import sys
from datetime import UTC, datetime
from itertools import product
from time import monotonic

import numpy as np
import pytest

from model_training import cli
from model_training.evaluation.scores import log_losses
from model_training.registry import gates
from model_training.registry.publish import store
from model_training.registry.stored_model import read_model
from model_training.reports.retraining.page import html_report
from model_training.retraining import automl_search
from model_training.retraining.automl import challenger, refitted
from model_training.retraining.automl_families import AutoMLError
from model_training.retraining.automl_search import fitted, search
from model_training.retraining.reviews import Training
from model_training.retraining.run import Run
from model_training.retraining.served import HISTORY, HISTORY_STATE, THREE_INPUTS, WAYS
from model_training.retraining.steps import do
from model_training.review_log.features import FEATURE_COLUMNS, OUTCOME, scored_features
from model_training.training.train import describe
from tests.training.fake_s3 import FakeS3
from tests.training.logs import simulated
from tests.training.stored_reviews import prepared, retentive

pytestmark = pytest.mark.slow

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
SKLEARN = ["HistGradientBoostingClassifier", "RandomForestClassifier", "ExtraTreesClassifier"]
ONNX = ["LGBMClassifier", "XGBClassifier"]
TRIALS = 4  # of each family


@pytest.fixture(scope="module")
def few_trials():
    """End searches after a few trials of each family, however slow the machine is."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(automl_search, "MOST_TRIALS", TRIALS)
        yield


@pytest.fixture(scope="module")
def trials(few_trials):
    """Give a search among all families."""
    return search(scored_features(simulated()), 100, onnx=True)


def best_of(trials, family):
    return min((trial for trial in trials if trial.family == family), key=lambda trial: trial.log_loss)


def training_on(log):
    """Return what a model is fitted to that learns from a log."""
    return Training(scored_features(log), describe(log))


def recall_of(estimator):
    """Return its predictions on a grid: by days, then review count, then difficulty."""
    days, counts, difficulties = (0.0, 0.5, 1, 3, 10, 40, 200, 36_500), (1, 3, 12, 500), (1, 1.8, 3, 6, 10)
    grid = np.array(list(product(days, counts, difficulties)))
    return estimator.predict_proba(grid)[:, 1].reshape(len(days), len(counts), len(difficulties))


@pytest.mark.parametrize("family", SKLEARN + ONNX)
def test_no_family_lets_recall_rise_with_days_or_difficulty(trials, family):
    recall = recall_of(fitted(family, best_of(trials, family).parameters, scored_features(retentive())))

    assert (np.diff(recall, axis=0) <= 0).all()
    assert (np.diff(recall, axis=2) <= 0).all()
    assert np.ptp(recall) > 0.02  # it isn't a constant


def test_families_take_turns_and_those_that_only_onnx_serves_are_left_out_without_it(trials):
    alone = search(scored_features(simulated()), 100, onnx=False)

    assert [trial.family for trial in trials] == (SKLEARN + ONNX) * TRIALS
    assert [trial.family for trial in alone] == SKLEARN * TRIALS


def test_same_reviews_give_the_same_search(trials):
    assert search(scored_features(simulated()), 100, onnx=True) == trials


@pytest.mark.parametrize("family", SKLEARN + ONNX)
def test_card_s_parameters_fitted_to_the_older_reviews_give_the_loss_on_the_newest_fifth(trials, family):
    features = scored_features(simulated())
    newest = features["reviewed_at"].sort_values(ignore_index=True)[int(0.8 * len(features))]
    older, tuned_on = (
        features[rows] for rows in (features["reviewed_at"] < newest, features["reviewed_at"] >= newest)
    )
    best = best_of(trials, family)
    stored = json.loads(json.dumps(best.parameters, allow_nan=False))

    probability = fitted(family, stored, older).predict_proba(tuned_on[FEATURE_COLUMNS].to_numpy())[:, 1]
    loss = log_losses(tuned_on[OUTCOME].to_numpy(), probability).mean()
    assert loss == pytest.approx(best.log_loss, abs=1e-12)


def test_search_ends_with_its_budget():
    began = monotonic()
    search(scored_features(simulated()), 0.3, onnx=False)

    assert monotonic() - began < 10


def test_budget_in_which_no_trial_is_done_is_named():
    with pytest.raises(AutoMLError, match=r"no trial was done within 0\.0001 s: give --automl-seconds more"):
        search(scored_features(simulated()), 0.0001, onnx=False)


def test_older_reviews_that_all_ended_alike_give_no_challenger(few_trials):
    log = simulated()
    late = log["reviewed_at"] >= log["reviewed_at"].quantile(0.97)
    alike = training_on(log.assign(rating=log["rating"].where(late, 3)))

    assert challenger(alike, 1, NOW, "run", onnx=False) is None


def test_challenger_is_what_the_service_loads_and_its_card_says_how_it_was_found(few_trials):
    card = json.loads(challenger(training_on(simulated()), 100, NOW, "monday", onnx=False).card)
    found = card["automl"]

    assert card["trained_at"] == "2026-11-21T12:00:00Z"
    assert card["data"]["last_review"] == simulated()["reviewed_at"].max().strftime("%Y-%m-%dT%H:%M:%SZ")
    assert card["data"]["run"] == "monday"
    assert [found["searched"][family]["trials"] for family in SKLEARN] == [TRIALS] * len(SKLEARN)
    best = min(found["searched"].values(), key=lambda tried: tried["log_loss"])
    assert found["searched"][found["family"]] == best
    assert found["tuned_to_log_loss"] == best["log_loss"]


@pytest.mark.parametrize("family", [SKLEARN[0], *ONNX])
def test_challenger_of_any_family_is_fitted_again_and_served_within_its_format_s_tolerance(trials, family):
    found = {"family": family, "parameters": best_of(trials, family).parameters}
    older, everything = training_on(simulated(days=60)), training_on(simulated())
    before, release = (refitted(found, each, NOW, "monday") for each in (older, everything))
    stored = FakeS3()
    store(release, stored.lake)
    model = read_model(stored.lake, release.version)

    assert release.version == f"{'sklearn' if family in SKLEARN else 'onnx'}-{release.sha256[:8]}"
    assert release.sha256 != before.sha256
    assert not any("rises" in note for note in gates.check(model))
    cards = [tuple(row) for row in everything.features[FEATURE_COLUMNS].head(500).to_numpy().tolist()]
    estimator = fitted(family, found["parameters"], everything.features)
    expected = estimator.predict_proba(np.array(cards))[:, 1]
    assert model.served().predict(cards) == pytest.approx(expected, abs=1e-12 if family in SKLEARN else 1e-6)


def test_without_flaml_one_line_says_what_to_do(monkeypatch):
    monkeypatch.setitem(sys.modules, "flaml", None)
    with pytest.raises(AutoMLError, match="uv sync --group automl"):
        search(scored_features(simulated()), 1, onnx=False)


def test_without_openmp_one_line_says_what_to_do(monkeypatch):
    imported = builtins.__import__

    def without(name, *arguments):
        if name == "flaml":
            raise OSError("libgomp.so.1: cannot open shared object file")
        return imported(name, *arguments)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(AutoMLError, match=r"\(libgomp\.so\.1: cannot .*\): apt install libgomp1"):
        search(scored_features(simulated()), 1, onnx=False)


@pytest.mark.parametrize(
    ("options", "refusal"),
    [
        (["--automl-seconds", "2.5"], "Invalid value for '--automl-seconds'"),
        (["--automl-seconds", "86401"], "Invalid value for '--automl-seconds'"),
    ],
)
def test_options_that_make_no_search_are_refused(options, refusal, capsys, monkeypatch):
    monkeypatch.setattr("model_training.registry.lake.find_lake", lambda *_: FakeS3().lake)
    assert cli.main(["retrain", "--run", "r", *options]) == 2

    assert refusal in capsys.readouterr().err


def test_run_judges_the_searched_challenger_on_the_same_reviews_and_history_ways(few_trials):
    s3 = FakeS3()
    run = Run(s3.lake, "run", automl_seconds=100, onnx=True)
    assert prepared(run, retentive())["go"]
    for step in ("train", "evaluate"):
        output = do(run, step, NOW)
    own, searched = run.output("train")["challengers"]

    assert "automl" in read_model(s3.lake, searched).card
    assert not s3.moves  # stored, not live
    assert not any("rises" in note for note in gates.check(read_model(s3.lake, searched)))
    figures = output["figures"][searched]
    # So the service answers histories with it, and knows no learner.
    assert figures[HISTORY] == figures[THREE_INPUTS] == figures[HISTORY_STATE]
    results = [output["comparisons"][version] for version in (own, searched)]
    assert [set(result) for result in results] == [set(WAYS)] * 2
    report = html_report(run)
    assert f"What the search tried: {searched}" in report
    assert all(family in report for family in SKLEARN + ONNX)
