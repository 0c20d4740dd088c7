"""All of a card's reviews at once: `recall.card_history` step by step, without the steps' tuples.

A served history is replayed in every request, so this loop keeps what changes in local variables. It gives
what `begun` and `reviewed` give, bit for bit; a test holds the two together.
"""

from __future__ import annotations

from math import inf

from recall.card_history import (
    DAILY_FAILURE_RATE,
    FAILURE_RATE,
    SURPRISE_KEPT,
    CardHistory,
    begun,
    check_review,
)
from recall.errors import InvalidInputError
from recall.memory_state import AGAIN, EASY, retrievability, state_after

TYPE_CHECKING = False  # `typing` and `collections.abc` cost a cold start milliseconds
if TYPE_CHECKING:
    from collections.abc import Sequence


def history_of(reviews: Sequence[tuple[float, int, int]]) -> CardHistory:
    """Return the history after all of a card's reviews.

    Parameters
    ----------
    reviews : sequence of (time, rating, day)
        In time order: time in days (with fractions, from any origin), rating 1 to 4, study-day number.

    Raises
    ------
    InvalidInputError
        If there are no reviews, or one can't follow the one before.
    """
    if not reviews:
        raise InvalidInputError("reviews", "must hold at least one review")
    start = begun(*reviews[0])
    if len(reviews) == 1:
        return start
    return _after(start, reviews)


def _after(start: CardHistory, reviews: Sequence[tuple[float, int, int]]) -> CardHistory:
    memory, last_time, last_day = start.memory, start.time, start.day
    recall, surprise, streak, lapses, review_days = 1.0, 0.0, 0, 0, 1
    failures, failure_average, daily_average = (
        start.failures,
        start.failure_average,
        start.daily_failure_average,
    )
    last_success = longest_success = last_interval = 0.0
    day_failures, day_passes, day_began_failed = start.day_failures, start.day_passes, start.day_began_failed
    for time, rating, day in reviews[1:]:
        if not (AGAIN <= rating <= EASY and last_time <= time < inf and last_day <= day):
            check_review(time, rating, day, after_time=last_time, after_day=last_day)
        failed = 1 if rating == AGAIN else 0
        days = day - last_day
        if days:
            interval = time - last_time
            expected = retrievability(memory, interval)
            review_days += 1
            lapses += failed
            daily_average = daily_average + DAILY_FAILURE_RATE * (failed - daily_average)
            if failed:
                streak, last_success = 0, 0.0
            else:
                streak, last_success = streak + 1, interval
                longest_success = max(longest_success, interval)
            last_interval = interval
            day_failures = day_passes = 0
            day_began_failed = failed
            surprise = SURPRISE_KEPT * surprise + (1 - failed) - expected
        recall = retrievability(memory, days)
        memory = state_after(memory, rating, days, recall)
        failures += failed
        failure_average = failure_average + FAILURE_RATE * (failed - failure_average)
        day_failures += failed
        day_passes += 1 - failed
        last_time, last_day = time, day
    return CardHistory(
        memory=memory,
        retrievability=recall,
        first_time=start.first_time,
        time=last_time,
        day=last_day,
        first_rating=start.first_rating,
        last_rating=rating,
        reviews=len(reviews),
        failures=failures,
        review_days=review_days,
        lapses=lapses,
        failure_average=failure_average,
        daily_failure_average=daily_average,
        streak=streak,
        last_success=last_success,
        longest_success=longest_success,
        last_interval=last_interval,
        day_failures=day_failures,
        day_passes=day_passes,
        day_began_failed=day_began_failed,
        surprise=surprise,
    )
