"""The responses to reviews that were studied."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

import msgspec

from recall_client.remembered_cards import RatedIntervals
from recall_client.reviews import StoredReviews, WrongInput

REJECTED = "rejected"


class StudiedReview(msgspec.Struct, frozen=True, kw_only=True):
    """A review that is stored, and when its card is due then.

    Parameters
    ----------
    event_id : str
        The review's id: by it, the review can be undone.
    card : str
        The card's id.
    status : {"accepted", "repeated"}
        Whether this call stored it, or it was stored already.
    recall_probability : float or None
        The prediction before the review, 0 to 1; None for a card's first review.
    interval_days : float
        Days from the card's last review until recall falls to the target, after all reviews of the list.
    due_at : datetime
        When that is.
    target_recall : float
        The target, between 0 and 1.
    reachable : bool
        Whether recall is still at the target after the shortest interval.
    new : bool
        Whether it is the card's first review.
    highest_recall : float, optional
        Recall after the shortest interval; only if the target can't be reached.
    for_each_rating : RatedIntervals, optional
        When the card would be due after each rating given at `due_at`; only if that was asked for.
    """

    event_id: str
    card: str
    status: Literal["accepted", "repeated"]
    recall_probability: float | None
    interval_days: float
    due_at: datetime
    target_recall: float
    reachable: bool
    new: bool = False
    highest_recall: float | None = None
    for_each_rating: RatedIntervals | None = None


class StudyResults(StoredReviews, frozen=True, kw_only=True):
    """What became of a list of reviews; its other parameters are those of `StoredReviews`.

    Parameters
    ----------
    results : tuple of StudiedReview or None
        One for each review, in the order of the list; None where it was rejected.
    model_version : str, optional
        Version of the models that the service had live; None for an empty list, which isn't sent.
    """

    results: tuple[StudiedReview | None, ...] = ()
    model_version: str | None = None


class RejectedStudy(msgspec.Struct, frozen=True, kw_only=True):
    """A rejected review, as the service writes it."""

    status: Literal["rejected"]
    error: WrongInput


class StudiedPart(msgspec.Struct, frozen=True, kw_only=True):
    """The response to the reviews of one request."""

    results: list[Any]
    accepted: int
    repeated: int
    rejected: int
    model_version: str


def read_studied(body: Any, length: int) -> StudiedPart:
    """Read the response to so many reviews."""
    part = msgspec.convert(body, StudiedPart)
    counted = part.accepted + part.repeated + part.rejected
    if not counted == len(part.results) == length:
        raise msgspec.ValidationError(f"the counts aren't those of {length:,} reviews")
    return msgspec.structs.replace(part, results=[_read_result(one) for one in part.results])


def _read_result(one: Any) -> StudiedReview | RejectedStudy:
    rejected = isinstance(one, dict) and one.get("status") == REJECTED
    return msgspec.convert(one, RejectedStudy) if rejected else msgspec.convert(one, StudiedReview)
