"""Three inputs become a card's curve; more difficulty never raises recall."""

from math import log, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recall.curve import Curve, interval, recall_probability
from recall.errors import DamagedArtifactError, UnsupportedArtifactError
from recall.learner import START, LearnerState
from recall.three_inputs import COEFFICIENTS, SINGLE, ThreeInputModel

from .strategies import days, difficulties, review_counts, targets, three_input_models

MODEL = ThreeInputModel((-4.35, 0.49, -4.01, -0.98), -2.5, -2.96)
STATES = st.builds(
    LearnerState, st.tuples(*[st.floats(-8, 8)] * 6), st.just(START.covariance)
)  # also slopes far beyond what keeps the order by themselves


def test_lines_are_worked_by_hand():
    model = ThreeInputModel((1.0, 2.0, -0.5, 0.25), -1.0, -3.0)

    assert model.curve(1, 5.5) == Curve(1.25, -1.0, -3.0)  # ln 1 = 0, logit ½ = 0, a first day
    assert model.curve(7, 5.5) == Curve(pytest.approx(1 + 2 * log(7)), -1.0, -3.0)
    assert model.curve(7, 1 + 9 * 0.8).log_stability == pytest.approx(1 + 2 * log(7) - 0.5 * log(4))


def test_difficulty_beyond_one_percent_of_failures_or_of_passes_says_no_more():
    for difficulty, share in ((1, 0.01), (9.95, 0.99)):
        expected = -4.35 + 0.49 * log(4) - 4.01 * log(share / (1 - share))
        assert MODEL.curve(4, difficulty).log_stability == pytest.approx(expected)


def test_fitted_size_gives_known_values():
    assert MODEL.recall_probability(3, 4, 5.5) == pytest.approx(0.5939212455580932, abs=1e-12)
    assert interval(MODEL.curve(4, 2), 0.9) == pytest.approx(38.78112448545709, abs=1e-9)


@given(three_input_models(), days, review_counts, difficulties, STATES)
def test_recall_is_that_of_the_curve(model, t, count, difficulty, state):
    p = model.recall_probability(t, count, difficulty, state)
    assert p == recall_probability(model.curve(count, difficulty, state), t)
    assert 0.0 <= p <= 1.0


@given(three_input_models(), days, review_counts, difficulties, difficulties, STATES)
def test_more_difficulty_never_raises_recall(model, t, count, d1, d2, state):
    easier, harder = sorted((d1, d2))
    easy, hard = (model.recall_probability(t, count, d, state) for d in (easier, harder))
    assert hard <= easy + 1e-12


@given(three_input_models(), targets, review_counts, difficulties, difficulties, STATES)
def test_more_difficulty_never_lengthens_an_interval(model, target, count, d1, d2, state):
    easier, harder = sorted((d1, d2))
    easy, hard = (interval(model.curve(count, d, state), target) for d in (easier, harder))
    assert hard <= easy * (1 + 1e-9)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("intercept", nan),
        ("first_day", 1.1e6),
        ("log_decay", 10**400),
        ("slip_logit", -1.1e6),
    ],
)
def test_number_out_of_bounds_is_refused_by_name(name, value):
    numbers = dict.fromkeys((*COEFFICIENTS, *SINGLE), 0.0) | {name: value}
    with pytest.raises(UnsupportedArtifactError, match=f"^{name} is .* within ±1,000,000$"):
        ThreeInputModel(tuple(numbers[k] for k in COEFFICIENTS), *(numbers[k] for k in SINGLE))


def test_sign_that_lets_recall_rise_with_difficulty_is_refused():
    with pytest.raises(UnsupportedArtifactError, match="recall would rise with difficulty"):
        ThreeInputModel((0.0, 0.0, 1e-9, 0.0), 0.0, 0.0)


def test_model_comes_back_from_its_json():
    assert ThreeInputModel.from_dict(MODEL.to_dict()).to_dict() == MODEL.to_dict()


LINE = MODEL.to_dict()["log_stability"]


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (None, "must be log_stability, log_decay, slip_logit"),
        (MODEL.to_dict() | {"other": 1}, "must be log_stability, log_decay, slip_logit"),
        (MODEL.to_dict() | {"log_stability": [1, 2, 3, 4]}, "log_stability must have intercept, log_review"),
        (MODEL.to_dict() | {"log_stability": LINE | {"age": 1}}, "log_stability must have intercept"),
        (MODEL.to_dict() | {"slip_logit": True}, "must hold numbers"),
        (MODEL.to_dict() | {"log_stability": LINE | {"intercept": "1"}}, "must hold numbers"),
    ],
)
def test_what_is_no_model_is_damage(data, problem):
    with pytest.raises(DamagedArtifactError, match=problem):
        ThreeInputModel.from_dict(data)


def test_failure_lowers_and_success_raises_what_comes_next():
    before = MODEL.recall_probability(3, 4, 5.5)
    failed, passed = (MODEL.learner_after(START, 3, 4, 5.5, recalled=r) for r in (False, True))
    assert MODEL.recall_probability(3, 4, 5.5, failed) < before < MODEL.recall_probability(3, 4, 5.5, passed)
