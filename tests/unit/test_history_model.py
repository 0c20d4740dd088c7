"""The history model is plain data that keeps the curve's promises, and refuses what it doesn't know."""

import json
from math import inf, log, nan

import pytest

from recall.card_history import history_of, retrievability
from recall.curve import MAXIMUM_INTERVAL, Curve, interval, recall_probability
from recall.errors import DamagedArtifactError, UnsupportedArtifactError
from recall.history import HISTORY_FEATURES, SIGNS, HistoryModel, Line, history_features
from recall.learner import START, LearnerState, certainty

from .histories import FSRS_MODEL, MODEL, line, random_features, random_model, random_reviews, seeded

REVIEWS = [(0.0, 1, 0, 0.0), (0.01, 3, 0, 0.0), (3.6, 3, 3, 5.0), (11.9, 4, 12, 0.0)]


def test_unchanged_lines_are_fsrs_itself():
    random = seeded(8)
    for _ in range(100):
        history = history_of(random_reviews(random))
        days = random.uniform(0, 400)
        p = recall_probability(FSRS_MODEL.curve(history_features(history)), days)
        assert p == pytest.approx(retrievability(history.memory, days), abs=1e-9)


def test_known_history_has_known_values():
    curve = MODEL.curve(history_features(history_of(REVIEWS)))

    assert tuple(curve) == pytest.approx((3.6595213, -2.24, -3.98), abs=1e-6)
    assert recall_probability(curve, 6) == pytest.approx(0.9577093, abs=1e-6)
    assert interval(curve, 0.9) == pytest.approx(28.9748, abs=1e-3)


def test_lines_are_intercept_and_coefficients_by_name():
    new = line(1.0, 0.5, -3.0, log_age=2.0, day_passes=0.25)
    model = HistoryModel(new, new)
    features = tuple(
        {"log_age": 0.5, "day_passes": 2.0, "log_stability": 2.0}.get(name, 0.0) for name in HISTORY_FEATURES
    )
    assert model.curve(features) == Curve(2.5, 0.5, -3.0)


@pytest.mark.parametrize(("intercept", "deviation"), [(-100.0, -log(3.0)), (100.0, log(3.0))])
def test_stability_stays_within_a_factor_of_three_of_fsrs(intercept, deviation):
    model = HistoryModel(line(intercept), line(intercept))
    for features in random_features(3, 50):
        assert model.curve(features).log_stability == features[0] + deviation


def test_curve_lies_between_the_two_lines_by_how_well_the_learner_is_known():
    model = HistoryModel(line(0.0, -1.0, -4.0, log_stability=1.0), line(0.4, -2.0, -3.0, log_stability=1.0))
    features = random_features(4, 1)[0]
    state = LearnerState((0.0,) * 6, ((1.5, *(0.0,) * 5), *START.covariance[1:]))

    assert certainty(state) == 0.5
    f = features[0]
    assert model.curve(features) == pytest.approx(Curve(f, -1.0, -4.0))
    assert model.curve(features, state) == pytest.approx(Curve(f + 0.2, -1.5, -3.5))


def test_largest_coefficients_and_farthest_histories_give_probabilities():
    random = seeded(7)
    signs = (0, *SIGNS.values())
    for features in random_features(7, 200):
        heads = [
            Line(tuple(1e6 * (s or random.choice((-1, 1))) for s in signs), *random.choices((-1e6, 1e6), k=2))
            for _ in range(2)
        ]
        model = HistoryModel(*heads)
        for state in (START, LearnerState((50.0, -50.0, 50.0, -50.0, 50.0, -50.0), START.covariance)):
            curve = model.curve(features, state)
            assert 0.0 <= recall_probability(curve, 36_500.0) <= 1.0
            assert 0.0 <= interval(curve, 0.9) <= MAXIMUM_INTERVAL
            after = model.learner_after(state, features, 36_500.0, recalled=True)
            assert all(-inf < value < inf for value in after.mean)


def test_failure_lowers_and_success_raises_what_comes_next():
    features = random_features(9, 1)[0]
    before = recall_probability(MODEL.curve(features), 10.0)
    failed, passed = (MODEL.learner_after(START, features, 10.0, recalled=r) for r in (False, True))
    assert recall_probability(MODEL.curve(features, failed), 10.0) < before
    assert recall_probability(MODEL.curve(features, passed), 10.0) > before


def test_model_comes_back_from_its_json():
    model = random_model(seeded(10))
    copy = HistoryModel.from_dict(json.loads(json.dumps(model.to_dict())))
    assert (copy.new_learner, copy.known_learner) == (model.new_learner, model.known_learner)


def edited(path, value):
    """Return a stored model with one part replaced or added."""
    data = json.loads(json.dumps(FSRS_MODEL.to_dict()))
    *parents, key = path
    part = data
    for parent in parents:
        part = part[parent]
    part[key] = value
    return data


@pytest.mark.parametrize(
    ("path", "value", "error", "message"),
    [
        (["other"], 1, DamagedArtifactError, "must have exactly features, new_learner, known_learner"),
        (["features"], ["age"], UnsupportedArtifactError, r"features are \['age'\]; known are"),
        (["new_learner"], [], DamagedArtifactError, "new_learner must be log_stability, log_decay, slip"),
        (["known_learner", "log_stability"], "1", DamagedArtifactError, "must be a list of numbers"),
        (["known_learner", "slip_logit"], True, DamagedArtifactError, "must hold numbers"),
        (["new_learner", "log_stability"], [0.0] * 9, UnsupportedArtifactError, "has 9 numbers; it must"),
        (["new_learner", "log_stability", 0], nan, UnsupportedArtifactError, "new_learner.intercept is nan"),
        (["new_learner", "log_decay"], 10**400, UnsupportedArtifactError, "it must be within ±1,000,000"),
    ],
)
def test_stored_model_that_is_not_understood_is_refused_by_name(path, value, error, message):
    with pytest.raises(error, match=message):
        HistoryModel.from_dict(edited(path, value))


def test_sign_that_lets_a_better_answer_lower_recall_is_refused_in_either_line():
    for name, sign in SIGNS.items():
        wrong = line(**{"log_stability": 1.0} | {name: -1e-9 * sign})
        for lines in ((wrong, line()), (line(), wrong)) if sign else ():
            with pytest.raises(UnsupportedArtifactError, match=f"{name} is .*: a better answer would lower"):
                HistoryModel(*lines)


def test_least_slope_is_minus_the_least_coefficient_of_the_stability():
    assert MODEL.least_slope == -0.56
    assert HistoryModel(line(log_stability=2.0), line(log_stability=3.0)).least_slope == -1.0
    assert HistoryModel(line(), line(log_stability=1.0)).least_slope == pytest.approx(0.0)
