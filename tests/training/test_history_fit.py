"""The fit finds the penalised maximum, what is trained is served, and same data give the same model."""

import numpy as np
import pytest
from model_training.history_likelihood import log_recall, negative_log_likelihood
from recall.history_curve import Curve, recall_probability
from scipy.optimize import check_grad

from model_training.history import DAYS, HISTORY_COLUMNS, scored_histories
from model_training.history_fit import fit_history, fit_lines, fsrs_lines, with_intercept
from model_training.history_predict import predict_alone, predict_with_learner
from recall.history import HistoryModel
from recall.learner import START
from tests.unit.histories import random_features, random_model, seeded

from .logs import simulated


@pytest.fixture(scope="module")
def histories():
    return scored_histories(simulated())


@pytest.fixture(scope="module")
def model(histories):
    return fit_history(histories)


def mean_log_loss(histories, probability):
    return -np.mean(np.log(np.where(histories["recalled"] == 1, probability, 1 - probability)))


def random_curves(count, far):
    """Return curves and days, within or far beyond the limits."""
    rng = np.random.default_rng(4)
    size = 30.0 if far else 2.0
    curves = np.stack(
        [rng.normal(2, size, count), rng.normal(-1.5, size / 2, count), rng.normal(-3, size, count)]
    )
    return curves, rng.lognormal(2.0, 2.5, count).clip(0, 36_500)


@pytest.mark.parametrize("far", [False, True], ids=["usual", "extreme"])
def test_vectorised_curve_is_the_served_one(far):
    curves, days = random_curves(20_000, far)
    served = [recall_probability(Curve(*c), t) for c, t in zip(curves.T.tolist(), days.tolist(), strict=True)]
    assert np.abs(np.exp(log_recall(curves, days)) - served).max() <= 1e-12


def test_predictions_alone_are_the_served_ones(histories, model):
    rows = zip(histories[HISTORY_COLUMNS].itertuples(index=False), histories[DAYS], strict=True)
    served = [model.recall_probability(tuple(features), days) for features, days in rows]
    assert np.abs(predict_alone(model, histories) - served).max() <= 1e-12


def test_predictions_with_a_learner_are_the_served_ones(histories, model):
    mine = histories[histories["learner"] == histories["learner"].iloc[0]].sort_values(
        ["reviewed_at", "card"]
    )
    state, served = START, []
    for row in mine[[*HISTORY_COLUMNS, DAYS, "recalled"]].itertuples(index=False):
        *features, days, recalled = row
        served.append(model.recall_probability(tuple(features), days, state))
        state = model.learner_after(state, tuple(features), days, recalled=bool(recalled))
    # the filter takes no prediction for surer than 1 − 1e-6
    expected = np.minimum(served, 1 - 1e-6)
    assert np.abs(predict_with_learner(model, mine) - expected).max() <= 1e-12


def test_likelihood_is_the_log_loss_of_its_curve():
    curves, days = random_curves(500, far=False)
    recalled = np.random.default_rng(5).random(500) < 0.8
    p = np.exp(log_recall(curves, days))
    value, _ = negative_log_likelihood(curves, days, recalled)
    assert value == pytest.approx(-np.sum(np.log(np.where(recalled, p, 1 - p))), rel=1e-9)


def test_gradient_is_that_of_the_likelihood():
    curves, days = random_curves(60, far=False)
    recalled = np.random.default_rng(5).random(60) < 0.8

    def value(flat):
        return negative_log_likelihood(flat.reshape(curves.shape), days, recalled)[0]

    def gradient(flat):
        return negative_log_likelihood(flat.reshape(curves.shape), days, recalled)[1].ravel()

    assert check_grad(value, gradient, curves.ravel()) < 1e-4


def test_gradient_is_zero_where_a_limit_holds():
    curves = np.array([[16.0, -16.0, 1.0, 1.0], [0.0, 0.0, 2.1, -4.1], [-3.0, -3.0, -3.0, -3.0]])
    _, gradient = negative_log_likelihood(curves, np.full(4, 5.0), np.array([True, False, True, False]))
    assert gradient[0, :2].tolist() == [0.0, 0.0]
    assert gradient[1, 2:].tolist() == [0.0, 0.0]
    assert (gradient[2] != 0.0).all()


def test_one_review_leaves_the_lines_at_fsrs(histories):
    lines = fit_lines(histories.iloc[:1], np.zeros((3, 1)), fsrs_lines())
    assert np.abs(lines - fsrs_lines()).max() < 0.2


def test_fit_beats_fsrs_on_its_own_reviews(histories, model):
    fsrs = HistoryModel(*(tuple(map(tuple, fsrs_lines())) for _ in range(2)))
    fitted = mean_log_loss(histories, predict_alone(model, histories))
    assert fitted < mean_log_loss(histories, predict_alone(fsrs, histories)) - 0.004


def test_known_shift_is_found_again_by_the_fit():
    random, rng = seeded(1), np.random.default_rng(1)
    features = np.array(random_features(1, 6_000))
    truth = np.array(random_model(random, 0.0).history)
    truth[2, 0] = -4.0
    truth[0, 0] += 0.7
    days = rng.lognormal(1.5, 1.2, len(features))
    p = np.exp(log_recall(truth @ with_intercept(features).T, days))
    table = dict(zip(HISTORY_COLUMNS, features.T, strict=True))
    frame = scored_histories(simulated()).iloc[:0].reindex(range(len(features)))
    frame = frame.assign(**table, **{DAYS: days, "recalled": (rng.random(len(p)) < p).astype(int)})
    found = np.exp(
        log_recall(fit_lines(frame, np.zeros((3, len(p))), fsrs_lines()) @ with_intercept(features).T, days)
    )
    assert np.mean(np.abs(found - p)) < 0.02
    # The same shift, already known, leaves nothing to find.
    known = fit_lines(frame, np.outer([0.7, 0.0, 0.0], np.ones(len(p))), fsrs_lines())
    assert abs(known[0, 0]) < 0.35


def test_same_reviews_give_the_same_model(histories, model):
    again = fit_history(histories.copy())
    assert again.to_dict() == model.to_dict()


def test_coefficients_have_six_significant_digits(model):
    values = [k for head in ("history", "learner") for line in model.to_dict()[head].values() for k in line]
    assert len(values) == 156
    assert values == [float(f"{k:.6g}") for k in values]


def test_few_reviews_hardly_move_a_prior_and_many_do(histories, model):
    other = np.add(model.history, [[0.5], [0.0], [0.0]])
    prior = HistoryModel(tuple(map(tuple, other.tolist())), model.learner)

    def distance(rows):
        moved = predict_alone(fit_history(rows, prior), histories) - predict_alone(prior, histories)
        return np.abs(moved).mean()

    assert distance(histories[:20]) < 0.6 * distance(histories)
    assert distance(histories) > 0.01


def test_outcomes_teach_later_predictions_of_their_learner_only(histories):
    learner = histories["learner"].iloc[0]
    train = (histories["learner"] != learner).to_numpy()
    middle = histories.loc[~train, "reviewed_at"].sort_values().iloc[(~train).sum() // 2]
    changed = histories.copy()
    later = (histories["learner"] == learner) & (histories["reviewed_at"] >= middle)
    changed.loc[later, "recalled"] = 1 - changed.loc[later, "recalled"]
    fitted = fit_history(histories[train])
    before, after = (predict_with_learner(fitted, log)[~train] for log in (histories, changed))

    earlier = (histories.loc[~train, "reviewed_at"] <= middle).to_numpy()
    assert before[earlier].tolist() == after[earlier].tolist()
    assert np.abs(before[~earlier] - after[~earlier]).max() > 0.1
