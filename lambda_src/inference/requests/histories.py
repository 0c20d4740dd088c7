"""Review histories: checked, sorted, replayed."""

from __future__ import annotations

from math import inf
from operator import itemgetter

from inference.requests.problems import inside, type_name, unknown, wrong, wrong_list, wrong_outcome
from inference.requests.timestamps import ALLOWED, OLDEST, SECONDS_PER_DAY, parse_timestamp, read_past
from inference.validation import CARDS, OUTCOME, REVIEWS, read_three_inputs
from recall.errors import InvalidInputError
from recall.features import DAYS_SINCE_LAST_REVIEW, FEATURE_NAMES, difficulty_from_share, failure_share
from recall.memory_state import AGAIN, EASY
from recall.replay import history_of

TYPE_CHECKING = False  # `typing` itself costs a cold start 2 ms
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from inference.validation import Card
    from recall.card_history import CardHistory

MAXIMUM_REVIEWS = 2000
MAXIMUM_REVIEWS_OF_ALL = 100_000
DAY_STARTS = 4 * 3600  # study days end at 4 a.m. UTC, as in training
REVIEW = '{"days_ago": 3, "rating": 3}'
KNOWN = ("at", "days_ago", "rating")
RATINGS = range(AGAIN, EASY + 1)
LONGEST = DAYS_SINCE_LAST_REVIEW.maximum
ROUNDING = 1e-6  # seconds; a review at 4 a.m. belongs to the day that begins, whatever `now` is
_time = itemgetter(0)


class HistoryCard:
    """A card of which the reviews are known.

    Parameters
    ----------
    history : CardHistory
        With times in days from the moment to answer for, so none is above 0.
    now : float
        That moment, in seconds since 1970.
    """

    __slots__ = ("history", "last_review", "three_inputs")

    def __init__(self, history: CardHistory, now: float) -> None:
        self.history = history
        self.last_review = now + history.time * SECONDS_PER_DAY
        difficulty = difficulty_from_share(failure_share(history.failures, history.reviews))
        self.three_inputs = (-history.time, history.review_days, difficulty)


def read_mixed(cards: list[Any], now: float, optional: tuple[str, ...], *, batch: bool) -> list[Card]:
    """Check cards of either kind; parameters as of `inference.validation.read_cards`."""
    read: list[Card] = []
    for index, card in enumerate(cards):
        place = index if batch else ""
        if type(card) is dict and REVIEWS in card:
            read.append(read_history(card, now, place, optional))
        else:
            read.append(read_three_inputs(card, place, optional))
    check_total(read)
    return read


def check_total(cards: Iterable[Card]) -> None:
    """Refuse more reviews than a call has time for."""
    if sum(card.history.reviews for card in cards if isinstance(card, HistoryCard)) > MAXIMUM_REVIEWS_OF_ALL:
        problem = f"must have at most {MAXIMUM_REVIEWS_OF_ALL} reviews in all; send fewer cards per call"
        raise InvalidInputError(CARDS, problem)


def read_history(
    card: dict[str, Any], now: float, place: str | int, optional: tuple[str, ...] = ()
) -> HistoryCard:
    """Check a card that has ``reviews``.

    Raises
    ------
    InvalidInputError
        Naming the first field that is wrong.
    """
    if len(card) > 1:
        _check_others(card, place, optional)
    reviews = card[REVIEWS]
    if type(reviews) is not list or not 1 <= len(reviews) <= MAXIMUM_REVIEWS:
        raise wrong_list(card, REVIEWS, MAXIMUM_REVIEWS, "reviews", place)
    timed = [_read_review(review, now, place, index) for index, review in enumerate(reviews)]
    timed.sort(key=_time)  # stable: reviews at the same moment keep their order
    start = now - DAY_STARTS + ROUNDING
    sequence = [(s / SECONDS_PER_DAY, rating, int((start + s) // SECONDS_PER_DAY)) for s, rating in timed]
    return HistoryCard(history_of(sequence), now)


def _read_review(review: Any, now: float, place: str | int, index: int) -> tuple[float, int]:
    """Return a review's time, in seconds from now (≤ 0), and its rating."""
    try:
        rating = review["rating"]
        if "days_ago" in review:
            ago = review["days_ago"]
            seconds = -SECONDS_PER_DAY * ago if type(ago) in (int, float) else inf
        else:
            seconds = parse_timestamp(review["at"]) - now
    except (KeyError, TypeError, ValueError):
        seconds, rating = inf, None
    if OLDEST <= seconds <= 0 and len(review) == 2:  # noqa: PLR2004 - its time and its rating
        if type(rating) is int and AGAIN <= rating <= EASY:
            return seconds, rating
        if type(rating) is float and rating in RATINGS:
            return seconds, int(rating)
    raise _wrong_review(review, f"{inside(place, REVIEWS)}[{index}]", now)


def _wrong_review(review: Any, place: str, now: float) -> InvalidInputError:
    """Say what is wrong with a review that can't be read."""
    if type(review) is not dict:
        return InvalidInputError(place, f"must be an object, such as {REVIEW}, not {type_name(review)}")
    if "at" in review and "days_ago" in review:
        return InvalidInputError(f"{place}.days_ago", 'is unknown beside "at"; send one of them')
    stranger = next((name for name in review if name not in KNOWN), None)
    if stranger is not None:
        return unknown(stranger, KNOWN, place)
    rating = wrong(review, "rating", "must be 1 (Again), 2 (Hard), 3 (Good) or 4 (Easy)", place)
    return _wrong_time(review, place, now) or rating


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
    if OUTCOME in card and type(card[OUTCOME]) is not bool:
        raise wrong_outcome(card, place)
