"""Review histories: checked, put in order, and what they leave behind."""

from __future__ import annotations

from math import floor, inf
from operator import itemgetter

from inference.cards import HISTORY, THREE_INPUTS
from inference.requests.outcomes import RATING_ALLOWED, RATINGS
from inference.requests.problems import inside, type_name, unknown, wrong, wrong_list
from inference.requests.timestamps import (
    ALLOWED,
    CLOCK_SKEW,
    OLDEST,
    SECONDS_PER_DAY,
    parse_timestamp,
    read_past,
)
from inference.validation import CARDS, REVIEWS
from recall.card_history import CardHistory, history_of
from recall.curve import Curve
from recall.errors import InvalidInputError
from recall.features import DAYS_SINCE_LAST_REVIEW, FEATURE_NAMES, difficulty_from_share, failure_share
from recall.history_features import history_features
from recall.memory_state import AGAIN

TYPE_CHECKING = False  # `typing` itself costs a cold start 2 ms
if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime, tzinfo
    from typing import Any

    from inference.cards import Card
    from inference.requests.moment import Moment
    from recall.artifact import Artifact
    from recall.learner import LearnerState

    # Seconds from now (≤ 0), rating, time where it was sent as one, and the answer's duration in seconds
    Review = tuple[float, int, datetime | None, float]

MAXIMUM_REVIEWS = 2000
MAXIMUM_REVIEWS_OF_ALL = 100_000
REVIEW = '{"days_ago": 3, "rating": 3}'
KNOWN = ("at", "days_ago", "rating", "duration_ms")
MAXIMUM_DURATION = 3_600_000  # milliseconds
DURATION_ALLOWED = f"must be a whole number from 0 (unknown) to {MAXIMUM_DURATION} (milliseconds)"
LONGEST = DAYS_SINCE_LAST_REVIEW.maximum
# Of a card that was never reviewed: recall is 0 at any time.
NEVER_LEARNED = Curve(0.0, 0.0, inf)
_time = itemgetter(0)


class HistoryCard:
    """A card of which the reviews are known.

    Parameters
    ----------
    history : CardHistory
        With times in days from the moment to answer for, so none is above 0.
    moment : Moment
        The one to answer for.
    today : int, optional
        Number of the moment's study day, in the count of the history's; worked out when it is needed.
    zone : tzinfo, optional
        Of the last review, for that.
    """

    __slots__ = ("_moment", "_today", "_zone", "history", "inputs", "last_review")

    new = False

    def __init__(
        self, history: CardHistory, moment: Moment, today: int | None = None, zone: tzinfo | None = None
    ) -> None:
        self.history = history
        self.last_review = moment.seconds + history.time * SECONDS_PER_DAY
        difficulty = difficulty_from_share(failure_share(history.failures, history.reviews))
        self.inputs = (-history.time, history.review_days, difficulty)
        self._moment, self._today, self._zone = moment, today, zone

    @property
    def failed_last(self) -> bool:
        """Whether the last answer was Again."""
        return self.history.rating == AGAIN

    def model_part(self, artifact: Artifact | None) -> str:
        """Return which part of the model answers: ``history`` where the model has that part."""
        return HISTORY if artifact is not None and artifact.history is not None else THREE_INPUTS

    def curve(self, artifact: Artifact, state: LearnerState) -> Curve:
        """Return the card's forgetting curve, for a learner of this state."""
        if artifact.history is not None:
            return artifact.history.curve(history_features(self.history), state)
        _, review_count, difficulty = self.inputs
        return artifact.three_inputs.curve(review_count, difficulty, state)

    def learner_after(self, artifact: Artifact, state: LearnerState, *, recalled: bool) -> LearnerState:
        """Return the learner's state after an outcome now; the same one when it teaches nothing.

        A model learns the recall of a new study day only: repeats of the same day aren't predicted.
        """
        if not self.history.is_new_day(0.0, self.today()):
            return state
        if artifact.history is None:
            return artifact.three_inputs.learner_after(state, *self.inputs, recalled=recalled)
        features = history_features(self.history)
        return artifact.history.learner_after(state, features, self.inputs[0], recalled=recalled)

    def answered(self, rating: int) -> HistoryCard:
        """Return the card after one more review, now, rated 1 to 4."""
        today = self.today()
        return HistoryCard(self.history.after(0.0, rating, today), self._moment, today)

    def today(self) -> int:
        """Return the number of the moment's study day, not before that of the last review."""
        if self._today is None:
            self._today = max(self.history.day, self._moment.day_after(0.0, self._zone))
        return self._today


class NewCard:
    """A card that was never reviewed.

    Parameters
    ----------
    moment : Moment
        The one to answer for: its intervals run from there.
    """

    __slots__ = ("_moment", "last_review")

    failed_last = new = True
    inputs = None

    def __init__(self, moment: Moment) -> None:
        self._moment = moment
        self.last_review = moment.seconds

    def model_part(self, _artifact: Artifact | None) -> str:
        """Return ``history``: it is empty."""
        return HISTORY

    def curve(self, _artifact: Artifact, _state: LearnerState) -> Curve:
        """Return the curve of what was never learned, 0 at any time."""
        return NEVER_LEARNED

    def learner_after(self, _artifact: Artifact, state: LearnerState, *, recalled: bool) -> LearnerState:  # noqa: ARG002 - as of every card
        """Return the learner's state as it is: a first answer isn't recall."""
        return state

    def answered(self, rating: int) -> HistoryCard:
        """Return the card after its first review, now, rated 1 to 4."""
        return HistoryCard(CardHistory(0.0, rating, 0), self._moment, 0)


def check_total(cards: Iterable[Card]) -> None:
    """Refuse more reviews than a call has time for."""
    if sum(card.history.reviews for card in cards if isinstance(card, HistoryCard)) > MAXIMUM_REVIEWS_OF_ALL:
        problem = f"must have at most {MAXIMUM_REVIEWS_OF_ALL} reviews in all; send fewer cards per call"
        raise InvalidInputError(CARDS, problem)


def read_history(
    card: dict[str, Any], moment: Moment, place: str | int, optional: tuple[str, ...] = ()
) -> HistoryCard | NewCard:
    """Check a card that has ``reviews``.

    Parameters
    ----------
    card : dict
        With ``reviews``; an empty list is a new card.
    moment : Moment
        The one to answer for.
    place : str or int
        Of the card, for errors.
    optional : tuple of str
        What it may hold beside its reviews.

    Raises
    ------
    InvalidInputError
        Naming the first field that is wrong.
    """
    if len(card) > 1:
        _check_others(card, place, optional)
    reviews = card[REVIEWS]
    if type(reviews) is not list or len(reviews) > MAXIMUM_REVIEWS:
        raise wrong_list(card, REVIEWS, MAXIMUM_REVIEWS, "reviews", place, least=0)
    if not reviews:
        return NewCard(moment)
    now = moment.seconds
    read = [_read_review(review, now, place, index) for index, review in enumerate(reviews)]
    read.sort(key=_time)  # stable: reviews at the same moment keep their order
    dated = [at for _, _, at, _ in read if at is not None]
    if not dated:
        # The present is noon of day 0, so that the hour of the call doesn't matter.
        days = [floor(0.5 + seconds / SECONDS_PER_DAY) for seconds, _, _, _ in read]
        return HistoryCard(_history(read, days), moment, 0)
    days = [
        moment.day_after(seconds, dated[-1].tzinfo) if at is None else moment.day_of(at)
        for seconds, _, at, _ in read
    ]
    return HistoryCard(_history(read, days), moment, zone=dated[-1].tzinfo)


def _history(read: list[Review], days: list[int]) -> CardHistory:
    """Return the history after reviews; where offsets are mixed, a day never counts as an earlier one."""
    highest, sequence = days[0], []
    for (seconds, rating, _, duration), day in zip(read, days, strict=True):
        highest = day if day > highest else highest
        sequence.append((seconds / SECONDS_PER_DAY, rating, highest, duration))
    return history_of(sequence)


def _read_review(review: Any, now: float, place: str | int, index: int) -> Review:
    at: datetime | None = None
    duration: Any = 0
    fields = 2
    try:
        rating = review["rating"]
        if "days_ago" in review:
            ago = review["days_ago"]
            seconds = -SECONDS_PER_DAY * ago if type(ago) in (int, float) and ago >= 0 else inf
        else:
            at = parse_timestamp(review["at"])
            seconds = at.timestamp() - now
            if 0 < seconds <= CLOCK_SKEW:
                seconds = 0.0
        if len(review) > fields:
            duration, fields = review["duration_ms"], 3
            whole = type(duration) is int or (type(duration) is float and duration.is_integer())
            if not whole or not 0 <= duration <= MAXIMUM_DURATION:
                rating = None
    except (KeyError, TypeError, ValueError):
        seconds, rating = inf, None
    if (
        OLDEST <= seconds <= 0
        and len(review) == fields
        and type(rating) in (int, float)
        and rating in RATINGS
    ):
        return seconds, int(rating), at, duration / 1000
    raise _wrong_review(review, f"{inside(place, REVIEWS)}[{index}]", now)


def _wrong_review(review: Any, place: str, now: float) -> InvalidInputError:
    """Say what is wrong with a review that can't be read."""
    if type(review) is not dict:
        return InvalidInputError(place, f"must be an object, such as {REVIEW}, not {type_name(review)}")
    if "at" in review and "days_ago" in review:
        return InvalidInputError(f"{place}.days_ago", 'is unknown beside "at"; send one of them')
    unknown_name = next((name for name in review if name not in KNOWN), None)
    if unknown_name is not None:
        return unknown(unknown_name, KNOWN, place)
    if (error := _wrong_time(review, place, now)) is not None:
        return error
    rating: Any = review.get("rating")
    if type(rating) in (int, float) and rating in RATINGS:
        return wrong(review, "duration_ms", DURATION_ALLOWED, place)
    return wrong(review, "rating", RATING_ALLOWED, place)


def _wrong_time(review: dict[str, Any], place: str, now: float) -> InvalidInputError | None:
    if "days_ago" in review:
        ago = review["days_ago"]
        if type(ago) in (int, float) and 0 <= ago <= LONGEST:
            return None
        return wrong(review, "days_ago", f"must be a number from 0 to {LONGEST} (days)", place)
    if "at" not in review:
        return wrong(review, "at", f"{ALLOWED}; or send days_ago", place)
    try:
        read_past(review, "at", place, now)
    except InvalidInputError as error:
        return error
    return None


def _check_others(card: dict[str, Any], place: str | int, optional: tuple[str, ...]) -> None:
    """Check what a card holds beside its reviews: what is optional, and nothing else."""
    for name in card:
        if name in FEATURE_NAMES:
            problem = f'is unknown beside "{REVIEWS}": a card is either its reviews or its three inputs'
            raise InvalidInputError(inside(place, name), problem)
        if name != REVIEWS and name not in optional:
            raise unknown(name, (REVIEWS, *optional), place)
