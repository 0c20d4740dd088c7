"""What `fit` writes for the gates: the very estimator's predictions, and which reviews it was measured on."""

import json

import pandas as pd
import pytest

from model_training.cli import main
from model_training.evaluation.holdout import fingerprint
from model_training.fitting.starting_point import default_model
from model_training.history.both_models import fit_both
from model_training.registry.card import RECORDED_CARDS
from model_training.registry.publish import load_release, publish
from model_training.review_log.features import FEATURE_COLUMNS, design, scored_features

from .fake_s3 import FakeS3
from .logs import simulated
from .releases import NOW, passed


def run_fit(folder, log, *options):
    """Run `fit` on a log; return the release and its card."""
    folder.mkdir()
    log.to_parquet(folder / "reviews.parquet")
    assert main(["fit", str(folder / "reviews.parquet"), "--out", str(folder), *options]) == 0
    release = load_release(folder)
    return release, json.loads(release.card)


@pytest.fixture(scope="module")
def fitted(tmp_path_factory):
    return run_fit(tmp_path_factory.mktemp("fit") / "model", simulated(2, 60))


def test_recorded_predictions_are_the_fitted_estimators(fitted):
    estimator, _ = fit_both(scored_features(simulated(2, 60)), default_model())
    cards = pd.DataFrame(RECORDED_CARDS, columns=FEATURE_COLUMNS)
    expected = estimator.predict_proba(cards)[:, 1]

    recorded = fitted[1]["recorded"]
    assert [tuple(row[:3]) for row in recorded] == RECORDED_CARDS
    assert [row[3] for row in recorded] == pytest.approx(expected.tolist(), rel=0, abs=1e-15)


def test_fitted_model_passes_every_gate_without_a_note(fitted):
    assert publish(fitted[0], FakeS3().lake, by="ann@desk", judge=passed, now=NOW).notes == []


def test_another_model_of_the_same_reviews_is_compared_by_its_figures(fitted, tmp_path):
    other, card = run_fit(tmp_path / "scratch", simulated(2, 60), "--from-scratch")
    s3 = FakeS3()
    better, worse = sorted([fitted, (other, card)], key=lambda each: each[1]["metrics"]["log_loss"])
    publish(worse[0], s3.lake, by="ann@desk", judge=passed, now=NOW)
    assert publish(better[0], s3.lake, by="ann@desk", judge=passed, now=NOW).notes == []

    assert card["held_out_sha256"] == fitted[1]["held_out_sha256"]
    assert card["metrics"]["log_loss"] != fitted[1]["metrics"]["log_loss"]


def test_a_newer_log_has_other_held_out_reviews(fitted, tmp_path):
    _, card = run_fit(tmp_path / "newer", simulated(2, 90))
    assert card["held_out_sha256"] != fitted[1]["held_out_sha256"]


def test_fingerprint_is_of_rows_and_outcomes_and_not_of_their_order():
    X, recalled = design(scored_features(simulated(2, 60)))
    known = fingerprint(X, recalled)

    assert fingerprint(X[::-1], recalled[::-1]) == known
    assert fingerprint(X, 1 - recalled) != known
    assert fingerprint(X.assign(difficulty=X["difficulty"] + 1e-9), recalled) != known
    assert fingerprint(X[1:], recalled[1:]) != known
