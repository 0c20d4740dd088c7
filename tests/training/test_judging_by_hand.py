"""What a person publishes or promotes is judged on reviews that it hasn't seen."""

import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256

import pandas as pd
import pytest

from model_training.cli import main
from model_training.fitting.starting_point import default_model
from model_training.progress import Progress
from model_training.registry.card import RECORDED_CARDS, recorded_predictions
from model_training.registry.gates import GateError
from model_training.registry.lake import LakeError
from model_training.registry.publish import load_release, publish, store
from model_training.registry.stored_model import read_json, read_model
from model_training.retraining import by_hand
from model_training.retraining.by_hand import judge_by_hand
from model_training.training.train import train, write_files
from recall.artifact import decode
from tests.training.fake_s3 import FakeS3
from tests.training.stored_reviews import retentive, sample

pytestmark = pytest.mark.slow

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
FEW = 4  # learners
OWN_LOG = "the one that fit measured"
LOST = re.compile(
    r"from three inputs its log loss is 0\.\d{4}, and that of always predicting their share 0\.\d{4}"
)


def fitted(log, folder):
    """Fit a model of a log as the command does."""
    with Progress(3) as progress:
        write_files(train(log, progress, default_model()), NOW, folder)
    return load_release(folder)


def before(log, share):
    """Return the older share of a log."""
    return log[log["reviewed_at"] < log["reviewed_at"].quantile(share)].reset_index(drop=True)


@pytest.fixture(scope="module")
def log():
    return retentive()


@pytest.fixture(scope="module")
def whole(log, tmp_path_factory):
    """Give a model that was fitted to the whole log."""
    return fitted(log, tmp_path_factory.mktemp("whole"))


@pytest.fixture(scope="module")
def older(log, tmp_path_factory):
    """Give a model that was fitted to the older half."""
    return fitted(before(log, 0.5), tmp_path_factory.mktemp("older"))


@pytest.fixture(scope="module")
def reversed_log(log):
    """Give the log with failures for passes, and passes for failures."""
    return log.assign(rating=log["rating"].map({1: 3, 2: 1, 3: 1, 4: 1}).astype("int8"))


@pytest.fixture(scope="module")
def reversed_model(reversed_log, tmp_path_factory):
    return fitted(reversed_log, tmp_path_factory.mktemp("reversed"))


def judged(release, reviews):
    """Judge a model that isn't live where none is."""
    s3 = FakeS3()
    store(release, s3.lake)
    return judge_by_hand(s3.lake, reviews)(read_model(s3.lake, release.version), None)


def published(s3, release, reviews, why=""):
    """Publish a model, judged on reviews; return what was recorded."""
    publish(release, s3.lake, by="ann@desk", now=NOW, judge=judge_by_hand(s3.lake, reviews), why=why)
    return json.loads(s3.lake.read(release.key("decision.json")).body)


def test_model_of_the_whole_log_is_judged_by_the_one_that_never_saw_the_held_out_reviews(log, whole):
    decision = published(FakeS3(), whole, log)
    card = json.loads(whole.card)
    assert decision["judged"] == OWN_LOG
    assert decision["reviews"] == card["metrics"]["held_out_reviews"]
    figures = decision["figures"][whole.version]
    assert figures["three_inputs"]["log_loss"] == pytest.approx(card["metrics"]["log_loss"], abs=1e-6)
    assert figures["history"]["weighted_log_loss"] < decision["baselines"]["constant"]


def test_model_of_older_reviews_is_judged_itself_on_what_is_newer(log, older):
    decision = published(FakeS3(), older, log)
    assert decision["judged"] == "the model itself"
    assert decision["from"] > json.loads(older.card)["data"]["last_review"]


def test_reviews_of_the_lake_judge_where_no_file_is_given(log, older):
    s3 = FakeS3()
    sample(s3.lake, log[log["reviewed_at"] > log["reviewed_at"].quantile(0.8)])
    assert published(s3, older, None)["judged"] == "the model itself"


def test_model_of_reversed_ratings_loses_to_a_constant_on_its_own_log(reversed_log, reversed_model):
    assert LOST.search(judged(reversed_model, reversed_log).against)


def test_model_of_reversed_ratings_loses_to_a_constant_on_newer_reviews(log, reversed_log, tmp_path):
    against = judged(fitted(before(reversed_log, 0.5), tmp_path), log).against
    assert "by the model itself: " in against
    assert LOST.search(against)


def test_model_of_another_log_of_the_same_days_cannot_be_compared(log, reversed_model):
    against = judged(reversed_model, log).against
    assert "they aren't the log of which fit held reviews out of this model" in against


def test_model_that_was_spoiled_after_it_was_measured_loses_by_itself(log, whole):
    spoiled = json.loads(whole.model)
    spoiled["three_inputs"]["log_stability"]["intercept"] -= 6
    body = json.dumps(spoiled).encode()
    predicted = decode(body).three_inputs.recall_probability
    card = json.loads(whole.card) | {
        "model_sha256": sha256(body).hexdigest(),
        "recorded": recorded_predictions([predicted(*each) for each in RECORDED_CARDS]),
    }
    release = replace(whole, model=body, card=json.dumps(card).encode())
    with pytest.raises(GateError, match=f"by {OWN_LOG}: from three inputs its log loss is"):
        published(FakeS3(), release, log)


def test_model_that_is_no_worse_than_the_live_one_takes_its_place(log, older, whole):
    s3 = FakeS3()
    published(s3, older, log)
    decision = published(s3, whole, log)
    assert (decision["champion"], decision["learners"], decision["run"]) == (older.version, 12, 1)
    assert {each["verdict"] for each in decision["comparisons"][whole.version].values()} <= {
        "better",
        "no worse",
    }
    assert s3.pointer["version"] == whole.version


def test_few_learners_leave_a_second_model_to_the_owner(log, older, whole):
    s3 = FakeS3()
    published(s3, whole, log)
    names = sorted(log["learner"].unique())[:FEW]
    reviews = log[log["learner"].isin(names)].reset_index(drop=True)
    said = (
        rf"on [\d,]+ reviews of {FEW} learner\(s\), .*: {FEW} learner\(s\) judge, .* its owner has to decide"
    )
    with pytest.raises(GateError, match=said):
        published(s3, older, reviews.assign(reviewed_at=reviews["reviewed_at"] + pd.Timedelta(days=400)))
    assert s3.pointer["version"] == whole.version


def test_owner_decides_for_a_reason_which_is_recorded_with_what_speaks_against_it(log, whole, older):
    s3 = FakeS3()
    published(s3, whole, log)
    decision = published(s3, older, log.head(100), why="to see it")
    assert s3.pointer["version"] == older.version
    assert decision["forced"] == "to see it"
    assert decision["against"].startswith("it can't be compared: 0 of ")


@pytest.mark.parametrize("reviews", [pd.DataFrame(), None], ids=["none read", "none stored"])
def test_without_reviews_a_model_is_uploaded_and_not_live(whole, reviews):
    s3 = FakeS3()
    with pytest.raises(
        GateError, match=r"give --reviews FILE; to promote it all the same: promote .* --force"
    ):
        published(s3, whole, reviews)
    assert whole.key("measured.json") in s3.objects
    assert "models/current.json" not in s3.objects


def test_command_promotes_what_a_review_log_speaks_for(log, older, tmp_path, monkeypatch, capsys):
    s3 = FakeS3()
    store(older, s3.lake)
    monkeypatch.setattr("model_training.registry.lake.s3_client", lambda _: s3)
    log.to_parquet(tmp_path / "newest.parquet")
    promoting = ["promote", older.version, "--bucket", "lake"]
    assert main([*promoting, "--reviews", str(tmp_path / "newest.parquet")]) == 0
    assert capsys.readouterr().out == f"{older.version} is live, was the default model\n"
    assert read_json(s3.lake, older.key("decision.json"))["first"] is True


def test_reviews_that_the_credentials_may_not_read_leave_files_or_the_owner(whole, monkeypatch):
    def refuse(_lake):
        raise LakeError("s3://lake/samples/: AccessDenied")

    monkeypatch.setattr(by_hand, "newest_sample", refuse)
    found = judged(whole, None)
    assert found.against == "the lake's reviews can't be read (s3://lake/samples/: AccessDenied)"
    assert found.way_out == ": give --reviews FILE"
