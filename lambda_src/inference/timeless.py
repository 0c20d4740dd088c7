"""Cards whose time since the last review doesn't matter: what is answered runs from that review."""

from __future__ import annotations

from http_kit.problems import no_object
from http_kit.timestamps import read_past
from inference.cards import ThreeInputCard, read_three_inputs
from inference.fields import EXAMPLE, RATING, RECALLED, REVIEWS
from inference.histories import read_history
from recall.features import DAYS_SINCE_LAST_REVIEW

TYPE_CHECKING = False  # `typing` itself costs a cold start 2 ms
if TYPE_CHECKING:
    from typing import Any

    from inference.cards import Card
    from inference.histories import Moment

LAST_REVIEW = "last_review_at"
DAYS = DAYS_SINCE_LAST_REVIEW.name
# Whatever the card's state is now: 0 days are in no answer.
ANY_DAYS = {DAYS: 0}


def read_timeless(card: dict[str, Any], place: str | int, moment: Moment, beside: tuple[str, ...]) -> Card:
    """Check a card of which the curve is wanted.

    Parameters
    ----------
    card : dict
        A body that is a single card.
    place : str or int
        The card's index in the list, or text, for errors.
    moment : Moment
        The one to answer for.
    beside : tuple of str
        What may stand beside the fields of a single card.

    Raises
    ------
    InvalidInputError
        Naming the first field that is wrong.
    """
    if REVIEWS in card:
        return read_history(card, moment, place, beside)
    return read_three_inputs(ANY_DAYS | card, place, beside)


def read_to_schedule(card: Any, place: str | int, moment: Moment, beside: tuple[str, ...]) -> Card:
    """Check a card to schedule; parameters as of `read_timeless`.

    It may have its outcome: ``rating`` beside reviews, ``recalled`` beside three inputs. These may have the
    time of their last review.
    """
    if type(card) is not dict:
        raise no_object(place, card, EXAMPLE)
    if REVIEWS in card:
        return read_history(card, moment, place, (RATING, *beside))
    # An outcome teaches by how long after the last review it came.
    inputs = card if RECALLED in card else ANY_DAYS | card
    read = read_three_inputs(inputs, place, (RECALLED, LAST_REVIEW, *beside))
    if LAST_REVIEW not in card:
        return read
    ago = read_past(card, LAST_REVIEW, place, moment.seconds)
    return ThreeInputCard(read.inputs, moment.seconds + ago)
