"""The table's rows: what the serving core knew around each review."""

import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from inference.loaded_model import portable
from lake.rows import Added, follow, rows_of_card
from lake.schema import ABOUT, AFTER, BEFORE, COLUMNS, HISTORY, STATE
from memory.card import Card, replay
from memory.learner import Learner
from memory.reviews import EPOCH, Review
from memory.study import Study
from recall.curve import recall_probability
from recall.history import HISTORY_FEATURES, history_features
from recall.learner import START, LearnerState

MODEL_FILE = Path(__file__).parents[2] / "lambda_src" / "inference" / "default_model" / "model.json"
DAY = 86_400_000_000
NOW = datetime(2026, 11, 29, tzinfo=UTC)


def review(day, rating=3, number=0, **changes):
    at = int((20_000 + day) * DAY) + number
    return Review(at, f"e{day}-{number}", rating, 0, -240, 5_000, 0.8, number)._replace(**changes)


def rows(reviews, before=(), **about):
    added = [Added(each, NOW, "m1", **about) for each in reviews]
    return [dict(zip(COLUMNS, row, strict=True)) for row in rows_of_card("ann", "gato", before, added)]


def test_first_review_has_nothing_before_it():
    (row,) = rows([review(0, probability=None)])

    assert {row[name] for name in (*BEFORE, *STATE, "recall_probability", "model_version")} == {None}
    assert not row["scored"]
    assert row["after_reviews"] == row["after_review_count"] == 1


def test_row_counts_what_was_before_it_and_after_it():
    *_, row = rows([review(0), review(0, 1, 1), review(2, 1), review(5, 3)])

    assert (row["reviews"], row["failures"], row["review_count"]) == (3, 2, 2)
    assert (row["after_reviews"], row["after_failures"], row["after_review_count"]) == (4, 2, 3)
    assert row["days_since_last_review"] == pytest.approx(3)
    assert row["scored"]


def test_repeat_of_a_study_day_is_no_outcome():
    assert [row["scored"] for row in rows([review(0.2), review(0.4), review(1.2), review(1.3)])] == [
        False,
        False,
        True,
        False,
    ]


def test_what_is_after_a_review_is_before_the_next_one():
    first, second = rows([review(0, 1), review(3)])

    assert [first[f"after_{name}"] for name in HISTORY_FEATURES] == [
        second[name] for name in HISTORY_FEATURES
    ]


def test_history_after_the_last_review_is_the_cards():
    reviews = [review(day, 1 + day % 4) for day in (0, 1, 4, 9, 20)]

    *_, last = rows(reviews)

    assert tuple(last[f"after_{name}"] for name in HISTORY_FEATURES) == history_features(replay(reviews))


def test_added_reviews_meet_those_that_the_card_had():
    reviews = [review(day) for day in (0, 1, 4)]

    assert rows(reviews[2:], before=reviews[:2]) == rows(reviews)[2:]


def test_late_review_meets_those_before_it_in_time():
    reviews = [review(day) for day in (0, 1, 4)]

    assert rows(reviews[1:2], before=[reviews[0], reviews[2]]) == rows(reviews)[1:2]


def test_prediction_that_nobody_was_shown_isnt_written():
    (added,) = (Added(review(3), NOW, None),)
    (row,) = rows_of_card("ann", "gato", [review(0)], [added])

    assert dict(zip(COLUMNS, row, strict=True))["recall_probability"] is None


def test_times_are_in_utc():
    (row,) = rows([review(0, number=0, micros=int(20_000.999 * DAY), offset=120)])

    assert row["reviewed_at"] == EPOCH + timedelta(days=20_000.999)
    assert row["date"] == (EPOCH + timedelta(days=20_000)).date()


@pytest.mark.parametrize("seed", range(5))
def test_row_has_all_that_its_prediction_was_made_of(seed):
    """What the service predicted for a review comes out of the row's features and state again."""
    draw = random.Random(seed)  # noqa: S311 - no secret
    model = portable(MODEL_FILE.read_bytes(), "m1")
    learner, cards = Learner(), {}
    study = Study(learner, model)
    days = sorted(draw.uniform(0, 60) for _ in range(60))
    for number, day in enumerate(days):
        name = f"card{draw.randrange(6)}"
        sent = review(day, draw.randint(1, 4), number, probability=None)
        study.take(name, cards.setdefault(name, Card([], None)), sent)
    study.finish()

    for name, card in cards.items():
        added = [Added(each, NOW, "m1", card.states[each.seq]) for each in card.reviews]
        for row in rows_of_card("ann", name, [], added):
            found = dict(zip(COLUMNS, row, strict=True))
            if found["reviews"] is None:
                continue
            assert predicted(model, found) == pytest.approx(found["recall_probability"], rel=1e-12)


def predicted(model, row):
    certainty, *mean = (row[name] for name in STATE)
    start = START.covariance[0][0]
    covariance = ((start * (1 - certainty), *START.covariance[0][1:]), *START.covariance[1:])
    state = LearnerState(tuple(mean), covariance)
    curve = model.artifact.history.curve(tuple(row[name] for name in HISTORY_FEATURES), state)
    return recall_probability(curve, row["days_since_last_review"])


def test_columns_are_made_of_their_four_parts():
    assert list(COLUMNS) == [*ABOUT, *BEFORE, *STATE, *AFTER]
    assert tuple(HISTORY) == HISTORY_FEATURES
    (around,) = follow([review(0)])
    assert (len(around.before), len(around.after)) == (len(BEFORE), len(AFTER))
