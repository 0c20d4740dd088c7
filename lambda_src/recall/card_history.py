"""What a card's review history leaves behind, updated one review at a time."""

from __future__ import annotations

from collections import namedtuple
from math import inf

from recall.errors import InvalidInputError
from recall.memory_state import AGAIN, EASY, first_state, next_state, retrievability

# Moving averages start at what is usual and move by these shares of each difference.
USUAL_FAILURES, USUAL_DAILY_FAILURES = 0.15, 0.3
FAILURE_RATE, DAILY_FAILURE_RATE = 0.2, 0.4
SURPRISE_KEPT = 0.7

CardHistory = namedtuple(
    "CardHistory",
    "memory retrievability first_time time day first_rating last_rating reviews failures review_days lapses "
    "failure_average daily_failure_average streak last_success longest_success last_interval "
    "day_failures day_passes day_began_failed surprise",
)


def begun(time: float, rating: int, day: int) -> CardHistory:
    """Return the history after a card's first review; parameters and errors as in `reviewed`."""
    check_review(time, rating, day, after_time=-inf, after_day=-inf)
    failed = int(rating == AGAIN)
    return CardHistory(
        memory=first_state(rating),
        retrievability=1.0,
        first_time=time,
        time=time,
        day=day,
        first_rating=rating,
        last_rating=rating,
        reviews=1,
        failures=failed,
        review_days=1,
        lapses=0,
        failure_average=USUAL_FAILURES + FAILURE_RATE * (failed - USUAL_FAILURES),
        daily_failure_average=USUAL_DAILY_FAILURES,
        streak=0,
        last_success=0.0,
        longest_success=0.0,
        last_interval=0.0,
        day_failures=failed,
        day_passes=1 - failed,
        day_began_failed=failed,
        surprise=0.0,
    )


def reviewed(history: CardHistory, time: float, rating: int, day: int) -> CardHistory:
    """Return the history after one more review.

    Parameters
    ----------
    history : CardHistory
        After the review before.
    time : float
        Days, with fractions, on the clock of the reviews before.
    rating : int
        1 Again, 2 Hard, 3 Good or 4 Easy.
    day : int
        Number of the study day; only differences mean something.

    Raises
    ------
    InvalidInputError
        If the rating isn't one of the four, the time isn't finite, or time or day lie before the last review.
    """
    check_review(time, rating, day, after_time=history.time, after_day=history.day)
    failed = int(rating == AGAIN)
    days = day - history.day
    seen = history if days == 0 else _on_new_day(history, time - history.time, failed)
    return seen._replace(
        memory=next_state(history.memory, rating, days),
        retrievability=retrievability(history.memory, days),
        time=time,
        day=day,
        last_rating=rating,
        reviews=seen.reviews + 1,
        failures=seen.failures + failed,
        failure_average=seen.failure_average + FAILURE_RATE * (failed - seen.failure_average),
        day_failures=seen.day_failures + failed,
        day_passes=seen.day_passes + 1 - failed,
    )


def _on_new_day(history: CardHistory, interval: float, failed: int) -> CardHistory:
    """Count what only a day's first review tells: those after a real delay are what the model predicts."""
    daily = history.daily_failure_average
    expected = retrievability(history.memory, interval)
    return history._replace(
        review_days=history.review_days + 1,
        lapses=history.lapses + failed,
        daily_failure_average=daily + DAILY_FAILURE_RATE * (failed - daily),
        streak=0 if failed else history.streak + 1,
        last_success=0.0 if failed else interval,
        longest_success=history.longest_success if failed else max(history.longest_success, interval),
        last_interval=interval,
        day_failures=0,
        day_passes=0,
        day_began_failed=failed,
        surprise=SURPRISE_KEPT * history.surprise + (1 - failed) - expected,
    )


def check_review(time: float, rating: int, day: int, *, after_time: float, after_day: float) -> None:
    """Refuse a review that can't follow the one before, or that is none; errors as in `reviewed`."""
    if not AGAIN <= rating <= EASY:
        raise InvalidInputError("rating", "must be 1 (Again), 2 (Hard), 3 (Good) or 4 (Easy)")
    if not after_time <= time < inf or time == -inf:  # NaN fails too
        raise InvalidInputError("time", "must be a finite number, and not before the review before")
    if day < after_day:
        raise InvalidInputError("day", "must not be before the day of the review before")
