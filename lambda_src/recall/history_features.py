"""A card's review history as 25 numbers.

All of them are taken at the card's last review and none depends on the time since, so a curve that is built
from them falls with time and has a closed inverse. Logarithms of day counts are ln(1 + days).
"""

from __future__ import annotations

from math import log, log1p

from recall.features import failure_share
from recall.memory_state import AGAIN, EASY, HARD

TYPE_CHECKING = False  # `typing` itself costs a cold start 2 ms
if TYPE_CHECKING:
    from recall.card_history import CardHistory

HISTORY_FEATURES = (
    "log_stability",  # FSRS-6, ln days
    "fsrs_difficulty",  # FSRS-6, 1 to 10
    "retrievability",  # FSRS-6's expectation at the last review, 1 for a same-day repeat
    "log_review_days",  # distinct days with reviews
    "logit_failure_share",  # smoothed share of Again, see recall.features.failure_share
    "failure_average",  # moving average of failures over all reviews
    "log_streak",  # successes in a row, one a day
    "log_last_success",  # interval of the last success, 0 after a lapse
    "log_longest_success",  # longest interval that ended in success
    "log_age",  # first to last review
    "log_lapses",  # failures after at least one study day
    "day_failures",  # on the last review day, at most 5
    "day_passes",  # on the last review day, at most 5
    "first_again",
    "first_hard",
    "first_easy",
    "last_again",
    "last_hard",
    "last_easy",
    "log_last_interval",  # between the last two review days
    "day_began_failed",  # the last review day's first review failed
    "daily_failure_average",  # moving average of failures over the days' first reviews
    "single_day",  # there has been one review day only
    "log_reviews",
    "surprise",  # fading sum of outcome − FSRS-6's expectation
)

MOST_REPEATS = 5  # a day with more of them says no more


def history_features(history: CardHistory) -> tuple[float, ...]:
    """Return the values of `HISTORY_FEATURES`, in their order."""
    share = failure_share(history.failures, history.reviews)
    first, last = history.first_rating, history.last_rating
    return (
        log(history.memory.stability),
        history.memory.difficulty,
        history.retrievability,
        log(history.review_days),
        log(share / (1.0 - share)),
        history.failure_average,
        log1p(history.streak),
        log1p(history.last_success),
        log1p(history.longest_success),
        log1p(history.time - history.first_time),
        log1p(history.lapses),
        float(min(history.day_failures, MOST_REPEATS)),
        float(min(history.day_passes, MOST_REPEATS)),
        float(first == AGAIN),
        float(first == HARD),
        float(first == EASY),
        float(last == AGAIN),
        float(last == HARD),
        float(last == EASY),
        log1p(history.last_interval),
        float(history.day_began_failed),
        history.daily_failure_average,
        float(history.review_days == 1),
        log(history.reviews),
        history.surprise,
    )
