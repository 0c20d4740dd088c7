"""Outcomes of reviews: what is sent, and what became of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from recall_client.batches import Part, PlacedCard, split
from recall_client.cards import text_of
from recall_client.errors import ApiError
from recall_client.exchange import Retries, Work, exchange

REVIEWS = "/v1/reviews"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewOutcome:
    """A review and how it went.

    Parameters
    ----------
    event_id : str
        Of this review; however often it is sent, it is stored once.
    learner, card : str
        Ids of your own: 1 to 128 characters, no control characters; not a name or an address of a person.
    reviewed_at : datetime
        With a time zone.
    rating : int
        1 Again, 2 Hard, 3 Good, 4 Easy.
    recall_probability : float, optional
        The prediction that was shown: the model is measured by it.
    model_version : str, optional
        That stood beside the prediction.
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
        Its place in your list.
    message : str
        What is wrong and what is allowed.
    field : str
        Such as ``reviews[3].rating``.
    """

    index: int
    message: str
    field: str


@dataclass(frozen=True, slots=True)
class StoredReviews:
    """What became of each review; the three together are as many as were sent.

    Parameters
    ----------
    accepted : int
        Stored by this call.
    repeated : int
        Stored already, or twice in the list.
    rejected : tuple of RejectedReview
        Not stored.
    """

    accepted: int
    repeated: int
    rejected: tuple[RejectedReview, ...]


def send_reviews(retries: Retries, outcomes: Iterable[ReviewOutcome]) -> Work[StoredReviews]:
    """Send reviews, in as many calls as it takes."""
    accepted, repeated, rejected = 0, 0, []
    listed = [PlacedCard(position, text_of(outcome), 0) for position, outcome in enumerate(outcomes)]
    for part in split(listed, {}):
        answer = yield from _send(retries, part)
        accepted += answer["accepted"]
        repeated += answer["repeated"]
        rejected += [_rejected(one, part) for one in answer["rejected"]]
    return StoredReviews(accepted, repeated, tuple(rejected))


def _send(retries: Retries, part: Part) -> Work[Any]:
    try:
        return (yield from exchange(retries, "POST", REVIEWS, f'{{"reviews":[{_listed(part)}]}}'))
    except ApiError as error:
        error.renumber([review.position for review in part])
        raise


def _listed(part: Part) -> str:
    return ",".join(review.text for review in part)


def _rejected(rejected: Mapping[str, Any], part: Part) -> RejectedReview:
    index, error = part[rejected["index"]].position, rejected["error"]
    here, theirs = f"reviews[{rejected['index']}]", f"reviews[{index}]"
    message, field = (error[name].replace(here, theirs, 1) for name in ("message", "field"))
    return RejectedReview(index, message, field)
