"""Forgetting curves in SQL say what the core says card by card."""

from itertools import product
from math import log

import pyarrow as pa
import pytest

from model_training.due.curves import STATE, predictions
from model_training.engines.duck import database
from recall.artifact import Artifact
from recall.card_history import history_of
from recall.curve import SHORTEST_INTERVAL, SHORTEST_RELEARNING_INTERVAL, interval, recall_probability
from recall.history import HISTORY_FEATURES, history_features
from recall.learner import SIZE, START_VARIANCES, LearnerState, certainty
from recall.three_inputs import ThreeInputModel
from tests.unit.histories import MODEL, random_model, random_reviews, seeded

NOW = 1_780_000_000_000_000
DAY = 86_400_000_000
TARGETS = (0.5, 0.9, 0.99)
COUNT = 10_000
THREE_INPUTS = ThreeInputModel((1.2, 1.1, -0.6, 0.3), -1.4, -3.5)
# Nothing without a formula: recall never reaches a target, stability is the least or the most, decay too.
EXTREME = ThreeInputModel((-40.0, 20.0, -2.0, 30.0), 9.0, 0.5)


def learner(random):
    """Return a learner's state: of nobody, of one who has taught something, or far off."""
    known = random.choice((0.0, random.random(), 1.0))
    size = random.choice((0.0, 0.3, 3.0)) if known else 0.0
    rows = [[0.0] * SIZE for _ in range(SIZE)]
    rows[0][0] = START_VARIANCES[0] * (1 - known)
    return LearnerState(tuple(random.gauss(0, size) for _ in range(SIZE)), tuple(map(tuple, rows)))


def elapsed(random):
    """Return µs since the last review: none, moments, a card's usual time, or all of the time there is."""
    return random.choice((0, 1, int(random.lognormvariate(2, 2) * DAY), 36_500 * DAY))


def found(artifact, names, cards, target, *, with_history):
    """Return what SQL finds: for each card, recall probability and µs until it is due."""
    columns = ("row", "last_review", "failed_last", *STATE, *names)
    with database() as connection:
        given = pa.table([pa.array(column) for column in zip(*cards, strict=True)], list(columns))
        connection.register("given", given)
        query = predictions(artifact, "FROM given", with_history=with_history, now=NOW, target_recall=target)
        return connection.sql(query).order("row").project("recall_probability, due").fetchall()


def expected(curve, failed, last, target):
    """Return the same as the core says it."""
    shortest = SHORTEST_RELEARNING_INTERVAL if failed else SHORTEST_INTERVAL
    days = max(interval(curve, target), shortest)
    return recall_probability(curve, (NOW - last) / DAY), last + days * DAY


def assert_same(rows, curves, cards, target):
    assert len(rows) == len(cards)
    for (probability, due), curve, (_, last, failed, *_rest) in zip(rows, curves, cards, strict=True):
        wanted, wanted_due = expected(curve, failed, last, target)
        assert probability == pytest.approx(wanted, abs=1e-9)
        assert due - last == pytest.approx(wanted_due - last, rel=1e-9, abs=1.0)


@pytest.mark.parametrize(
    ("model", "target"),
    [(MODEL, 0.9), (MODEL, 0.5), (random_model(seeded(8), size=0.5), 0.99), (random_model(seeded(9)), 0.9)],
)
def test_histories_and_learners_give_the_core_s_recall_and_time(model, target):
    random = seeded(5)
    cards, curves = [], []
    for row in range(COUNT // 4):
        history, state = history_of(random_reviews(random)), learner(random)
        features = history_features(history)
        if row % 10 == 0:  # FSRS-6's least and most stability
            features = (random.choice((log(0.001), log(36_500))), *features[1:])
        curves.append(model.curve(features, state))
        cards.append(
            (row, NOW - elapsed(random), history.rating == 1, certainty(state), *state.mean, *features)
        )
    artifact = Artifact(THREE_INPUTS, {}, model)
    rows = found(artifact, HISTORY_FEATURES, cards, target, with_history=True)
    assert_same(rows, curves, cards, target)


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("model", [THREE_INPUTS, EXTREME], ids=["usual", "extreme"])
def test_three_inputs_and_learners_give_the_core_s_recall_and_time(model, target):
    """Of a model without a history part, too, whose curve a learner's state shifts."""
    random = seeded(6)
    pairs = [*product((1, 2, 10_000), (1.0, 1.09, 9.91, 10.0))]
    pairs += [(random.randint(1, 60), random.uniform(1, 10)) for _ in range(COUNT // 6 - len(pairs))]
    cards, curves = [], []
    for row, (count, difficulty) in enumerate(pairs):
        state = learner(random)
        curves.append(model.curve(count, difficulty, state))
        failed = random.random() < 0.2
        last = NOW - elapsed(random)
        cards.append((row, last, failed, certainty(state), *state.mean, count, difficulty))
    rows = found(
        Artifact(model, {}), ("review_count", "difficulty"), cards, target, with_history=target == TARGETS[0]
    )
    assert_same(rows, curves, cards, target)
