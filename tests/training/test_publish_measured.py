"""Own estimators that `publish --reviews` measures as `fit` measures ours, and compares with the live one."""

import json

import pytest
import skops.io
from sklearn.dummy import DummyClassifier
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LinearRegression
from sklearn.metrics import log_loss
from threadpoolctl import threadpool_limits

from model_training.cli import main
from model_training.evaluation.holdout import fingerprint, held_out
from model_training.own_model.release import load_skops_release
from model_training.registry.publish import PublishError
from model_training.review_log.features import design, scored_features
from tests.functional.own_models import X, Y

from .fake_s3 import FakeS3
from .logs import simulated, written
from .stored_reviews import retentive

BOOSTED = HistGradientBoostingClassifier(max_iter=20, monotonic_cst=[-1, 0, -1], random_state=1)


@pytest.fixture(scope="module", autouse=True)
def one_thread():
    with threadpool_limits(1):
        yield


def own(folder, estimator, reviews):
    skops.io.dump(estimator.fit(X, Y), folder / "mine.skops")
    return load_skops_release(folder / "mine.skops", reviews)


@pytest.fixture(scope="module")
def measured(tmp_path_factory):
    return own(tmp_path_factory.mktemp("own"), BOOSTED, simulated(2, 90))


def test_figures_are_of_the_same_estimator_fitted_anew_without_the_newest_reviews(measured):
    features = scored_features(simulated(2, 90))
    newest = held_out(features)
    (older, recalled), (newest_inputs, outcomes) = design(features[~newest]), design(features[newest])
    predicted = BOOSTED.fit(older.to_numpy(), recalled).predict_proba(newest_inputs.to_numpy())[:, 1]

    card = json.loads(measured.card)
    assert card["metrics"]["log_loss"] == pytest.approx(log_loss(outcomes, predicted), abs=1e-6)
    assert card["metrics"]["held_out_reviews"] == len(outcomes)
    assert card["held_out_sha256"] == fingerprint(newest_inputs, outcomes)
    assert card["data"]["learners"] == 2
    assert card["simulated"] is True
    assert card["evaluation"].startswith("The metrics are of the same estimator, fitted anew without weights")


def test_what_is_published_is_the_estimator_as_the_user_fitted_it(measured, tmp_path):
    (tmp_path / "mine.skops").write_bytes(measured.model)
    bare = load_skops_release(tmp_path / "mine.skops")
    assert (measured.model, measured.version) == (bare.model, bare.version)
    assert json.loads(bare.card).items() < json.loads(measured.card).items()


def test_regressor_is_measured_within_0_and_1(tmp_path):
    metrics = json.loads(own(tmp_path, LinearRegression(), simulated(2, 90)).card)["metrics"]
    assert 0 < metrics["log_loss"] < 2
    assert 0 < metrics["brier"] < 0.3


def test_log_that_is_too_short_gives_no_figures(tmp_path):
    card = json.loads(own(tmp_path, BOOSTED, written(("a", "1", 0, 3), ("a", "1", 2, 3))).card)
    assert (card["metrics"]["log_loss"], card["metrics"]["held_out_reviews"]) == (None, 0)
    assert card["held_out_sha256"] is None


def test_estimator_that_cannot_be_fitted_on_the_reviews_is_refused_with_the_fix(tmp_path):
    spoiled = DummyClassifier(strategy="constant", constant=1).fit(X, Y)
    spoiled.constant = 7  # a class that no review has
    skops.io.dump(spoiled, tmp_path / "mine.skops")
    with pytest.raises(
        PublishError,
        match=r"mine\.skops: can't be fitted anew on the older reviews \(ValueError: .*\): publish it",
    ):
        load_skops_release(tmp_path / "mine.skops", simulated(2, 90))


def test_command_measures_and_judges_on_the_same_reviews(tmp_path, monkeypatch, capsys):
    s3 = FakeS3()
    monkeypatch.setattr("model_training.registry.lake.s3_client", lambda _: s3)
    log = retentive(4, factor=0.2)
    inputs, recalled = design(scored_features(log))
    skops.io.dump(BOOSTED.fit(inputs.to_numpy(), recalled), tmp_path / "mine.skops")
    log.to_parquet(tmp_path / "log.parquet")
    arguments = ["--sklearn", str(tmp_path / "mine.skops"), "--reviews", str(tmp_path / "log.parquet")]
    assert main(["publish", *arguments, "--bucket", "lake"]) == 0
    version = capsys.readouterr().out.strip()
    card, decision = (
        json.loads(s3.objects[f"models/{version}/{name}.json"].body) for name in ("card", "decision")
    )
    assert decision["reviews"] == card["metrics"]["held_out_reviews"]
    assert decision["judged"] == "the estimator, fitted anew"
    ways = decision["figures"][version]
    assert {ways[way]["log_loss"] for way in ways} == {card["metrics"]["log_loss"]}
