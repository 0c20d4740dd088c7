"""The fit finds the lines that made the outcomes, keeps their signs, and stays near the prior with few."""

from itertools import product

import numpy as np
import pandas as pd
import pytest

from model_training.fitting.likelihood import log_recall
from model_training.history.fit import fit_history, fsrs_line
from model_training.history.line import INTERCEPT_RIDGE, RIDGE, fit_line
from model_training.history.predict import curves_alone, predict_alone
from model_training.history.replay import LearnerStates, raw_stability
from model_training.review_log.features import DAYS, HISTORY_COLUMNS, scored_features
from recall.history import HISTORY_FEATURES, SIGNS, HistoryModel, Line
from tests.unit.histories import MODEL, line, random_features

from .logs import simulated

pytestmark = pytest.mark.slow

FSRS = HistoryModel(fsrs_line(), fsrs_line())


@pytest.fixture(scope="module")
def histories():
    return scored_features(simulated())


@pytest.fixture(scope="module")
def model(histories):
    return fit_history(histories)


def mean_log_loss(histories, probability):
    return -np.mean(np.log(np.where(histories["recalled"] == 1, probability, 1 - probability)))


def nobody(count):
    """Return the states of learners of whom nothing is known, with all of the line."""
    return LearnerStates(np.zeros((3, count)), np.ones(count))


def drawn(truth, count, log_stability_shift=0.0):
    """Return rows of random cards with outcomes from a line and a shift of ln S, and the true recall."""
    rng = np.random.default_rng(1)
    features = np.array(random_features(1, count))
    rows = pd.DataFrame(features, columns=HISTORY_COLUMNS).assign(learner="ann")
    rows[DAYS] = rng.lognormal(1.5, 1.2, count)
    curves = curves_alone(HistoryModel(truth, truth), rows)
    curves[0] += log_stability_shift
    p = np.exp(log_recall(curves, rows[DAYS].to_numpy()))
    return rows.assign(recalled=(rng.random(count) < p).astype(int)), p


def test_fit_beats_fsrs_on_its_own_reviews(histories, model):
    fitted, fsrs = (mean_log_loss(histories, predict_alone(each, histories)) for each in (model, FSRS))
    assert fitted < fsrs - 0.01


def test_line_that_made_the_outcomes_is_found_again():
    truth = line(0.5, -1.5, -3.0, log_stability=0.8, failure_average=-1.5, single_day=-0.5)
    rows, p = drawn(truth, 20_000)
    found = fit_line(rows, nobody(len(rows)), fsrs_line())
    distances = [
        np.abs(predict_alone(HistoryModel(each, each), rows) - p).mean() for each in (found, fsrs_line())
    ]
    assert distances[0] < 0.012
    assert distances[1] > 0.04


def test_shift_of_the_learner_that_is_known_already_leaves_nothing_to_find():
    rows, _ = drawn(fsrs_line(), 8_000, log_stability_shift=0.7)
    known = LearnerStates(np.outer([0.7, 0.0, 0.0], np.ones(len(rows))), np.ones(len(rows)))
    features = rows[HISTORY_COLUMNS].to_numpy()
    found = [fit_line(rows, states, fsrs_line()) for states in (known, nobody(len(rows)))]
    moved = [np.mean(raw_stability(each, features) - raw_stability(fsrs_line(), features)) for each in found]
    assert abs(moved[0]) < 0.05
    assert moved[1] > 0.3


def test_line_with_no_share_of_any_curve_stays_the_prior():
    rows, _ = drawn(line(0.5, -1.5, -3.0, log_stability=0.8), 1_000)
    unheard = LearnerStates(np.zeros((3, len(rows))), np.zeros(len(rows)))
    found = fit_line(rows, unheard, MODEL.known_learner, beside=fsrs_line())
    assert found.log_stability == pytest.approx(MODEL.known_learner.log_stability, rel=1e-5)
    assert found[1:] == pytest.approx(MODEL.known_learner[1:], rel=1e-5)


@pytest.mark.parametrize("feature", [name for name, sign in SIGNS.items() if sign])
def test_sign_is_kept_against_the_outcomes(feature):
    rows, _ = drawn(fsrs_line(), 3_000)
    high = rows[feature] > rows[feature].mean()
    opposite = high if SIGNS[feature] < 0 else ~high
    prior = line(1.0, **{name: 0.05 * sign for name, sign in SIGNS.items()})
    found = fit_line(rows.assign(recalled=opposite.astype(int)), nobody(len(rows)), prior)
    assert found.log_stability[1 + HISTORY_FEATURES.index(feature)] == pytest.approx(0.0, abs=1e-12)
    assert HistoryModel(found, found).new_learner == found  # it refuses the other sign, however small


def test_few_reviews_hardly_move_the_prior_and_many_do(histories, model):
    def moved(rows):
        fitted = fit_history(rows, MODEL)
        return np.abs(predict_alone(fitted, histories) - predict_alone(MODEL, histories)).mean()

    assert moved(histories[:1]) < 0.002
    assert moved(histories[:1]) < moved(histories[:200]) < moved(histories)
    assert moved(histories) > 0.02


def test_each_line_is_pulled_to_its_own_prior(histories):
    fitted = fit_history(histories[:1], MODEL)
    for head in ("new_learner", "known_learner"):
        found, prior = (getattr(each, head) for each in (fitted, MODEL))
        assert found.log_stability == pytest.approx(prior.log_stability, abs=0.05)
        assert found[1:] == pytest.approx(prior[1:], abs=0.05)


def test_feature_that_only_distinguishes_learners_is_in_the_line_for_new_ones():
    # Able learners fail less. Their failures say something of them, and of their cards nothing.
    rows, _ = drawn(fsrs_line(), 6_000)
    rng = np.random.default_rng(2)
    ability = np.repeat(rng.normal(size=40), 150)
    rows["learner"] = np.repeat(np.arange(40), 150)
    rows["reviewed_at"], rows["card"] = np.tile(np.arange(150), 40), 0
    rows["failure_average"] = 0.3 - 0.1 * ability + rng.normal(0, 0.05, len(rows))
    days = rows[DAYS].to_numpy()
    curves = curves_alone(FSRS, rows)
    curves[0] += ability
    recalled = rng.random(len(rows)) < np.exp(log_recall(curves, days))
    fitted = fit_history(rows.assign(recalled=recalled.astype(int)))
    position = 1 + HISTORY_FEATURES.index("failure_average")
    new, known = (each.log_stability[position] for each in (fitted.new_learner, fitted.known_learner))
    assert new < -4.0
    assert -1.5 < known <= 0.0


def test_coefficients_have_six_significant_digits(model):
    for each in (model.new_learner, model.known_learner):
        numbers = [*each.log_stability, each.log_decay, each.slip_logit]
        assert numbers == [float(f"{k:.6g}") for k in numbers]


def test_feature_that_never_varies_has_no_part(histories):
    rows = histories.assign(log_last_seconds=0.0)
    fitted = fit_history(rows)
    seconds = 1 + HISTORY_FEATURES.index("log_last_seconds")
    assert [each.log_stability[seconds] for each in (fitted.new_learner, fitted.known_learner)] == [0.0, 0.0]


def penalised_loss(rows, found, prior):
    """Return the log loss of a learner's rows and the pull to the prior, as the module says."""
    features = rows[HISTORY_COLUMNS].to_numpy()
    p = predict_alone(HistoryModel(found, found), rows)
    loss = -np.log(np.where(rows["recalled"] == 1, p, 1 - p)).sum()
    moved = np.subtract(found.log_stability, prior.log_stability)
    slopes = moved[1:] * (features.std(axis=0) + 1e-3)
    intercept = moved[0] + features.mean(axis=0) @ moved[1:]
    ends = np.subtract(found[1:], prior[1:])
    return loss + 0.5 * (RIDGE * slopes @ slopes + INTERCEPT_RIDGE * (intercept**2 + ends @ ends))


def test_no_number_can_be_moved_to_lessen_the_penalised_loss():
    rows, _ = drawn(line(0.5, -1.5, -3.0, log_stability=0.8, failure_average=-1.5), 1_000)
    prior = MODEL.new_learner
    found = fit_line(rows, nobody(len(rows)), prior)
    least = penalised_loss(rows, found, prior)
    assert least < penalised_loss(rows, prior, prior) - 1.0
    numbers = np.array([*found.log_stability, *found[1:]])
    signs = np.array([0, *SIGNS.values(), 0, 0])
    worse = []
    for position, step in product(range(len(numbers)), (-1e-3, 1e-3)):
        moved = numbers.copy()
        moved[position] += step
        if signs[position] * moved[position] >= 0:
            other = Line(tuple(moved[:-2].tolist()), *moved[-2:].tolist())
            worse.append(penalised_loss(rows, other, prior) - least)
    assert min(worse) > 0
