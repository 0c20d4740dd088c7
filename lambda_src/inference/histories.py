"""Cards of which the reviews are known, and new cards: how they are read, and what they offer.

`inference.cards` has those of three inputs, and imports this module when a request sends reviews: `datetime`
and `re` take a cold start 3 ms.
"""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime
from math import floor, inf
from operator import itemgetter

from http_kit.problems import inside, unknown, wrong, wrong_list
from http_kit.timestamps import CLOCK_SKEW, OLDEST, is_timestamp, wrong_timestamp
from inference.fields import DAY_STARTS_AT, HISTORY, NOW, REVIEWS, THREE_INPUTS, TIME_ZONE
from inference.wrong_reviews import MAXIMUM_DURATION, wrong_review
from recall.card_history import CardHistory, history_of
from recall.curve import Curve
from recall.errors import InvalidInputError
from recall.features import AGAIN, FEATURE_NAMES, RATINGS, SECONDS_PER_DAY
from recall.history import history_features
from recall.three_inputs import difficulty_from_share, failure_share

TYPE_CHECKING = False  # `typing` itself costs a cold start 2 ms
if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import tzinfo
    from typing import Any

    from recall.artifact import Artifact
    from recall.learner import LearnerState

    # Seconds from now (at most `CLOCK_SKEW`), rating, time where it was sent as one, the answer's seconds
    Review = tuple[float, int, datetime | None, float]

MAXIMUM_REVIEWS = 2000
# Of IANA's names, such as America/Argentina/Buenos_Aires: no way out of the folder of time zones.
ZONE = r"[A-Za-z][A-Za-z0-9_+-]{0,31}(/[A-Za-z0-9_+-]{1,31}){0,2}"
ZONE_ALLOWED = "must be an IANA time zone, such as Europe/Berlin"
DAY_START = r"([01][0-9]|2[0-3]):[0-5][0-9]"
DAY_START_ALLOWED = "must be a local time from 00:00 to 23:59, such as 04:00"
DEFAULT_DAY_START = 4 * 60  # minutes after midnight
_time = itemgetter(0)
_is_zone = re.compile(ZONE, re.ASCII).fullmatch
_is_day_start = re.compile(DAY_START, re.ASCII).fullmatch


class Moment:
    """The moment to answer for, and where the learner's study days begin.

    Parameters
    ----------
    body : dict
        May hold ``now`` (else the clock's), ``time_zone`` (else what each time's offset says) and
        ``day_starts_at`` (else 04:00).

    Attributes
    ----------
    seconds : float
        Since 1970.

    Raises
    ------
    InvalidInputError
        Naming the first of them that is wrong.
    """

    __slots__ = ("_day_start", "_now", "_zone", "seconds")

    def __init__(self, body: dict[str, Any]) -> None:
        self._now = _parse(body[NOW]) if NOW in body else None
        if NOW in body and self._now is None:
            raise wrong_timestamp(body, NOW, "")
        # Whole seconds of the clock, rounded up: a review of this very second isn't in the future.
        self.seconds = self._now.timestamp() if self._now else float(int(time.time()) + 1)
        self._zone = _read_zone(body) if TIME_ZONE in body else None
        self._day_start = _read_day_start(body)

    def day_of(self, at: datetime) -> int:
        """Return the number of a time's study day: in the request's time zone, else in its own offset."""
        local = at.astimezone(self._zone) if self._zone else at
        return local.toordinal() - (local.hour * 60 + local.minute < self._day_start)

    def shift_of(self, at: datetime) -> int:
        """Return the minutes from UTC to the clock by which a time's study days begin at midnight."""
        offset = (at.astimezone(self._zone) if self._zone else at).utcoffset()
        return (offset.days * 86_400 + offset.seconds) // 60 - self._day_start if offset else -self._day_start

    def day_after(self, seconds: float, zone: tzinfo | None = None) -> int:
        """Return the number of the study day so many seconds after this moment.

        Parameters
        ----------
        seconds : float
            Seconds from the moment to answer for; negative for the past.
        zone : tzinfo, optional
            Time zone of the card's last review, a better sign of where the learner is than ``now``, which a
            server may have sent; by default that of ``now``, or UTC. The request's ``time_zone`` goes first.
        """
        zone = self._zone or zone or (self._now.tzinfo if self._now else UTC)
        return self.day_of(datetime.fromtimestamp(self.seconds + seconds, zone))


# Of a card that was never reviewed: recall is 0 at any time.
NEVER_LEARNED = Curve(0.0, 0.0, inf)


class ReviewedCard:
    """What a card of which the reviews are known offers, whatever its history's times are counted from.

    Attributes
    ----------
    history : CardHistory
        What its reviews left behind.
    inputs : tuple of three float
        The three inputs at the moment to answer for, in the order of `recall.features.FEATURES`.
    last_review : float
        When its last review was, in seconds since 1970.
    """

    __slots__ = ("history", "inputs", "last_review")

    new = False

    history: CardHistory
    inputs: tuple[float, float, float]
    last_review: float

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

    def taught(self, artifact: Artifact, state: LearnerState, *, recalled: bool) -> LearnerState:
        """Return the learner's state after an outcome on a new study day of the card."""
        if artifact.history is None:
            return artifact.three_inputs.learner_after(state, *self.inputs, recalled=recalled)
        features = history_features(self.history)
        return artifact.history.learner_after(state, features, self.inputs[0], recalled=recalled)


class HistoryCard(ReviewedCard):
    """A card whose reviews a request sends.

    Parameters
    ----------
    history : CardHistory
        With times in days from the moment to answer for, so none is above 0.
    moment : Moment
        The one to answer for.
    today : int, optional
        Number of the moment's study day, counted as in the history; worked out when it is needed.
    zone : tzinfo, optional
        Time zone of the last review, to work out `today`.
    """

    __slots__ = ("_moment", "_today", "_zone")

    def __init__(
        self, history: CardHistory, moment: Moment, today: int | None = None, zone: tzinfo | None = None
    ) -> None:
        self.history = history
        self.last_review = moment.seconds + history.time * SECONDS_PER_DAY
        difficulty = difficulty_from_share(failure_share(history.failures, history.reviews))
        self.inputs = (-history.time, history.review_days, difficulty)
        self._moment, self._today, self._zone = moment, today, zone

    def learner_after(self, artifact: Artifact, state: LearnerState, *, recalled: bool) -> LearnerState:
        """Return the learner's state after an outcome now; the same one when it teaches nothing.

        Only a later study day teaches, as in the evaluation: repeats of the same day aren't predicted there.
        """
        if self.today() <= self.history.day:
            return state
        return self.taught(artifact, state, recalled=recalled)

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


def _parse(text: Any) -> datetime | None:
    """Return a time with its offset; None where it isn't RFC 3339."""
    try:
        return datetime.fromisoformat(text.upper()) if is_timestamp(text) else None
    except (TypeError, ValueError):  # no text; no such day
        return None


def _read_zone(body: dict[str, Any]) -> tzinfo:
    from zoneinfo import ZoneInfo  # noqa: PLC0415 - takes 5 ms, and most requests name no time zone

    try:
        return ZoneInfo(_read_text(body, TIME_ZONE, _is_zone, ZONE_ALLOWED))
    except (KeyError, ValueError, OSError) as error:  # unknown, not a time zone's file, a folder
        raise InvalidInputError(TIME_ZONE, f"{ZONE_ALLOWED}; this one is unknown") from error


def _read_day_start(body: dict[str, Any]) -> int:
    """Return when study days begin, in minutes after midnight."""
    if DAY_STARTS_AT not in body:
        return DEFAULT_DAY_START
    text = _read_text(body, DAY_STARTS_AT, _is_day_start, DAY_START_ALLOWED)
    return int(text[:2]) * 60 + int(text[3:])


def _read_text(body: dict[str, Any], name: str, holds: Callable[[str], object], allowed: str) -> str:
    text = body[name]
    if type(text) is not str:
        raise wrong(body, name, allowed, "")
    if not holds(text):
        raise InvalidInputError(name, allowed)
    return text


def read_review(review: Any, now: float, place: str | int, index: int) -> Review:
    """Check a review.

    Parameters
    ----------
    review : JSON value
        An element of a card's ``reviews``.
    now : float
        The moment to answer for, in seconds since 1970.
    place : str or int
        The card's index in the list, or text, for errors.
    index : int
        The review's index in the card's list.

    Raises
    ------
    InvalidInputError
        Naming the first field that is wrong.
    """
    at: datetime | None = None
    duration: Any = 0
    fields = 2
    try:
        rating = review["rating"]
        if "days_ago" in review:
            ago = review["days_ago"]
            seconds = -SECONDS_PER_DAY * ago if type(ago) in (int, float) and ago >= 0 else inf
        else:
            at = _parse(review["at"])
            seconds = at.timestamp() - now if at else inf
        if len(review) > fields:
            duration, fields = review["duration_ms"], 3
            whole = type(duration) is int or (type(duration) is float and duration.is_integer())
            if not whole or not 0 <= duration <= MAXIMUM_DURATION:
                rating = None
    except (KeyError, TypeError, ValueError):
        seconds, rating = inf, None
    if (
        OLDEST <= seconds <= CLOCK_SKEW
        and len(review) == fields
        and type(rating) in (int, float)
        and rating in RATINGS
    ):
        return seconds, int(rating), at, duration / 1000
    raise wrong_review(review, f"{inside(place, REVIEWS)}[{index}]", now)


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
        The card's index in the list, or text, for errors.
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
    read = [read_review(review, moment.seconds, place, index) for index, review in enumerate(reviews)]
    read.sort(key=_time)  # stable: reviews at the same moment keep their order
    return _card(read, moment)


def _card(read: list[Review], moment: Moment) -> HistoryCard:
    """Return the card that reviews in time order leave behind."""
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
    """Return the history after reviews.

    What is later than now by the clock's skew counts as now. Where offsets are mixed, no day counts as one
    before that of an earlier review.
    """
    highest, sequence = days[0], []
    for (seconds, rating, _, duration), day in zip(read, days, strict=True):
        highest = day if day > highest else highest
        sequence.append((min(seconds, 0.0) / SECONDS_PER_DAY, rating, highest, duration))
    return history_of(sequence)


def _check_others(card: dict[str, Any], place: str | int, optional: tuple[str, ...]) -> None:
    """Check what a card holds beside its reviews: what is optional, and nothing else."""
    for name in card:
        if name in FEATURE_NAMES:
            problem = f'is unknown beside "{REVIEWS}": a card is either its reviews or its three inputs'
            raise InvalidInputError(inside(place, name), problem)
        if name != REVIEWS and name not in optional:
            raise unknown(name, (REVIEWS, *optional), place)
