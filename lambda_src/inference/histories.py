"""Review histories: checked, put in order by their moments, and what they leave behind."""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime
from math import floor, inf
from operator import itemgetter

from http_kit.problems import inside, type_name, unknown, wrong, wrong_list
from http_kit.timestamps import ALLOWED, CLOCK_SKEW, OLDEST, parse_timestamp, read_past, read_timestamp
from inference.fields import (
    CARDS,
    DAY_STARTS_AT,
    NOW,
    RATING_ALLOWED,
    REVIEWS,
    TIME_ZONE,
)
from inference.history_cards import HistoryCard, NewCard
from recall.card_history import history_of
from recall.errors import InvalidInputError
from recall.features import DAYS_SINCE_LAST_REVIEW, FEATURE_NAMES, RATINGS, SECONDS_PER_DAY

TYPE_CHECKING = False  # `typing` itself costs a cold start 2 ms
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import tzinfo
    from typing import Any

    from inference.cards import Card
    from recall.card_history import CardHistory

    # Seconds from now (at most `CLOCK_SKEW`), rating, time where it was sent as one, the answer's seconds
    Review = tuple[float, int, datetime | None, float]

# Of IANA's names, such as America/Argentina/Buenos_Aires: no way out of the folder of time zones.
ZONE = r"[A-Za-z][A-Za-z0-9_+-]{0,31}(/[A-Za-z0-9_+-]{1,31}){0,2}"
ZONE_ALLOWED = "must be an IANA time zone, such as Europe/Berlin"
DAY_START = r"([01][0-9]|2[0-3]):[0-5][0-9]"
DAY_START_ALLOWED = "must be a local time from 00:00 to 23:59, such as 04:00"
DEFAULT_DAY_START = 4 * 60  # minutes after midnight
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
        self._now = read_timestamp(body, NOW, "") if NOW in body else None
        # Whole seconds of the clock, rounded up: a review of this very second isn't in the future.
        self.seconds = self._now.timestamp() if self._now else float(int(time.time()) + 1)
        self._zone = _read_zone(body) if TIME_ZONE in body else None
        self._day_start = _read_day_start(body)

    def day_of(self, at: datetime) -> int:
        """Return the number of a time's study day: in the request's time zone, else in its own offset."""
        local = at.astimezone(self._zone) if self._zone else at
        return local.toordinal() - (local.hour * 60 + local.minute < self._day_start)

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


EXAMPLE = '{"days_ago": 3, "rating": 3}'
KNOWN = ("at", "days_ago", "rating", "duration_ms")
MAXIMUM_DURATION = 3_600_000  # milliseconds
DURATION_ALLOWED = f"must be a whole number from 0 (unknown) to {MAXIMUM_DURATION} (milliseconds)"
LONGEST = DAYS_SINCE_LAST_REVIEW.maximum


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
            at = parse_timestamp(review["at"])
            seconds = at.timestamp() - now
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
    raise _wrong_review(review, f"{inside(place, REVIEWS)}[{index}]", now)


def _wrong_review(review: Any, place: str, now: float) -> InvalidInputError:
    """Say what is wrong with a review that can't be read."""
    if type(review) is not dict:
        return InvalidInputError(place, f"must be an object, such as {EXAMPLE}, not {type_name(review)}")
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


MAXIMUM_REVIEWS = 2000
MAXIMUM_REVIEWS_OF_ALL = 100_000
_time = itemgetter(0)


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
