"""A card's review history, as what it leaves behind: updated one review at a time."""

from __future__ import annotations

from math import inf

from recall.errors import InvalidInputError
from recall.memory_state import AGAIN, EASY, first_state, retrievability, state_after

TYPE_CHECKING = False  # `typing` and `collections.abc` cost a cold start milliseconds
if TYPE_CHECKING:
    from collections.abc import Iterable

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

    def is_new_day(self, time: float, day: int) -> bool:
        """Return whether a review now would begin another study day of the card."""
        return day > self.day and time - self.time >= SHORTEST_NIGHT

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
