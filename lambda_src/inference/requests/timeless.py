"""Cards whose time since the last review doesn't matter: what is asked runs from that review."""

from __future__ import annotations

from inference.requests.histories import read_history
from inference.requests.problems import no_object, unknown
from inference.requests.timestamps import read_past
from inference.validation import REVIEWS, read_three_inputs
from recall.features import DAYS_SINCE_LAST_REVIEW, FEATURE_NAMES

TYPE_CHECKING = False  # `typing` itself costs a cold start 2 ms
if TYPE_CHECKING:
    from typing import Any

    from inference.validation import Card

LAST_REVIEW = "last_review_at"


def read_timeless(
    card: Any, place: str | int, now: float, beside: tuple[str, ...], dated: tuple[str, ...] = ()
) -> tuple[Card, float | None]:
    """Check a card, and return it with the time of its last review, where that is known.

    Parameters
    ----------
    card : JSON value
        In a list, or a body that is a single card.
    place : str or int
        Of the card, for errors.
    now : float
        In seconds since 1970.
    beside : tuple of str
        What may stand beside the fields of a single card.
    dated : tuple of str
        `LAST_REVIEW`, where a card of three inputs may have it.

    Raises
    ------
    InvalidInputError
        Naming the first field that is wrong.
    """
    if type(card) is not dict:
        raise no_object(place, card)
    if REVIEWS in card:
        history = read_history(card, now, place, beside)
        return history, history.last_review
    inputs = {DAYS_SINCE_LAST_REVIEW.name: 0}
    for name, value in card.items():
        if name in FEATURE_NAMES:
            inputs[name] = value
        elif name not in dated and name not in beside:
            raise unknown(name, (*FEATURE_NAMES, *dated, *beside), place)
    last_review = now + read_past(card, LAST_REVIEW, place, now) if LAST_REVIEW in card else None
    return read_three_inputs(inputs, place), last_review
