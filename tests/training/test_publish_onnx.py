"""Publishing an ONNX model: what lies in the bucket, what judges it, and what is refused in one line."""

import io
import json
import pickle
import zipfile
from contextlib import redirect_stderr
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import numpy as np
import onnxruntime
import pytest
from click.testing import CliRunner
from onnx import TensorProto
from sklearn.linear_model import LogisticRegression

from model_training.cli import main
from model_training.commands.publish import publish as command
from model_training.own_model.release import load_onnx_release, load_skops_release
from model_training.registry.gates import GateError, check
from model_training.registry.publish import PublishError, publish
from model_training.registry.stored_model import read_model
from model_training.retraining.by_hand import judge_by_hand
from model_training.retraining.served import HISTORY_STATE, served
from model_training.review_log.features import design, scored_features
from tests.functional.own_models import LOGISTIC, fitted
from tests.training.fake_s3 import FakeS3
from tests.training.onnx_files import endless_loop, logistic
from tests.training.releases import passed
from tests.training.stored_reviews import retentive

NOW = datetime(2026, 11, 21, 12, 30, tzinfo=UTC)
HALF = datetime(2024, 12, 1, 23, 59, 59, tzinfo=UTC)  # about half of the log's reviews come before


@pytest.fixture(scope="module")
def log():
    return retentive()


@pytest.fixture(scope="module")
def path(log, tmp_path_factory):
    """Give an ONNX model that was fitted to the reviews until `HALF`."""
    features = scored_features(log)
    X, recalled = design(features[features["reviewed_at"] <= HALF])
    fit = LogisticRegression(C=1000).fit(np.log1p(X.to_numpy()), recalled)
    return written(tmp_path_factory.mktemp("onnx"), logistic(fit.coef_[0], fit.intercept_[0]))


def written(folder, body, name="mine.onnx"):
    """Write a file and return its path."""
    (folder / name).write_bytes(body)
    return folder / name


def refused(option, path):
    """Publish what is refused; return the one line on stderr."""
    stderr = io.StringIO()
    with redirect_stderr(stderr):
        code = main(["publish", option, str(path), "--bucket", "b", "--endpoint-url", "http://127.0.0.1:9"])
    assert code == 2
    (line,) = stderr.getvalue().splitlines()
    return line


def published(s3, release, reviews=None, judge=None):
    """Publish a release, judged on reviews; return what was recorded of it."""
    judge = judge or judge_by_hand(s3.lake, reviews)
    publish(release, s3.lake, by="ann@desk", now=NOW, judge=judge)
    decision = s3.lake.read(release.key("decision.json"))
    return decision and json.loads(decision.body)


def test_model_its_card_and_then_the_pointer_are_uploaded(path):
    s3, digest = FakeS3(), sha256(path.read_bytes()).hexdigest()
    published(s3, load_onnx_release(path), judge=passed)

    version = f"onnx-{digest[:8]}"
    key = f"models/{version}/model.onnx"
    assert list(s3.objects)[:-1] == [key, f"models/{version}/card.json", "models/current.json"]
    assert s3.objects[key].body == path.read_bytes()
    assert s3.pointer == {
        "schema_version": 1,
        "format": "onnx",
        "version": version,
        "key": key,
        "sha256": digest,
        "trained_at": None,
        "published_at": "2026-11-21T12:30:00Z",
    }


def test_card_says_who_exported_the_model_what_it_predicted_and_which_runtime_checked_it(path):
    card = json.loads(load_onnx_release(path, HALF).card)

    assert (card["format"], card["producer"], card["opset"]["ai.onnx"]) == ("onnx", "tests", 20)
    assert card["trained_until"] == "2024-12-01T23:59:59Z"
    assert card["libraries"]["onnxruntime"] == onnxruntime.__version__
    assert card["features"][0]["name"] == "days_since_last_review"
    session = onnxruntime.InferenceSession(path)
    *inputs, recorded = np.array(card["recorded"], np.float32).T
    (predicted,) = session.run(None, {"features": np.stack(inputs, 1)})
    assert recorded == pytest.approx(predicted[:, 0], rel=0, abs=1e-7)


def test_it_is_judged_itself_on_the_reviews_after_those_that_it_was_fitted_to(path, log):
    s3 = FakeS3()
    release = load_onnx_release(path, HALF, log)
    decision = published(s3, release, log)

    features = scored_features(log)
    newer = int((features["reviewed_at"] > HALF).sum())
    card = json.loads(release.card)
    assert (decision["judged"], decision["reviews"]) == ("the model itself", newer)
    assert card["metrics"]["held_out_reviews"] == newer
    assert decision["figures"][release.version]["three_inputs"]["log_loss"] == card["metrics"]["log_loss"]
    assert s3.pointer["version"] == release.version


def test_live_model_that_has_seen_the_newer_reviews_has_the_advantage(path, log):
    s3 = FakeS3()
    live = load_onnx_release(path, log["reviewed_at"].max().to_pydatetime())
    published(s3, live, judge=passed)
    other = written(path.parent, path.read_bytes() + b"\x2a\x00", "other.onnx")  # the same, as version 0
    challenger = load_onnx_release(other, HALF)

    decision = published(s3, challenger, log)
    assert (decision["champion"], decision["judged"]) == (live.version, "the model itself")
    assert s3.pointer["version"] == challenger.version


@pytest.mark.parametrize(
    ("until", "why"),
    [
        (None, "doesn't say until when .*: publish it again with --trained-until TIME and newer reviews"),
        (
            NOW,
            r"can't be compared: 0 of [\d,]+ scored reviews are newer than what it was trained on; 100",
        ),
    ],
    ids=["unknown", "none is newer"],
)
def test_model_that_no_review_can_judge_is_uploaded_and_not_live(path, log, until, why):
    s3, release = FakeS3(), load_onnx_release(path, until)
    with pytest.raises(GateError, match=f"^{release.version} doesn't go live: .*{why}.* --force"):
        published(s3, release, log)
    assert set(s3.objects) == {release.key("model.onnx"), release.key("card.json")}


def test_model_that_was_fitted_to_reversed_outcomes_loses_to_a_constant(log, tmp_path):
    release = load_onnx_release(written(tmp_path, logistic((-0.6, 0, -0.6), -2.0)), HALF)
    with pytest.raises(GateError, match=r"by the model itself: .* always predicting their share"):
        published(FakeS3(), release, log)


def test_rising_model_is_refused_where_it_rises_and_goes_live_for_a_reason(tmp_path):
    release = load_onnx_release(written(tmp_path, logistic((0.3, 0, -1), 0.0)))
    s3 = FakeS3()
    rise = r"recall rises with elapsed days, from 0\.\d+ for the card \(0\.0, 1\.0, 1\.0\) to 0\.\d+ for \(0"
    with pytest.raises(GateError, match=f"^{release.version}: {rise}"):
        published(s3, release, judge=passed)
    done = publish(release, s3.lake, by="ann@desk", now=NOW, judge=None, why="an experiment")
    assert done.version == s3.pointer["version"] == release.version
    assert done.notes[0].startswith(f"{release.version}: recall rises")


@pytest.mark.parametrize(("off", "passes"), [(0.9e-6, True), (1.5e-6, False)])
def test_recorded_prediction_may_differ_by_what_float32_cannot_hold(path, off, passes):
    s3, release = FakeS3(), load_onnx_release(path, HALF)
    published(s3, release, judge=passed)
    card = json.loads(release.card)
    card["recorded"][3][3] += off
    s3.lake.write(release.key("card.json"), json.dumps(card).encode())
    model = read_model(s3.lake, release.version)
    if passes:
        assert check(model) == []
    else:
        with pytest.raises(GateError, match=r"predicts 0\.\d+ for the card \(.*\), recorded was"):
            check(model)


def test_live_onnx_model_is_what_others_are_compared_with(path, log):
    """A training run reads it as any live model, and holds out what is newer than its own reviews."""
    s3, release = FakeS3(), load_onnx_release(path, HALF)
    published(s3, release, judge=passed)
    champion = served(s3.lake, release.version)

    card = (7.0, 3.0, 3.0)
    assert champion.newest_review == HALF
    assert champion.three_inputs([card]) == load_own(path, [card])
    assert HISTORY_STATE not in champion.predictions(scored_features(log).head(3))


def load_own(path, cards):
    """Predict with onnxruntime itself."""
    session = onnxruntime.InferenceSession(path)
    (predicted,) = session.run(None, {"features": np.array(cards, np.float32)})
    return predicted[:, 0].tolist()


def zipped(*names):
    """Return a zip with empty members."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in names:
            archive.writestr(name, b"")
    return out.getvalue()


EXPORT = r'KERAS_BACKEND=torch, write it with model\.export\("model\.onnx", format="onnx"\)'


@pytest.mark.parametrize(
    ("name", "body", "what"),
    [
        ("m.keras", zipped("metadata.json", "config.json", "model.weights.h5"), f"a Keras model: .*{EXPORT}"),
        ("m.h5", b"\x89HDF\r\n\x1a\n" + bytes(90), f"an HDF5 file, such as Keras's: .*{EXPORT}"),
        ("m.pt", zipped("m/data.pkl", "m/version"), r"a PyTorch file: write the model with torch\.onnx\.exp"),
        ("m.pt2", zipped("m/archive_format"), "a PyTorch file: "),
        ("m.pkl", pickle.dumps(LOGISTIC), "a pickle, which runs code when it is read: .* and --sklearn"),
        (
            "b.json",
            b'{"learner":{"attributes":{}}}',
            r"an XGBoost model: .*onnxmltools\.convert_xgboost\(…\), and",
        ),
        ("b.ubj", b"{L\0\0\0\0\0\0\0\x07learner{", "an XGBoost model: "),
        (
            "l.txt",
            b"tree\nversion=v4\n",
            r"a LightGBM model: .*onnxmltools\.convert_lightgbm\(…, zipmap=",
        ),
        ("a.json", b'{"a": 1}', "a JSON file: export the model"),
        (
            "model.json",
            b'{"schema_version": 2, "three_inputs": {}}',
            "a model of `recall fit`: publish its",
        ),
        ("m.tflite", b"\x1c\0\0\0TFL3", "a TensorFlow model: save it from Keras"),
        ("mine.skops", fitted(LOGISTIC)[1], "a skops file: give it to --sklearn"),
        ("m.onnx", zipped("m/data.pkl"), "a PyTorch file: "),
        ("m.keras", b"?", "a Keras model: "),
        (
            "lfs.onnx",
            b"version https://git-lfs.github.com/spec/v1\noid sha256:abc\nsize 1\n",
            "a Git LFS pointer, not the file itself: fetch that with git lfs pull",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) and len(value) < 11 else "",
)
def test_another_framework_s_file_is_named_with_how_to_export_it(tmp_path, name, body, what):
    path = written(tmp_path, body, name)
    with pytest.raises(PublishError, match=rf"^{path}: is {what}"):
        load_onnx_release(path)


def test_tensorflow_s_folder_is_named_with_how_to_export_it(tmp_path):
    (tmp_path / "saved_model.pb").write_bytes(b"\x08\x01\x12")
    with pytest.raises(PublishError, match=f"^{tmp_path}: is a TensorFlow model: .*{EXPORT}"):
        load_onnx_release(tmp_path)


def test_onnx_file_is_refused_as_a_skops_file_with_the_option_for_it(path):
    with pytest.raises(PublishError, match=r"mine\.onnx: is an ONNX file: give it to --onnx$"):
        load_skops_release(path)


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (logistic()[:100], "the file isn't a whole ONNX model"),
        (b"", "the file isn't an ONNX model: export the model from its framework as one"),
        (b"<PMML/>", "the file isn't an ONNX model: export the model from its framework as one"),
        (b"CBM1....", "the file isn't an ONNX model: export the model from its framework as one"),
        (b"\x08\x05\x12\x00", "the file isn't an ONNX model: export the model from its framework as one"),
        (logistic((-1, 0, 0, 0)), "has shape [N, 4]: it must have one input of shape [N, 3]"),
        (logistic(rows=1), "has 1 rows, always: export it with a free number of rows"),
        (logistic(kind=TensorProto.FLOAT16), "is of type float16: export the model in float32"),
        (
            logistic(rows=1, producer="tf2onnx"),
            "; TensorFlow's exporter made it: save it from Keras as model.k",
        ),
        (endless_loop(), "a loop or a branch (Loop, If, Scan, SequenceMap), which could run without end"),
    ],
    ids=[
        "cut",
        "empty",
        "PMML",
        "CatBoost",
        "Core ML",
        "four inputs",
        "one card at a time",
        "float16",
        "tensorflow",
        "loop",
    ],
)
def test_refused_model_is_one_line_with_file_and_fix_and_nothing_is_uploaded(tmp_path, body, problem):
    path = written(tmp_path, body)
    line = refused("--onnx", path)
    assert line.startswith(f"error: {path}: the ")
    assert problem in line


def test_missing_onnxruntime_is_named_with_how_to_install_it(path, monkeypatch):
    monkeypatch.setattr("model_training.registry.stored_model.find_spec", lambda _name: None)
    with pytest.raises(
        PublishError, match="onnxruntime, which isn't installed here: pip install onnxruntime"
    ):
        load_onnx_release(path)


def test_missing_file_is_named(tmp_path):
    assert refused("--onnx", tmp_path / "no.onnx").endswith(
        "no.onnx: No such file or directory; give the ONNX file that your framework exported"
    )


def test_command_notes_what_the_stage_needs(path, monkeypatch, capsys):
    s3 = FakeS3()
    monkeypatch.setattr("model_training.registry.lake.s3_client", lambda _: s3)
    arguments = ["--onnx", str(path), "--trained-until", "2024-12-01", "--bucket", "lake"]
    assert main(["publish", *arguments, "--force", "to see it"]) == 0

    said = capsys.readouterr()
    version = said.out.strip()
    assert f"{version}: only a stage with the settings onnx: true and runtime python3.12 or later" in said.err
    card = json.loads(s3.objects[f"models/{version}/card.json"].body)
    assert card["trained_until"] == "2024-12-01T23:59:59Z"


@pytest.mark.parametrize(
    ("given", "understood"),
    [
        ("2026-05-01", "2026-05-01T23:59:59+00:00"),
        ("2026-05-01T18:00", "2026-05-01T18:00:00+00:00"),
        ("2026-05-01T18:00:00.7Z", "2026-05-01T18:00:00+00:00"),
        ("2026-05-01 18:00:00+02:00", "2026-05-01T18:00:00+02:00"),
        ("soon", "'soon' is no time; give one like 2026-05-01 or"),
        ("2026-13-01", "'2026-13-01' is no time"),
        ("0001-01-01", "'0001-01-01' is before 1980"),
        ("9999-12-31", "'9999-12-31' is in the future"),
    ],
)
def test_trained_until_is_a_moment_that_has_passed(monkeypatch, given, understood):
    taken = []
    monkeypatch.setattr(
        "model_training.own_model.release.load_onnx_release", lambda _p, until, _r: taken.append(until)
    )
    arguments = ["--onnx", "m.onnx", "--trained-until", given, "--bucket", "b"]
    output = CliRunner().invoke(command, arguments).output
    assert understood in (taken[0].isoformat() if taken else output)


def test_trained_until_today_is_until_now():
    option = next(each for each in command.params if each.name == "trained_until")
    now = datetime.now(UTC)
    until = option.type.convert(now.date().isoformat(), None, None)
    assert timedelta(0) <= until.replace(microsecond=0) - now.replace(microsecond=0) < timedelta(minutes=1)


def test_trained_until_is_for_onnx_models_alone(capsys):
    arguments = ["publish", "--sklearn", "m.skops", "--trained-until", "2026-05-01", "--bucket", "b"]
    assert main(arguments) == 2
    assert "error: --trained-until is for --onnx" in capsys.readouterr().err
