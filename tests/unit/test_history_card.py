"""A card's history becomes 25 numbers, by its past alone and one review at a time."""

from math import inf, log, log1p, nan

import pytest

from recall.card_history import begun, reviewed
from recall.errors import InvalidInputError
from recall.history_features import HISTORY_FEATURES, history_features
from recall.memory_state import first_state, next_state, retrievability
from recall.replay import history_of

from .histories import random_reviews, seeded

AGAIN, HARD, GOOD, EASY = 1, 2, 3, 4


def named(reviews):
    return dict(zip(HISTORY_FEATURES, history_features(history_of(reviews)), strict=True))


def test_first_review_gives_the_values_worked_by_hand():
    features = named([(100.0, HARD, 7)])
    different_from_zero = {
        "log_stability": log(1.2931),
        "fsrs_difficulty": pytest.approx(5.1122, abs=1e-4),  # 6.4133 − e^0.8334 + 1
        "retrievability": 1.0,
        "logit_failure_share": pytest.approx(log(0.6 / 4.4)),
        "failure_average": pytest.approx(0.12),
        "day_passes": 1.0,
        "first_hard": 1.0,
        "last_hard": 1.0,
        "daily_failure_average": 0.3,
        "single_day": 1.0,
    }
    assert features == dict.fromkeys(HISTORY_FEATURES, 0.0) | different_from_zero


def test_history_of_days_and_repeats_gives_the_values_worked_by_hand():
    features = named(
        [(0.5, GOOD, 0), (3.75, GOOD, 3), (8.75, AGAIN, 8), (8.76, AGAIN, 8), (8.77, GOOD, 8), (9.5, EASY, 9)]
    )
    memory = first_state(GOOD)
    first_surprise = 1 - retrievability(memory, 3.25)
    memory = next_state(memory, GOOD, 3)
    second_surprise = 0 - retrievability(memory, 5.0)
    for rating, days in ((AGAIN, 5), (AGAIN, 0), (GOOD, 0)):
        memory = next_state(memory, rating, days)
    third_surprise = 1 - retrievability(memory, 0.73)
    last = next_state(memory, EASY, 1)
    assert features == pytest.approx(
        {
            "log_stability": log(last.stability),
            "fsrs_difficulty": last.difficulty,
            "retrievability": retrievability(memory, 1),
            "log_review_days": log(4),
            "logit_failure_share": log(2.6 / 7.4),
            "failure_average": (((0.15 * 0.64 * 0.8 + 0.2) * 0.8 + 0.2) * 0.8) * 0.8,
            "log_streak": log1p(1),
            "log_last_success": log1p(0.73),
            "log_longest_success": log1p(3.25),
            "log_age": log1p(9.0),
            "log_lapses": log1p(1),
            "day_failures": 0.0,
            "day_passes": 1.0,
            "first_again": 0.0,
            "first_hard": 0.0,
            "first_easy": 0.0,
            "last_again": 0.0,
            "last_hard": 0.0,
            "last_easy": 1.0,
            "log_last_interval": log1p(0.73),
            "day_began_failed": 0.0,
            "daily_failure_average": (0.3 * 0.6 * 0.6 + 0.4) * 0.6,
            "single_day": 0.0,
            "log_reviews": log(6),
            "surprise": 0.49 * first_surprise + 0.7 * second_surprise + third_surprise,
        }
    )


def test_day_with_a_failure_first_counts_its_repeats():
    features = named([(0.0, AGAIN, 0), *((k / 100, AGAIN, 0) for k in range(1, 7)), (0.5, GOOD, 0)])
    assert (features["day_failures"], features["day_passes"]) == (5.0, 1.0)  # seven count as five
    assert features["day_began_failed"] == 1.0
    assert features["log_lapses"] == 0.0  # a lapse needs a night in between
    assert features["single_day"] == 1.0


def test_one_review_at_a_time_equals_the_whole_history():
    random = seeded(1)
    for _ in range(100):
        reviews = random_reviews(random, 20)
        history = begun(*reviews[0])
        for count, review in enumerate(reviews[1:], start=2):
            history = reviewed(history, *review)
            assert history == history_of(reviews[:count])


def test_origin_of_times_and_days_means_nothing():
    reviews = [(0.5, GOOD, 0), (3.75, AGAIN, 3), (8.25, GOOD, 8)]
    moved = [(time + 4096.0, rating, day - 77) for time, rating, day in reviews]
    assert named(moved) == named(reviews)


def test_longest_history_stays_finite():
    for rating in (AGAIN, HARD, GOOD, EASY):
        features = named([(36_500.0 * k, rating, 36_500 * k) for k in range(2_000)])
        assert all(-20 < value < 20 for value in features.values())


@pytest.mark.parametrize(
    ("review", "field", "problem"),
    [
        ((5.0, 0, 5), "rating", "must be 1 (Again), 2 (Hard), 3 (Good) or 4 (Easy)"),
        ((5.0, 5, 5), "rating", "must be 1 (Again), 2 (Hard), 3 (Good) or 4 (Easy)"),
        ((2.9, 3, 5), "time", "must be a finite number, and not before the review before"),
        ((nan, 3, 5), "time", "must be a finite number, and not before the review before"),
        ((inf, 3, 5), "time", "must be a finite number, and not before the review before"),
        ((5.0, 3, 2), "day", "must not be before the day of the review before"),
    ],
)
def test_review_that_cannot_follow_is_refused_by_name(review, field, problem):
    history = begun(3.0, GOOD, 3)
    with pytest.raises(InvalidInputError) as refusal:
        reviewed(history, *review)
    assert (refusal.value.field, refusal.value.problem) == (field, problem)


@pytest.mark.parametrize("time", [nan, inf, -inf])
def test_first_review_at_no_time_is_refused(time):
    with pytest.raises(InvalidInputError, match="time: must be a finite number"):
        begun(time, GOOD, 0)


def test_card_without_reviews_is_refused():
    with pytest.raises(InvalidInputError, match="reviews: must hold at least one review"):
        history_of([])
