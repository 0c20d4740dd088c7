"""The history model is plain data that keeps the curve's promises, and refuses what it doesn't know."""

import json
from math import exp, inf, log, nan

import pytest

from recall import history_curve
from recall.curve import MAXIMUM_INTERVAL
from recall.errors import ArtifactError, DamagedArtifactError, UnsupportedArtifactError
from recall.history import HistoryModel
from recall.history_curve import Curve
from recall.history_features import HISTORY_FEATURES, history_features
from recall.learner import START, LearnerState
from recall.memory_state import retrievability
from recall.replay import history_of

from .histories import FSRS, FSRS_MODEL, line, random_features, random_model, random_reviews, seeded

STATE = LearnerState((0.4, -0.3, 0.2, 0.1), START.covariance)


def test_unchanged_lines_are_fsrs_itself():
    random = seeded(8)
    for _ in range(100):
        history = history_of(random_reviews(random))
        days = random.uniform(0, 400)
        p = FSRS_MODEL.recall_probability(history_features(history), days)
        assert p == pytest.approx(retrievability(history.memory, days), abs=1e-12)


def test_lines_are_intercept_and_coefficients_by_name():
    history = (line(1.0, surprise=2.0), line(-1.0, log_age=0.5), line(-3.0, first_again=4.0))
    learner = (line(1.5), line(-1.5), line(-3.5))
    model = HistoryModel(history, learner)
    features = tuple(
        {"surprise": 0.25, "log_age": 3.0, "first_again": 1.0, "single_day": 1.0}.get(name, 0.0)
        for name in HISTORY_FEATURES
    )
    assert model.curve(features) == Curve(1.5, 0.5, 1.0)
    assert model.curve(features, START) == Curve(1.5, -1.5, -3.5)
    assert model.curve(features, STATE) == pytest.approx(Curve(1.6, -1.3, -3.4))


@pytest.mark.parametrize("state", [None, STATE], ids=["alone", "with learner"])
def test_recall_never_rises_in_a_hundred_thousand_pairs_of_times(state):
    random, pairs, rises = seeded(5), 0, 0
    for features in random_features(5, 1_000):
        curve = random_model(random).curve(features, state)
        for _ in range(100):
            sooner, later = sorted((random.lognormvariate(2, 3), random.uniform(0, 36_500)))
            pairs += 1
            rises += history_curve.recall_probability(curve, later) > history_curve.recall_probability(
                curve, sooner
            )
    assert (pairs, rises) == (100_000, 0)


@pytest.mark.parametrize("state", [None, STATE], ids=["alone", "with learner"])
def test_interval_leads_back_to_the_target(state):
    random, met = seeded(6), 0
    for features in random_features(6, 1_000):
        model, target = random_model(random), random.uniform(0.5, 0.99)
        interval = model.interval(target, features, state)
        if 0.0 < interval < MAXIMUM_INTERVAL:
            met += 1
            assert model.recall_probability(features, interval, state) == pytest.approx(target, abs=1e-9)
        elif interval == 0.0:
            assert model.recall_probability(features, 0.0, state) <= target
        else:
            assert model.recall_probability(features, interval, state) >= target
    assert met > 500


def test_largest_coefficients_and_farthest_histories_give_probabilities():
    random = seeded(7)
    for features in random_features(7, 200):
        heads = ([tuple(random.choice((-1e6, 1e6)) for _ in ks) for ks in FSRS] for _ in range(2))
        model = HistoryModel(*heads)
        for state in (None, LearnerState((1e6, -1e6, 1e6, -1e6), START.covariance)):
            assert 0.0 <= model.recall_probability(features, 36_500.0, state) <= 1.0
            assert 0.0 <= model.interval(0.9, features, state) <= MAXIMUM_INTERVAL
            after = model.learner_after(START, features, 36_500.0, recalled=True)
            assert all(-inf < value < inf for value in (*after.mean, *after.covariance))


def test_failure_lowers_and_success_raises_what_comes_next():
    features = random_features(9, 1)[0]
    before = FSRS_MODEL.recall_probability(features, 10.0, START)
    failed, passed = (FSRS_MODEL.learner_after(START, features, 10.0, recalled=r) for r in (False, True))
    assert FSRS_MODEL.recall_probability(features, 10.0, failed) < before
    assert FSRS_MODEL.recall_probability(features, 10.0, passed) > before


def test_model_comes_back_from_its_json():
    model = random_model(seeded(10))
    copy = HistoryModel.from_dict(json.loads(json.dumps(model.to_dict())))
    assert (copy.history, copy.learner) == (model.history, model.learner)


def edited(path, value):
    """Return a stored model with one part replaced, or taken out when the value is None."""
    data = json.loads(json.dumps(FSRS_MODEL.to_dict()))
    *parents, key = path
    part = data
    for parent in parents:
        part = part[parent]
    if value is None:
        del part[key]
    else:
        part[key] = value
    return data


@pytest.mark.parametrize(
    ("path", "value", "error", "message"),
    [
        (["features"], None, DamagedArtifactError, "must have exactly features, history, learner"),
        (["other"], 1, DamagedArtifactError, "must have exactly features, history, learner"),
        (["features"], ["age"], UnsupportedArtifactError, r"features are \['age'\]; known are"),
        (["features", 3], "age", UnsupportedArtifactError, "features are .*'age'.*; known are"),
        (["history"], [], DamagedArtifactError, "history must be log_stability, log_decay, slip_logit"),
        (["learner", "log_decay"], None, DamagedArtifactError, "learner must be log_stability, log_decay"),
        (["learner", "log_decay"], "1", DamagedArtifactError, "learner.log_decay must be a list of numbers"),
        (["learner", "log_decay", 2], "1", DamagedArtifactError, "learner.log_decay must be a list of num"),
        (["learner", "log_decay", 2], True, DamagedArtifactError, "learner.log_decay must be a list of num"),
        (["history", "slip_logit"], [0.0] * 25, UnsupportedArtifactError, "has 25 numbers; it must have 26"),
        (["history", "slip_logit", 0], nan, UnsupportedArtifactError, "slip_logit.intercept is nan; it must"),
        (["history", "slip_logit", 25], inf, UnsupportedArtifactError, "slip_logit.surprise is inf; it must"),
        (["history", "slip_logit", 2], 10**400, UnsupportedArtifactError, "it must be within ±1,000,000"),
    ],
)
def test_stored_model_that_is_not_understood_is_refused_by_name(path, value, error, message):
    with pytest.raises(error, match=message) as refusal:
        HistoryModel.from_dict(edited(path, value))
    assert isinstance(refusal.value, ArtifactError)


def test_stored_model_that_is_no_object_is_refused():
    with pytest.raises(DamagedArtifactError, match="the history model must have exactly"):
        HistoryModel.from_dict([])


def test_half_life_of_the_curve_worked_by_hand():
    # c = 1 (F = 1/9), S = 9 days, no slip: p = 1/(1 + t/81)
    model = HistoryModel((line(log(9.0)), line(0.0), line(-50.0)), FSRS)
    features = random_features(11, 1)[0]
    assert model.recall_probability(features, 81.0) == pytest.approx(0.5)
    assert model.interval(0.5, features) == pytest.approx(81.0)
    assert model.interval(0.9, features) == pytest.approx(9.0)
    assert model.interval(exp(-1), features) == pytest.approx(81 * (exp(1) - 1))
