"""A card's review history, as what it leaves behind: updated one review at a time.

A part of it is the memory state, what FSRS-6 believes of the card: stability S and difficulty D. The formulas
are FSRS-6's (https://github.com/open-spaced-repetition/fsrs4anki/wiki/The-Algorithm), with the parameters
w₀…w₂₀ that py-fsrs (https://github.com/open-spaced-repetition/py-fsrs) ships as its defaults.
Ratings g are 1 Again, 2 Hard, 3 Good, 4 Easy; t is in whole days; ' marks values after the review::

    R(t) = (1 + F · t/S)^(−w₂₀)                         F = 0.9^(−1/w₂₀) − 1, so that R(S) = 0.9

    first review      S = w_(g−1)                        D = D₀(g) = w₄ − e^(w₅ (g−1)) + 1
    same day          S' = S · e^(w₁₇ (g−3+w₁₈)) · S^(−w₁₉), never below S unless failed
    later, recalled   S' = S · (1 + e^w₈ · (11−D) · S^(−w₉) · (e^(w₁₀ (1−R)) − 1) · w₁₅ if Hard · w₁₆ if Easy)
    later, failed     S' = min(w₁₁ · D^(−w₁₂) · ((S+1)^w₁₃ − 1) · e^(w₁₄ (1−R)), S / e^(w₁₇ w₁₈))
    any but the first D' = w₇ · D₀(4) + (1−w₇) · (D − w₆ (g−3) (10−D)/9)

S is kept within 0.001 and 36,500 days, D within 1 and 10.
"""

from __future__ import annotations

from collections import namedtuple
from math import exp, inf

from recall.errors import InvalidInputError
from recall.features import AGAIN, EASY, GOOD, HARD

TYPE_CHECKING = False  # `typing` and `collections.abc` cost a cold start milliseconds
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import NamedTuple

    class MemoryState(NamedTuple):
        """FSRS-6's memory of a card: stability in days, difficulty from 1 to 10."""

        stability: float
        difficulty: float

else:
    MemoryState = namedtuple("MemoryState", "stability difficulty")

INITIAL_STABILITY = (0.212, 1.2931, 2.3065, 8.2956)  # w₀…w₃, days
INITIAL_DIFFICULTY = 6.4133  # w₄
INITIAL_DIFFICULTY_SLOPE = 0.8334  # w₅
DIFFICULTY_STEP = 3.0194  # w₆
MEAN_REVERSION = 0.001  # w₇
SUCCESS_GROWTH = 1.8722  # w₈
SUCCESS_SATURATION = 0.1666  # w₉
SUCCESS_SPACING = 0.796  # w₁₀
FAILURE_SCALE = 1.4835  # w₁₁
FAILURE_DIFFICULTY = 0.0614  # w₁₂
FAILURE_STABILITY = 0.2629  # w₁₃
FAILURE_SPACING = 1.6483  # w₁₄
HARD_PENALTY = 0.6014  # w₁₅
EASY_BONUS = 1.8729  # w₁₆
SAME_DAY_SLOPE = 0.5425  # w₁₇
SAME_DAY_OFFSET = 0.0912  # w₁₈
SAME_DAY_SATURATION = 0.0658  # w₁₉
DECAY = 0.1542  # w₂₀

MINIMUM_STABILITY, MAXIMUM_STABILITY = 0.001, 36_500.0
MINIMUM_DIFFICULTY, MAXIMUM_DIFFICULTY = 1.0, 10.0

_FACTOR = 0.9 ** (-1.0 / DECAY) - 1.0
_GROWTH = exp(SUCCESS_GROWTH)
_SHORTENED = exp(SAME_DAY_SLOPE * SAME_DAY_OFFSET)
_EASIEST = INITIAL_DIFFICULTY - exp(INITIAL_DIFFICULTY_SLOPE * (EASY - 1)) + 1.0


def retrievability(memory: MemoryState, days: float) -> float:
    """Return R, the probability of recall that FSRS-6 expects after a delay in days (≥ 0)."""
    return float((1.0 + _FACTOR * days / memory.stability) ** -DECAY)


def first_state(rating: int) -> MemoryState:
    """Return the memory after a card's first review, rated 1 to 4."""
    difficulty = INITIAL_DIFFICULTY - exp(INITIAL_DIFFICULTY_SLOPE * (rating - 1)) + 1.0
    return MemoryState(INITIAL_STABILITY[rating - 1], _within_difficulty(difficulty))


def next_state(memory: MemoryState, rating: int, days: int) -> MemoryState:
    """Return the memory after another review.

    Parameters
    ----------
    memory : MemoryState
        After the review before.
    rating : int
        1 to 4.
    days : int
        Study days since the review before; 0 for a repeat on the same day.
    """
    return state_after(memory, rating, days, retrievability(memory, days))


def state_after(memory: MemoryState, rating: int, days: int, recall: float) -> MemoryState:
    """Return what `next_state` does; `recall` is the memory's `retrievability` after these days."""
    if days < 1:
        stability = _after_same_day(memory.stability, rating)
    elif rating == AGAIN:
        stability = _after_failure(memory, recall)
    else:
        stability = _after_success(memory, recall, rating)
    step = -DIFFICULTY_STEP * (rating - GOOD) * (10.0 - memory.difficulty) / 9.0
    difficulty = MEAN_REVERSION * _EASIEST + (1.0 - MEAN_REVERSION) * (memory.difficulty + step)
    stability = min(max(stability, MINIMUM_STABILITY), MAXIMUM_STABILITY)
    return MemoryState(stability, _within_difficulty(difficulty))


def _after_same_day(stability: float, rating: int) -> float:
    growth = exp(SAME_DAY_SLOPE * (rating - GOOD + SAME_DAY_OFFSET)) * float(stability**-SAME_DAY_SATURATION)
    return stability * (growth if rating == AGAIN else max(growth, 1.0))


def _after_success(memory: MemoryState, recall: float, rating: int) -> float:
    growth = _GROWTH * (11.0 - memory.difficulty) * memory.stability**-SUCCESS_SATURATION
    growth *= exp(SUCCESS_SPACING * (1.0 - recall)) - 1.0
    if rating == HARD:
        growth *= HARD_PENALTY
    elif rating == EASY:
        growth *= EASY_BONUS
    return float(memory.stability * (1.0 + growth))


def _after_failure(memory: MemoryState, recall: float) -> float:
    relearned = FAILURE_SCALE * memory.difficulty**-FAILURE_DIFFICULTY
    relearned *= (memory.stability + 1.0) ** FAILURE_STABILITY - 1.0
    relearned *= exp(FAILURE_SPACING * (1.0 - recall))
    return float(min(relearned, memory.stability / _SHORTENED))


def _within_difficulty(difficulty: float) -> float:
    return min(max(difficulty, MINIMUM_DIFFICULTY), MAXIMUM_DIFFICULTY)


# The moving average of failures starts at what is common, and moves by this share of each difference.
COMMON_FAILURES, FAILURE_RATE = 0.15, 0.2
# Days. A night lies between two study days: two reviews that are closer than this belong to one, wherever the
# day's boundary falls.
SHORTEST_NIGHT = 4 / 24


class CardHistory:
    """The history of a card that has been reviewed at least once.

    Parameters
    ----------
    time : float
        When the first review was, in days with fractions, from any origin.
    rating : int
        Its answer: 1 Again, 2 Hard, 3 Good or 4 Easy.
    day : int
        Number of its study day; only differences mean something.
    seconds : float
        How long the answer took, in seconds; 0 if that isn't known.

    Attributes
    ----------
    memory : MemoryState
        What FSRS-6 believes of the card after the last review.
    first_time, time, day : float, float, int
        Times of the first and the last review; study day of the last one.
    rating, seconds : int, float
        The last review's rating, 1 to 4, and how long the answer took, in s; 0 where unknown.
    reviews, failures : int
        All reviews, and how many of them were failed.
    review_days : int
        Distinct study days with a review.
    failure_average : float
        Moving average of failures over all reviews, in (0, 1).
    last_interval : float
        Days between the last two study days' reviews; 0 on the first day.
    day_failures, day_passes : int
        Failed and passed reviews on the last study day.

    Raises
    ------
    InvalidInputError
        If the rating isn't one of the four, or the time isn't finite.
    """

    __slots__ = (
        "day",
        "day_failures",
        "day_passes",
        "failure_average",
        "failures",
        "first_time",
        "last_interval",
        "memory",
        "rating",
        "review_days",
        "reviews",
        "seconds",
        "time",
    )

    def __init__(self, time: float, rating: int, day: int, seconds: float = 0.0) -> None:
        if not (AGAIN <= rating <= EASY and -inf < time < inf):
            raise _wrong_review(rating)
        failed = 1 if rating == AGAIN else 0
        self.memory = first_state(rating)
        self.first_time = self.time = time
        self.day = day
        self.rating = rating
        self.seconds = seconds
        self.reviews = self.review_days = 1
        self.failures = self.day_failures = failed
        self.day_passes = 1 - failed
        self.failure_average = COMMON_FAILURES + FAILURE_RATE * (failed - COMMON_FAILURES)
        self.last_interval = 0.0

    def review(self, time: float, rating: int, day: int, seconds: float = 0.0) -> None:
        """Take in one more review; parameters as of the class.

        Raises
        ------
        InvalidInputError
            If the rating isn't one of the four, the time isn't finite, or time or day lie before the last
            review's.
        """
        interval = time - self.time
        if not (AGAIN <= rating <= EASY and 0.0 <= interval < inf and day >= self.day):
            raise _wrong_review(rating)
        failed = 1 if rating == AGAIN else 0
        days = day - self.day if interval >= SHORTEST_NIGHT else 0
        if days:
            self.review_days += 1
            self.last_interval = interval
            self.day_failures, self.day_passes = failed, 1 - failed
        else:
            self.day_failures += failed
            self.day_passes += 1 - failed
        memory = self.memory
        self.memory = state_after(memory, rating, days, retrievability(memory, days))
        self.time, self.day, self.rating, self.seconds = time, day, rating, seconds
        self.reviews += 1
        self.failures += failed
        self.failure_average += FAILURE_RATE * (failed - self.failure_average)

    def after(self, time: float, rating: int, day: int, seconds: float = 0.0) -> CardHistory:
        """Return the history after one more review, and leave this one as it is; see `review`."""
        copied = CardHistory.__new__(CardHistory)
        for name in self.__slots__:
            setattr(copied, name, getattr(self, name))
        copied.review(time, rating, day, seconds)
        return copied


def history_of(reviews: Iterable[tuple[float, int, int, float]]) -> CardHistory:
    """Return the history after all of a card's reviews.

    Parameters
    ----------
    reviews : iterable of (time, rating, day, seconds)
        In time order, each as `CardHistory` takes it.

    Raises
    ------
    InvalidInputError
        If there are no reviews, or one can't follow the one before.
    """
    remaining = iter(reviews)
    first = next(remaining, None)
    if first is None:
        raise InvalidInputError("reviews", "must hold at least one review")
    history = CardHistory(*first)
    for time, rating, day, seconds in remaining:
        history.review(time, rating, day, seconds)
    return history


def _wrong_review(rating: int) -> InvalidInputError:
    if not AGAIN <= rating <= EASY:
        return InvalidInputError("rating", "must be 1 (Again), 2 (Hard), 3 (Good) or 4 (Easy)")
    return InvalidInputError("time", "must be finite, and time and day not before those of the review before")
