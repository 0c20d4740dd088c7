"""Outcomes of reviews: how they are sent, and which of them the service stored."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from recall_client.batches import Element, Part, post, split
from recall_client.cards import text_of
from recall_client.exchange import Retries, Work
from recall_client.responses import Json

REVIEWS = "/v1/reviews"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewOutcome:
    """A review and how it went.

    Parameters
    ----------
    event_id : str
        Unique id of the review; however often it is sent, it is stored once.
    learner, card : str
        Ids of your own: 1 to 128 characters, no control characters; not a name or an address of a person.
    reviewed_at : datetime
        When the review took place, with a time zone.
    rating : int
        1 Again, 2 Hard, 3 Good, 4 Easy.
    recall_probability : float, optional
        The prediction that was shown, 0 to 1: the model is measured by it.
    model_version : str, optional
        The `model_version` of that prediction.
    """

    event_id: str
    learner: str
    card: str
    reviewed_at: datetime
    rating: int
    recall_probability: float | None = None
    model_version: str | None = None


@dataclass(frozen=True, slots=True)
class RejectedReview:
    """A review that is wrong, and so isn't stored.

    Parameters
    ----------
    index : int
        Position of the review in your list, from 0.
    message : str
        What is wrong and what is allowed.
    field : str
        Name of the wrong field, such as ``reviews[3].rating``.
    """

    index: int
    message: str
    field: str


@dataclass(frozen=True, slots=True)
class StoredReviews:
    """How many reviews were stored; accepted, repeated and rejected ones add up to those that were sent.

    Parameters
    ----------
    accepted : int
        How many this call stored.
    repeated : int
        How many were stored already, or stood twice in the list.
    rejected : tuple of RejectedReview
        The wrong ones, which are not stored.
    """

    accepted: int
    repeated: int
    rejected: tuple[RejectedReview, ...]


def send_reviews(retries: Retries, outcomes: Iterable[ReviewOutcome]) -> Work[StoredReviews]:
    """Send review outcomes, in as many calls as their number requires."""
    accepted, repeated, rejected = 0, 0, []
    listed = [Element(position, text_of(outcome), 0) for position, outcome in enumerate(outcomes)]
    for part in split(listed, {}):
        response = yield from post(retries, REVIEWS, "reviews", part, {})
        accepted += response["accepted"]
        repeated += response["repeated"]
        rejected += [_rejected(one, part) for one in response["rejected"]]
    return StoredReviews(accepted, repeated, tuple(rejected))


def _rejected(rejected: Json, part: Part) -> RejectedReview:
    """Return a rejected review, named by its position in the caller's list."""
    index, error = part[rejected["index"]].position, rejected["error"]
    sent, listed = f"reviews[{rejected['index']}]", f"reviews[{index}]"
    message, field = (error[name].replace(sent, listed, 1) for name in ("message", "field"))
    return RejectedReview(index, message, field)
