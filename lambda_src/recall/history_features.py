"""A card's review history as ten numbers.

All of them are taken at the card's last review and none depends on the time since, so a curve that is built
from them falls with time and has a closed inverse. Logarithms of day counts are ln(1 + days).
"""

from __future__ import annotations

from math import log, log1p

TYPE_CHECKING = False  # `typing` itself costs a cold start 2 ms
if TYPE_CHECKING:
    from recall.card_history import CardHistory

# Each with the sign that its coefficient in ln S must have: a better answer raises what has a 1 and lowers
# what has a −1; what has a 0 is the same whichever of the four answers was given: its coefficient is free.
SIGNS = {
    "log_stability": 1,  # FSRS-6's, ln days
    "fsrs_difficulty": -1,  # FSRS-6's, 1 to 10
    "failure_average": -1,  # moving average of failures over all reviews, 0 to 1
    "day_failures": -1,  # on the last study day, at most 3
    "day_passes": 1,  # on the last study day, at most 3
    "single_day": 0,  # 1 while there has been one study day only, else 0
    "log_age": 0,  # first to last review
    "log_last_interval": 0,  # between the last two study days
    "log_review_days": 0,  # ln of the number of study days with a review
    "log_last_seconds": 0,  # ln of the last answer's time in units of 7 s, within ±2; 0 where unknown
}
HISTORY_FEATURES = tuple(SIGNS)
LOG_STABILITY, SINGLE_DAY = HISTORY_FEATURES.index("log_stability"), HISTORY_FEATURES.index("single_day")

MOST_REPEATS = 3  # a day with more of them says no more
COMMON_SECONDS, LOG_SECONDS_LIMIT = 7.0, 2.0


def history_features(history: CardHistory) -> tuple[float, ...]:
    """Return the values of `HISTORY_FEATURES`, in their order."""
    memory = history.memory
    failures, passes = history.day_failures, history.day_passes
    review_days, seconds = history.review_days, history.seconds
    return (
        log(memory.stability),
        memory.difficulty,
        history.failure_average,
        float(MOST_REPEATS if failures > MOST_REPEATS else failures),
        float(MOST_REPEATS if passes > MOST_REPEATS else passes),
        1.0 if review_days == 1 else 0.0,
        log1p(history.time - history.first_time),
        log1p(history.last_interval),
        log(review_days),
        _log_seconds(seconds) if seconds else 0.0,
    )


def _log_seconds(seconds: float) -> float:
    return min(max(log(seconds / COMMON_SECONDS), -LOG_SECONDS_LIMIT), LOG_SECONDS_LIMIT)
