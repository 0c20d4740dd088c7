"""The vectorised FSRS-6 is the one of the ``fsrs`` package, and its optimiser is given what it needs."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd
import pytest
from fsrs import Card, Rating, Scheduler

from model_training.evaluation.fsrs import DEFAULT_PARAMETERS, CardHistories, memory_states
from model_training.evaluation.fsrs_candidates import FsrsCandidates
from model_training.evaluation.rows import timeline
from model_training.evaluation.scores import log_losses
from model_training.history.fit import SLIP_LOGIT
from model_training.review_log.features import card_numbers
from recall import learner
from recall.curve import Curve

from .logs import simulated, written

# Fitted values of someone's collection would do as well: far from the defaults, within the package's bounds.
OTHER_PARAMETERS = DEFAULT_PARAMETERS * np.linspace(1.2, 0.8, 21)
FIRST_DAY = datetime(2024, 1, 1, tzinfo=UTC)


def random_log(seed=3):
    """Return forty cards with ratings of all kinds, same-day repeats and gaps of up to three years."""
    rng = np.random.default_rng(seed)
    rows = []
    for card in range(40):
        days = np.cumsum(rng.choice([0, 0, 1, 3, 12, 200, 1_000], rng.integers(1, 25)))
        rows += [("ann", card, day + 0.001 * n, rng.integers(1, 5)) for n, day in enumerate(days)]
    return written(*rows)


def package_states(reviews, parameters):
    """Return recall before, stability and difficulty after each review, from the package's own scheduler."""
    scheduler = Scheduler(tuple(parameters), enable_fuzzing=False)
    states = []
    for _, rows in reviews.groupby(card_numbers(reviews), sort=False):
        card = Card(card_id=1)
        for number, (day, rating) in enumerate(zip(rows["day"], rows["rating"], strict=True)):
            # the package counts whole days between times: study days begin at midnight here
            moment = FIRST_DAY + timedelta(days=int(day), seconds=number)
            recall = scheduler.get_card_retrievability(card, moment) if number else np.nan
            card, _ = scheduler.review_card(card, Rating(int(rating)), moment)
            states.append((recall, card.stability, card.difficulty))
    return np.array(states)


@pytest.mark.parametrize("parameters", [DEFAULT_PARAMETERS, OTHER_PARAMETERS], ids=["default", "other"])
@pytest.mark.parametrize("make", [random_log, lambda: simulated(2, 60)], ids=["random", "simulated"])
def test_recurrence_equals_the_packages_scheduler(make, parameters):
    reviews = make()
    states = np.column_stack(memory_states(CardHistories.of(reviews), parameters))
    np.testing.assert_allclose(states, package_states(reviews, parameters), rtol=1e-9, atol=1e-9)


def test_each_review_can_have_parameters_of_its_own():
    reviews = simulated(2, 60)
    histories = CardHistories.of(reviews)
    first = (reviews["learner"] == reviews["learner"].iloc[0]).to_numpy()
    mixed = memory_states(histories, np.where(first[:, None], DEFAULT_PARAMETERS, OTHER_PARAMETERS)).recall
    one, other = (memory_states(histories, p).recall for p in (DEFAULT_PARAMETERS, OTHER_PARAMETERS))
    np.testing.assert_array_equal(mixed, np.where(first, one, other))


@pytest.fixture(scope="module")
def log():
    return simulated(3, 120)


def test_pooled_fit_explains_its_own_rows_better_than_the_defaults(log):
    rows, candidates = timeline(log), FsrsCandidates(log)
    recalled = rows["recalled"].to_numpy()
    default, pooled = (
        log_losses(recalled, fit(rows)(rows)).mean()
        for fit in (candidates.fit_default, candidates.fit_pooled)
    )
    assert pooled < default - 0.002


def test_learners_are_fitted_apart_and_unknown_ones_get_the_defaults(log):
    rows, candidates = timeline(log), FsrsCandidates(log)
    known = rows[rows["learner"] == rows["learner"].iloc[0]]
    per_learner = pd.Series(candidates.fit_per_learner(known)(rows))
    alone = candidates.fit_pooled(known)(known)
    default = candidates.fit_default(known)(rows)
    own = rows.index.isin(known.index)
    np.testing.assert_array_equal(per_learner[own], alone)
    np.testing.assert_array_equal(per_learner[~own], default[~own])


def test_too_few_reviews_to_optimise_on_leave_the_defaults(log):
    candidates, rows = FsrsCandidates(log), timeline(log)
    without_second_days = rows[rows["review_count"] > 1][:200]
    predict = candidates.fit_pooled(without_second_days)
    np.testing.assert_array_equal(predict(rows), candidates.fit_default(rows)(rows))


def test_fits_with_the_learners_state_follow_each_learner_as_the_service_does(log):
    rows, candidates = timeline(log), FsrsCandidates(log)
    own = candidates.fit_per_learner_with_learner(rows)(rows)
    fitted = {
        learner: candidates.fit_pooled_with_learner(mine)(mine) for learner, mine in rows.groupby("learner")
    }
    np.testing.assert_array_equal(own, np.concatenate(list(fitted.values())))


def test_state_shifts_fsrs_curves_after_each_outcome(log):
    rows = timeline(log)
    stability = memory_states(CardHistories.of(log), DEFAULT_PARAMETERS).stability
    states, expected = {}, []
    # A timeline is learner by learner in time order; cards at one moment go in the cards' order.
    for row in rows.sort_values(["reviewed_at", "card"]).itertuples():
        state = states.get(row.learner, learner.START)
        log_stability = float(np.log(stability[row.review - 1]))
        along = learner.directions(log_stability, first=row.review_count == 1)
        card = Curve(log_stability, float(np.log(DEFAULT_PARAMETERS[20])), SLIP_LOGIT)
        curve = learner.shifted(card, state, along, -1.0)
        probability, states[row.learner] = learner.updated(
            state, curve, along, float(row.days_apart), recalled=row.recalled == 1
        )
        expected.append((row.Index, probability))
    found = FsrsCandidates(log).fit_default_with_learner(rows)(rows)
    np.testing.assert_allclose(found, [probability for _, probability in sorted(expected)], rtol=1e-12)


def test_state_gives_a_learner_without_outcomes_fsrs_own_prediction_but_for_the_slip(log):
    rows, candidates = timeline(log), FsrsCandidates(log)
    first = ~rows.duplicated("learner")
    alone = candidates.fit_default(rows)(rows)[first]
    with_learner = candidates.fit_default_with_learner(rows)(rows)[first]
    np.testing.assert_allclose(with_learner, alone * (1 - 1 / (1 + np.exp(-SLIP_LOGIT))), rtol=1e-9)
