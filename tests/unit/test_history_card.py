"""A card's history becomes ten numbers, by its past alone and one review at a time."""

from math import inf, log, log1p, nan

import pytest

from recall.card_history import CardHistory, first_state, history_of, next_state
from recall.errors import InvalidInputError
from recall.history import HISTORY_FEATURES, history_features

from .histories import random_reviews, seeded

AGAIN, HARD, GOOD, EASY = 1, 2, 3, 4


def named(reviews):
    return dict(zip(HISTORY_FEATURES, history_features(history_of(reviews)), strict=True))


def everything(history):
    return {name: getattr(history, name) for name in CardHistory.__slots__}


def test_first_review_gives_the_values_worked_by_hand():
    assert named([(100.0, HARD, 7, 14.0)]) == {
        "log_stability": log(1.2931),
        "fsrs_difficulty": pytest.approx(5.1122, abs=1e-4),  # 6.4133 − e^0.8334 + 1
        "failure_average": pytest.approx(0.12),
        "day_failures": 0.0,
        "day_passes": 1.0,
        "single_day": 1.0,
        "log_age": 0.0,
        "log_last_interval": 0.0,
        "log_review_days": 0.0,
        "log_last_seconds": pytest.approx(log(2)),
    }


def test_history_of_days_and_repeats_gives_the_values_worked_by_hand():
    features = named(
        [
            (0.5, GOOD, 0, 0.0),
            (3.75, GOOD, 3, 0.0),
            (8.75, AGAIN, 8, 0.0),
            (8.76, AGAIN, 8, 0.0),
            (8.77, GOOD, 8, 0.0),
            (9.5, EASY, 9, 0.0),
        ]
    )
    memory = first_state(GOOD)
    for rating, days in ((GOOD, 3), (AGAIN, 5), (AGAIN, 0), (GOOD, 0), (EASY, 1)):
        memory = next_state(memory, rating, days)
    assert features == pytest.approx(
        {
            "log_stability": log(memory.stability),
            "fsrs_difficulty": memory.difficulty,
            "failure_average": (((0.15 * 0.64 * 0.8 + 0.2) * 0.8 + 0.2) * 0.8) * 0.8,
            "day_failures": 0.0,
            "day_passes": 1.0,
            "single_day": 0.0,
            "log_age": log1p(9.0),
            "log_last_interval": log1p(0.73),
            "log_review_days": log(4),
            "log_last_seconds": 0.0,
        }
    )


def test_repeats_of_a_day_count_up_to_three():
    features = named([(k / 100, AGAIN if k < 5 else GOOD, 0, 0.0) for k in range(7)])
    assert (features["day_failures"], features["day_passes"]) == (3.0, 2.0)


def test_seconds_count_in_units_of_a_common_answer_within_bounds():
    for seconds, value in ((0.0, 0.0), (7.0, 0.0), (0.01, -2.0), (3600.0, 2.0)):
        assert named([(0.0, GOOD, 0, seconds)])["log_last_seconds"] == value


@pytest.mark.parametrize(("time", "day", "new"), [(4 / 24, 1, True), (3.99 / 24, 1, False), (0.3, 0, False)])
def test_new_day_needs_another_number_and_a_night_of_four_hours(time, day, new):
    history = CardHistory(0.0, GOOD, 0)

    assert history.after(time, GOOD, day).review_days == 1 + new


def test_boundary_between_two_close_reviews_changes_nothing():
    there, back = (
        history_of([(0.0, GOOD, 0, 0.0), (20 / 1440, GOOD, day, 0.0), (5.0, GOOD, 5, 0.0)]) for day in (0, 1)
    )
    assert (there.review_days, there.memory.difficulty) == (back.review_days, back.memory.difficulty)


def test_one_review_at_a_time_equals_the_whole_history():
    random = seeded(1)
    for _ in range(100):
        reviews = random_reviews(random, 20)
        history = CardHistory(*reviews[0])
        for count, review in enumerate(reviews[1:], start=2):
            history.review(*review)
            assert everything(history) == everything(history_of(reviews[:count]))


def test_hypothetical_review_leaves_the_history_as_it_is():
    random = seeded(2)
    for _ in range(100):
        *reviews, last = random_reviews(random, 10)
        history = history_of(reviews)
        before = everything(history)
        after = history.after(*last)
        assert everything(history) == before
        assert everything(after) == everything(history_of([*reviews, last]))


def test_origin_of_times_and_days_changes_nothing():
    reviews = [(0.5, GOOD, 0, 1.0), (3.75, AGAIN, 3, 2.0), (8.25, GOOD, 8, 3.0)]
    moved = [(time + 4096.0, rating, day - 77, seconds) for time, rating, day, seconds in reviews]
    assert named(moved) == named(reviews)


def test_features_of_the_longest_history_stay_finite():
    for rating in (AGAIN, HARD, GOOD, EASY):
        features = named([(36_500.0 * k, rating, 36_500 * k, 3600.0) for k in range(2_000)])
        assert all(-20 < value < 20 for value in features.values())


@pytest.mark.parametrize(
    ("review", "field"),
    [((5.0, 0, 5), "rating"), ((2.9, 3, 5), "time"), ((inf, 3, 5), "time"), ((5.0, 3, 2), "time")],
)
def test_review_that_cannot_follow_is_refused_and_changes_nothing(review, field):
    history = CardHistory(3.0, GOOD, 3)
    before = everything(history)
    with pytest.raises(InvalidInputError) as refusal:
        history.review(*review)
    assert refusal.value.field == field
    assert everything(history) == before


def test_first_review_at_no_time_is_refused():
    with pytest.raises(InvalidInputError, match="time: must be finite"):
        CardHistory(nan, GOOD, 0)


def test_card_without_reviews_is_refused():
    with pytest.raises(InvalidInputError, match="reviews: must hold at least one review"):
        history_of([])
