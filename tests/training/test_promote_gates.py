"""The gates: each refuses what it is there for, names it in one line, and lets everything else pass."""

import json
import re
from dataclasses import replace
from hashlib import sha256

import pytest
import skops.io

from model_training.own_model.release import load_skops_release
from model_training.registry.default_model import DEFAULT_MODEL
from model_training.registry.gates import GateError, check, check_monotone
from model_training.registry.stored_model import StoredModel
from tests.functional.own_models import ESTIMATORS, fitted

from .releases import release


def stored(published, body=None, **changed):
    """Give a release as it lies in the lake, with another body and other entries in its card."""
    card = json.dumps(json.loads(published.card) | changed).encode()
    return StoredModel(published.version, published.model_file, body or published.model, card)


def rewritten(published, **changed):
    """Give a release whose model is another document, which its card knows."""
    body = json.dumps(json.loads(published.model) | changed).encode()
    return stored(published, body, model_sha256=sha256(body).hexdigest())


def test_model_that_ships_with_the_function_passes_without_a_note():
    body, card = DEFAULT_MODEL.read_bytes(), DEFAULT_MODEL.with_name("card.json").read_bytes()
    assert check(StoredModel("default", "model.json", body, card)) == []


def test_older_model_without_recorded_predictions_passes_with_a_note():
    assert check(stored(release(1), recorded=[])) == [
        "v1 records no predictions (an older model): parity isn't checked"
    ]


def own(tmp_path, name):
    """Give a user's own estimator, stored."""
    skops.io.dump(fitted(ESTIMATORS[name])[0], tmp_path / "mine.skops")
    return stored(load_skops_release(tmp_path / "mine.skops"))


@pytest.mark.parametrize("name", ["boosted", "isotonic"])
def test_own_estimator_that_never_rises_passes(tmp_path, name):
    assert check(own(tmp_path, name)) == []


@pytest.mark.parametrize("name", ["splines", "forest"])
def test_own_estimator_that_rises_is_refused_unless_it_is_forced(tmp_path, name):
    model = own(tmp_path, name)
    rise = r"recall rises with (elapsed days|difficulty), from 0\.\d+ for the card \(.*\) to [01]\.\d+ for .*"
    with pytest.raises(
        GateError, match=rf'^{model.version}: {rise}: .* promote {model.version} --force "reason"$'
    ):
        check(model)
    (note,) = check(model, forced=True)
    assert re.fullmatch(f"{model.version}: {rise}", note)


def test_own_estimator_that_predicts_something_else_now_is_refused(tmp_path):
    model = own(tmp_path, "boosted")
    card = json.loads(model.card_body)
    card["recorded"][3][3] += 2e-12
    with pytest.raises(GateError, match=r"^sklearn-\w+: predicts 0\.\d+ for the card \(.*\), recorded was"):
        check(replace(model, card_body=json.dumps(card).encode()), forced=True)


def test_model_with_a_changed_byte_is_refused():
    body = release(1).model.replace(b"0.8", b"0.9", 1)
    assert body != release(1).model
    with pytest.raises(GateError, match=r"^v1: the stored model\.json isn't the one of its card: publish it"):
        check(stored(release(1), body))


def test_model_without_a_card_is_refused():
    with pytest.raises(GateError, match="isn't the one of its card"):
        check(replace(stored(release(1)), card_body=b""))


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        ({"schema_version": 1}, "the artifact's schema_version is 1; known is 2"),
        ({"features": []}, r"the artifact's features is \[\]; known is"),
        ({"three_inputs": {}}, "the artifact's three_inputs must be log_stability, log_decay, slip_logit"),
    ],
)
def test_other_schema_features_or_parameters_are_refused(changed, problem):
    with pytest.raises(GateError, match=f"^v1: {problem}"):
        check(rewritten(release(1), **changed))


def test_own_estimator_that_the_function_would_refuse_is_refused(tmp_path):
    skops.io.dump(fitted(ESTIMATORS["splines"])[0], tmp_path / "mine.skops")
    published = load_skops_release(tmp_path / "mine.skops")
    body = published.model[:100]
    with pytest.raises(GateError, match="skops file"):
        check(stored(published, body, model_sha256=sha256(body).hexdigest()))


def test_model_that_misses_a_recorded_prediction_is_refused():
    recorded = json.loads(release(1).card)["recorded"]
    recorded[-1][3] += 2e-12
    with pytest.raises(
        GateError, match=r"^v1: predicts 0\.\d+ for the card \(.*\), recorded was 0\.\d+: train"
    ):
        check(stored(release(1), recorded=recorded))


@pytest.mark.parametrize("recorded", [[1], [[1, 2, 3]], [[1, 2, 3, "x"]], {"a": 1}])
def test_malformed_recorded_predictions_are_refused(recorded):
    with pytest.raises(GateError, match=r"^v1: its card's recorded predictions aren't any: publish it again"):
        check(stored(release(1), recorded=recorded))


@pytest.mark.parametrize(
    ("recall", "problem"),
    [
        (lambda card: 0.5 if card[0] < 3_000 else 0.6, "rises with elapsed days, from 0.500000 for the card"),
        (
            lambda card: 0.5 if card[2] < 9.9 else 0.5 + 1e-9,
            "rises with difficulty, from 0.500000 for the card",
        ),
        (lambda _card: 1.0 + 1e-9, r"of the card \(0\.0, 1\.0, 1\.0\) is 1\.000000001"),
        (lambda _card: float("nan"), r"of the card \(0\.0, 1\.0, 1\.0\) is nan"),
    ],
    ids=["days", "difficulty", "over one", "no number"],
)
def test_curve_that_breaks_the_promises_anywhere_on_the_grid_is_refused(recall, problem):
    with pytest.raises(GateError, match=f"^v1: recall {problem}"):
        check_monotone(stored(release(1)), lambda cards: [recall(card) for card in cards], forced=True)


def test_falling_curve_passes_whatever_the_review_count_does():
    falling = check_monotone(
        stored(release(1)), lambda cards: [0.5 - t / 1e5 - d / 100 + n / 1e5 for t, n, d in cards]
    )
    assert falling == []
