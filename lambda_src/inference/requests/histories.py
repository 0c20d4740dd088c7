"""Review histories: checked, put in order, and what they leave behind."""

from __future__ import annotations

from math import floor
from operator import itemgetter

from http_kit.problems import inside, unknown, wrong_list
from inference.history_cards import HistoryCard, NewCard
from inference.requests.review import read_review
from inference.validation import CARDS, REVIEWS
from recall.card_history import history_of
from recall.errors import InvalidInputError
from recall.features import FEATURE_NAMES, SECONDS_PER_DAY

TYPE_CHECKING = False  # `typing` itself costs a cold start 2 ms
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from inference.cards import Card
    from inference.requests.moment import Moment
    from inference.requests.review import Review
    from recall.card_history import CardHistory

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
