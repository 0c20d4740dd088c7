"""The serving core makes the table's rows: what it knew before and after each review, written down once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from lake.schema import BEFORE, STATE
from memory.card import after, days_of
from memory.reviews import EPOCH, Review
from recall.card_history import CardHistory
from recall.features import DAYS_SINCE_LAST_REVIEW, REVIEW_COUNT
from recall.history import history_features

UNKNOWN_STATE = (None,) * len(STATE)
NOTHING_BEFORE = (None,) * len(BEFORE)
# A review that comes later was imported: nobody was shown the prediction that the memory made of it, and the
# model may have been trained on it.
COMES_WITHIN = timedelta(days=7)

Row = tuple[Any, ...]
"""A value for each of `lake.schema.COLUMNS`, in their order."""


class Added(NamedTuple):
    """A review that a card got.

    Attributes
    ----------
    review : memory.reviews.Review
        As the memory keeps it.
    received_at : datetime
        When the service took it, aware of its time zone.
    model_version : str or None
        The model that predicted it; None where nobody was shown a prediction: then the row has none.
    state : tuple of 7 float or None
        `recall.learner.certainty` and the mean of the learner's state before it; None where unknown.
    """

    review: Review
    received_at: datetime
    model_version: str | None = None
    state: tuple[float, ...] | None = None


class Around(NamedTuple):
    """What the core knew around a review.

    Attributes
    ----------
    study_day : int
        The review's, never before that of the card's review before.
    scored : bool
        Whether it was on a later study day than the card's review before.
    before : tuple
        A value for each of `lake.schema.BEFORE`; all None of a card's first review.
    after : tuple
        A value for each of `lake.schema.AFTER`.
    """

    study_day: int
    scored: bool
    before: tuple[Any, ...]
    after: tuple[Any, ...]


def version_shown(review: Review, received_at: datetime, version: str) -> str | None:
    """Return the model whose prediction of a review somebody may have been shown; None if there is none.

    Parameters
    ----------
    review : Review
        With the probability that was predicted, if any.
    received_at : datetime
        When the service took it, aware of its time zone.
    version : str
        The model that predicted it; empty if none did.
    """
    if review.probability is None or received_at - time_of(review) > COMES_WITHIN:
        return None
    return version or None


def time_of(review: Review) -> datetime:
    """Return when a review was, in UTC."""
    return EPOCH + timedelta(microseconds=review.micros)


def rows_of_card(learner: str, card: str, before: Iterable[Review], added: Iterable[Added]) -> list[Row]:
    """Return the rows of the reviews that a card got, by time.

    Parameters
    ----------
    learner, card : str
        The caller's ids.
    before : iterable of Review
        The reviews that the card had, without the added ones.
    added : iterable of Added
        In any order. A late one meets the history of those before it in time.
    """
    new = {each.review: each for each in added}
    reviews = sorted([*before, *new])
    return [
        _row(learner, card, new[review], around)
        for review, around in zip(reviews, follow(reviews), strict=True)
        if review in new
    ]


def follow(reviews: Sequence[Review]) -> Iterator[Around]:
    """Yield what the core knew around each of a card's reviews, which are in the order of time."""
    history: CardHistory | None = None
    features: tuple[float, ...] = ()
    for review in reviews:
        known = history
        history = after(known, review)
        values = NOTHING_BEFORE if known is None else (*_counted(known, review), *features)
        features = history_features(history)
        counts = (_within_bounds(history.review_days), history.failures, history.reviews)
        scored = known is not None and history.day > known.day
        yield Around(history.day, scored, values, (*features, *counts))


def _counted(history: CardHistory, review: Review) -> tuple[float, int, int, int]:
    days = min(days_of(review) - history.time, float(DAYS_SINCE_LAST_REVIEW.maximum))
    return days, _within_bounds(history.review_days), history.failures, history.reviews


def _within_bounds(review_days: int) -> int:
    return min(review_days, REVIEW_COUNT.maximum)


def _row(learner: str, card: str, added: Added, around: Around) -> Row:
    review, received_at, version, state = added
    probability = None if version is None else review.probability
    reviewed_at = time_of(review)
    return (
        *(review.event_id, learner, card, reviewed_at.date(), reviewed_at),
        *(received_at.astimezone(UTC), review.rating, review.duration_ms),
        *(probability, None if probability is None else version),
        *(around.study_day, around.scored),
        *around.before,
        *(state or UNKNOWN_STATE),
        *around.after,
    )
