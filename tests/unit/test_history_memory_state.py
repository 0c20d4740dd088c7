"""FSRS-6 as its authors define it: their numbers, their scheduler, and the formula worked by hand."""

from datetime import UTC, datetime, timedelta

import pytest

from recall import card_history
from recall.card_history import MemoryState, first_state, next_state, retrievability

from .histories import seeded

# (rating, days since the review before, stability, difficulty), by py-fsrs 6.3.2 with its defaults
GOLDEN = [
    (3, 0, 2.3065, 2.1181039705),
    (3, 0, 2.3065, 2.1112142358),
    (3, 1, 7.3191860978, 2.1043313908),
    (2, 3, 14.8534042645, 4.7437156084),
    (1, 0, 4.4156789675, 8.2575234325),
    (3, 8, 11.9752829499, 8.2444942784),
    (4, 21, 43.998013109, 7.6431144421),
    (1, 2, 2.2775484087, 9.2105361132),
    (3, 0, 2.2775484087, 9.1965539464),
    (3, 60, 10.9530987831, 9.1825857618),
    (3, 150, 37.7170046443, 9.1686315453),
    (1, 400, 3.5020024647, 9.7119632115),
]


def test_sequence_gives_the_values_of_py_fsrs():
    memory = None
    for rating, days, stability, difficulty in GOLDEN:
        memory = next_state(memory, rating, days) if memory else first_state(rating)
        assert memory == pytest.approx((stability, difficulty), abs=1e-9)


def test_random_sequences_agree_with_py_fsrs():
    fsrs = pytest.importorskip("fsrs")
    scheduler, random = fsrs.Scheduler(enable_fuzzing=False), seeded(6)
    for _ in range(300):
        card, memory, now = fsrs.Card(), None, datetime(2024, 1, 1, tzinfo=UTC)
        for _ in range(random.randint(1, 30)):
            rating, days = random.randint(1, 4), random.choice((0, 0, 1, 2, 5, 30, 365, 5000))
            now += timedelta(days=days) if days else timedelta(minutes=1)
            card, _ = scheduler.review_card(card, fsrs.Rating(rating), now)
            memory = next_state(memory, rating, days) if memory else first_state(rating)
            assert memory == pytest.approx((card.stability, card.difficulty), rel=1e-9, abs=1e-9)


def test_parameters_are_the_defaults_of_py_fsrs():
    scheduler = pytest.importorskip("fsrs.scheduler")
    named = [
        *card_history.INITIAL_STABILITY,
        card_history.INITIAL_DIFFICULTY,
        card_history.INITIAL_DIFFICULTY_SLOPE,
        card_history.DIFFICULTY_STEP,
        card_history.MEAN_REVERSION,
        card_history.SUCCESS_GROWTH,
        card_history.SUCCESS_SATURATION,
        card_history.SUCCESS_SPACING,
        card_history.FAILURE_SCALE,
        card_history.FAILURE_DIFFICULTY,
        card_history.FAILURE_STABILITY,
        card_history.FAILURE_SPACING,
        card_history.HARD_PENALTY,
        card_history.EASY_BONUS,
        card_history.SAME_DAY_SLOPE,
        card_history.SAME_DAY_OFFSET,
        card_history.SAME_DAY_SATURATION,
        card_history.DECAY,
    ]
    assert named == list(scheduler.DEFAULT_PARAMETERS)


def test_stability_is_the_days_until_ninety_percent():
    for stability in (0.001, 2.0, 36_500.0):
        memory = MemoryState(stability, 5.0)
        assert retrievability(memory, 0) == 1.0
        assert retrievability(memory, stability) == pytest.approx(0.9, abs=1e-12)


def test_endless_success_and_endless_failure_stay_within_the_bounds():
    best, worst = first_state(4), first_state(1)
    for _ in range(200):
        best, worst = next_state(best, 4, 36_500), next_state(worst, 1, 36_500)
    assert best == (36_500.0, 1.0)
    assert 0.001 <= worst.stability < 1.0
    assert worst.difficulty == pytest.approx(10.0, abs=0.03)  # drawn a little to the middle
