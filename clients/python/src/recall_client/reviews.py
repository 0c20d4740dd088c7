"""Outcomes of reviews: what is sent, and what the service stored of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec


class ReviewOutcome(msgspec.Struct, frozen=True, kw_only=True):
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
        The prediction that was shown, 0 to 1: the model is measured by it. Stored if the live model made it;
        otherwise the live model's own prediction is.
    model_version : str, optional
        The `model_version` of that prediction; without it, it counts as the live model's.
    """

    event_id: str
    learner: str
    card: str
    reviewed_at: datetime
    rating: int
    recall_probability: float | None = None
    model_version: str | None = None


class RejectedReview(msgspec.Struct, frozen=True):
    """A review that is wrong, and so isn't stored.

    Parameters
    ----------
    index : int
        Position of the review in your list, from 0; of an import, that of its card.
    message : str
        What is wrong and what is allowed.
    field : str
        Name of the wrong field, such as ``reviews[3].rating``.
    review : int, optional
        Of an import: position of the review among the card's, from 0.
    """

    index: int
    message: str
    field: str
    review: int | None = None


class StoredReviews(msgspec.Struct, frozen=True, kw_only=True):
    """How many reviews were stored; accepted, repeated and rejected ones add up to those that were sent.

    Parameters
    ----------
    accepted : int
        How many this call stored.
    repeated : int
        How many were stored already, or stood twice in the list.
    rejected : tuple of RejectedReview
        The wrong ones, which are not stored, in the order of the list.
    """

    accepted: int = 0
    repeated: int = 0
    rejected: tuple[RejectedReview, ...] = ()


class WrongInput(msgspec.Struct, frozen=True, kw_only=True):
    """What is wrong with a rejected review, as the service writes it."""

    code: str
    message: str
    field: str


class RejectedInPart(msgspec.Struct, frozen=True, kw_only=True):
    """A rejected review, as the service writes it: `index` is its position in the request."""

    index: int
    error: WrongInput


class StoredPart(msgspec.Struct, frozen=True, kw_only=True):
    """The response to the outcomes of one request."""

    accepted: int
    repeated: int
    rejected: tuple[RejectedInPart, ...]


def read_stored(body: Any, length: int) -> StoredPart:
    """Read the response to so many reviews."""
    stored = msgspec.convert(body, StoredPart)
    indexes = {one.index for one in stored.rejected}
    counted = stored.accepted + stored.repeated + len(stored.rejected)
    if counted != length or len(indexes) != len(stored.rejected) or not indexes <= set(range(length)):
        raise msgspec.ValidationError(f"the counts aren't those of {length:,} reviews")
    return stored


class Tally:
    """What became of the reviews of a list, from the responses to its parts.

    Parameters
    ----------
    event_ids : sequence
        Of each review of the list.
    """

    def __init__(self, event_ids: Sequence[Any]) -> None:
        self._event_ids = event_ids
        self._stored: dict[str, int] = {}  # position of the first review with each id
        self._accepted = self._repeated = 0
        self._rejected: list[RejectedReview] = []

    @property
    def stored(self) -> StoredReviews:
        """What became of them so far."""
        rejected = sorted(self._rejected, key=lambda one: one.index)
        return StoredReviews(accepted=self._accepted, repeated=self._repeated, rejected=tuple(rejected))

    @property
    def right(self) -> int | None:
        """Position of a review that the service took; None before there is one."""
        return next(iter(self._stored.values()), None)

    def add(self, positions: Sequence[int], part: StoredPart, known: int = 0) -> None:
        """Add a part of the list; an id of an earlier part is repeated, as it would be in a single request.

        Parameters
        ----------
        positions : sequence of int
            Position in the list of each review of the part.
        part : StoredPart
            The response to it.
        known : int
            How many reviews of the part were added before.
        """
        wrong = {one.index for one in part.rejected}
        ids = {self._event_ids[at]: at for index, at in enumerate(positions) if index not in wrong}
        again = min(part.accepted, len(ids.keys() & self._stored.keys()))
        self._accepted += part.accepted - again
        self._repeated += part.repeated + again - known
        self._stored = ids | self._stored
        for one in part.rejected:
            sent, listed = f"reviews[{one.index}]", f"reviews[{positions[one.index]}]"
            message, field = (text.replace(sent, listed, 1) for text in (one.error.message, one.error.field))
            self._rejected.append(RejectedReview(positions[one.index], message, field))
