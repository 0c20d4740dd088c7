"""`fit` from files on disk to a model that the service decodes, and what it tells its user."""

import json
import re
from contextlib import redirect_stdout
from datetime import datetime
from hashlib import sha256
from io import StringIO

import pandas as pd
import pytest
from threadpoolctl import threadpool_limits

from model_training.cli import main
from model_training.fitting.estimator import PowerCurveClassifier
from model_training.fitting.starting_point import SCRATCH, default_model
from model_training.history.both_models import fit_both
from model_training.history.fit import fit_history
from model_training.history.teacher import history_teacher
from model_training.review_log.distributions import input_distributions
from model_training.review_log.features import design, learner_weights, scored_features
from recall.artifact import decode
from recall.features import FEATURE_NAMES

from .logs import simulated, written

pytestmark = pytest.mark.slow

AGAIN, GOOD = 1, 3
METRICS = {"log_loss", "auc", "brier", "ece", "baseline_log_loss", "held_out_reviews"}


def people(log):
    """Rename the simulated learners, so that a log passes for a real one."""
    return log.assign(learner=log["learner"].str.replace("simulated", "learner"))


@pytest.fixture(scope="module")
def fitted(tmp_path_factory):
    """Return the log, the directory that fit wrote, and what it printed."""
    directory = tmp_path_factory.mktemp("fit")
    log = people(simulated())
    log.to_parquet(directory / "reviews.parquet")
    with redirect_stdout(StringIO()) as printed:
        assert main(["fit", str(directory / "reviews.parquet"), "--out", str(directory / "model")]) == 0
    return log, directory / "model", printed.getvalue()


def test_served_model_is_fitted_on_all_scored_reviews(fitted):
    log, directory, _ = fitted
    artifact = decode((directory / "model.json").read_bytes())
    features, start = scored_features(log), default_model()
    weight = learner_weights(features)
    with threadpool_limits(1):
        history = fit_history(features, start.history)
        teacher = history_teacher(features, history, weight)
        estimator = PowerCurveClassifier(prior=start.three_inputs, teacher=teacher)
        three_inputs = estimator.fit(*design(features), weight).to_model()
    assert artifact.history.to_dict() == history.to_dict()
    assert artifact.three_inputs.to_dict() == three_inputs.to_dict()


def test_scored_reviews_themselves_are_within_the_models_ranges(fitted):
    log, directory, _ = fitted
    training = decode((directory / "model.json").read_bytes()).training
    features = scored_features(log)
    for name in FEATURE_NAMES:
        lowest, highest = training["ranges"][name]
        assert features[name].between(lowest, highest).all()
        assert {lowest, highest} <= set(features[name])


def test_artifact_says_what_it_was_trained_on(fitted):
    log, directory, _ = fitted
    training = decode((directory / "model.json").read_bytes()).training
    metrics, _ = training.pop("metrics"), training.pop("reliability")
    assert training == {
        "reviews": len(log),
        "scored_reviews": len(scored_features(log)),
        "ranges": {
            name: [scored_features(log)[name].min(), scored_features(log)[name].max()]
            for name in FEATURE_NAMES
        },
        "inputs": input_distributions(scored_features(log)),
        "learners": 3,
        "cards": len(log[["learner", "card"]].drop_duplicates()),
        "first_review": log["reviewed_at"].min().strftime("%Y-%m-%dT%H:%M:%SZ"),
        "last_review": log["reviewed_at"].max().strftime("%Y-%m-%dT%H:%M:%SZ"),
        "prior": {"name": default_model().name, "share": 0.5},
        "simulated": False,
    }
    assert set(metrics) == METRICS
    assert 0.1 < metrics["log_loss"] < metrics["baseline_log_loss"]


def test_reliability_compares_held_out_predictions_with_their_outcomes_by_tenths(fitted):
    _, directory, _ = fitted
    training = decode((directory / "model.json").read_bytes()).training
    rows = training["reliability"]
    predicted, _, reviews = zip(*rows, strict=True)
    held_out = training["metrics"]["held_out_reviews"]
    assert len(rows) == 10
    assert list(predicted) == sorted(predicted)
    assert sum(reviews) == held_out
    assert max(abs(number - held_out / 10) for number in reviews) <= 1
    # The calibration error is the bins' mean distance, over finer bins: never less than over these.
    error = sum(n * abs(p - o) for p, o, n in rows) / held_out
    assert 0 < error <= training["metrics"]["ece"] + 1e-6
    assert json.loads((directory / "card.json").read_text())["reliability"] == rows


def test_card_describes_this_very_model_and_names_nobody(fitted):
    log, directory, _ = fitted
    text = (directory / "card.json").read_text()
    card = json.loads(text)
    model = (directory / "model.json").read_bytes()
    assert card["model_sha256"] == sha256(model).hexdigest()
    assert card["metrics"] == decode(model).training["metrics"]
    assert datetime.fromisoformat(card["trained_at"]).utcoffset().total_seconds() == 0
    assert card["libraries"]["scikit-learn"] == "1.7.2"
    assert "then fitted on all of them" in card["evaluation"]
    assert not any(learner in text for learner in log["learner"].unique())


def test_output_has_data_figures_and_calibration(fitted):
    log, directory, printed = fitted
    metrics = decode((directory / "model.json").read_bytes()).training["metrics"]
    assert f"Read {len(log):,} reviews of 3 learners and" in printed
    assert f"{(log['rating'] > 1).mean():.1%} recalled." in printed
    assert (
        f"log loss            {metrics['log_loss']:.4f}     {metrics['baseline_log_loss']:.4f}\n" in printed
    )
    assert "predicted   observed   reviews\n" in printed
    start = f"starts from {default_model().name}, whose prior weight is 50%"
    assert f"{start} beside all {len(scored_features(log)):,} scored reviews" in printed
    assert "The history model, for cards that come with their reviews, is fitted on the same ones." in printed
    assert "simulated" not in printed


def test_same_reviews_give_the_same_model_bytes(fitted, tmp_path):
    log, directory, _ = fitted
    log.sample(frac=1, random_state=5).to_parquet(tmp_path / "shuffled.parquet")
    assert main(["fit", str(tmp_path / "shuffled.parquet"), "--out", str(tmp_path / "model")]) == 0
    assert (tmp_path / "model" / "model.json").read_bytes() == (directory / "model.json").read_bytes()


def test_simulated_reviews_are_marked_everywhere(tmp_path, capsys):
    log = pd.concat([people(simulated(2, 60)), simulated(1, 60)])  # one simulated learner is enough
    log.to_parquet(tmp_path / "reviews.parquet")
    assert main(["fit", str(tmp_path / "reviews.parquet"), "--out", str(tmp_path)]) == 0
    assert "These reviews are simulated" in capsys.readouterr().out
    assert decode((tmp_path / "model.json").read_bytes()).training["simulated"] is True
    card = json.loads((tmp_path / "card.json").read_text())
    assert card["simulated"] is True
    assert "trained on simulated reviews" in card["limits"][-1]


def test_skipped_rows_are_printed_with_their_reason(tmp_path, capsys):
    log = people(simulated(1, 60)).astype({"rating": "int64"})
    log.loc[:4, "rating"] = 9
    log.to_parquet(tmp_path / "reviews.parquet")
    assert main(["fit", str(tmp_path / "reviews.parquet"), "--out", str(tmp_path)]) == 0
    assert "Skipped 5 rows: " in capsys.readouterr().out


def test_few_reviews_stay_near_the_default_model_and_a_line_says_so(tmp_path, capsys):
    rows = [("ann", card, day, AGAIN if card % 5 else GOOD) for card in range(60) for day in (0, 3, 9)]
    written(*rows).to_parquet(tmp_path / "reviews.parquet")
    assert main(["fit", str(tmp_path / "reviews.parquet"), "--out", str(tmp_path)]) == 0
    said = capsys.readouterr().out
    assert "whose prior weight is 89% beside all 120 scored reviews: too few to move far from it" in said
    assert "With 1,000 they have half of the weight." in said
    model, default = decode((tmp_path / "model.json").read_bytes()), default_model()
    assert model.training["prior"] == {"name": default.name, "share": round(1000 / 1120, 6)}
    fitted, before = (each.three_inputs.recall_probability(6, 2, 6) for each in (model, default))
    assert before - 0.15 < fitted < before  # 80 % of these reviews failed


def test_from_scratch_knows_nothing_of_the_default_model(fitted, tmp_path, capsys):
    log, directory, _ = fitted
    arguments = ["fit", str(directory.parent / "reviews.parquet"), "--out", str(tmp_path), "--from-scratch"]
    assert main(arguments) == 0
    assert "starts from FSRS-6's published parameters" in capsys.readouterr().out
    model = decode((tmp_path / "model.json").read_bytes())
    features = scored_features(log)
    with threadpool_limits(1):
        estimator, history = fit_both(features, SCRATCH)
    assert model.three_inputs.to_dict() == estimator.to_model().to_dict()
    assert model.history.to_dict() == history.to_dict()


def test_log_too_small_to_hold_anything_out_still_gives_a_model(tmp_path, capsys):
    rows = [(f"learner {n}", 1, day, AGAIN if n == 0 and day else GOOD) for n in range(25) for day in (0, 2)]
    written(*rows).to_parquet(tmp_path / "reviews.parquet")
    assert main(["fit", str(tmp_path / "reviews.parquet"), "--out", str(tmp_path)]) == 0
    assert "Nothing measured: a learner needs five scored reviews" in capsys.readouterr().out
    metrics = decode((tmp_path / "model.json").read_bytes()).training["metrics"]
    assert metrics == dict.fromkeys(METRICS, None) | {"held_out_reviews": 0}


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([("ann", 1, day, GOOD) for day in range(20)], "only 19 reviews come a day or more after"),
        ([("ann", 1, day, AGAIN) for day in range(21)], "all 20 reviews .* were failed"),
    ],
    ids=["too few", "no success"],
)
def test_log_that_cannot_be_learnt_from_is_one_line_and_exit_2(tmp_path, capsys, rows, message):
    written(*rows).to_parquet(tmp_path / "reviews.parquet")
    assert main(["fit", str(tmp_path / "reviews.parquet"), "--out", str(tmp_path / "model")]) == 2
    assert re.fullmatch(f"error: .*{message}.*", capsys.readouterr().err.splitlines()[-1])
    assert not (tmp_path / "model" / "model.json").exists()
