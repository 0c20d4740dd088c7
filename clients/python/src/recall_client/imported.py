"""The result of cards that were imported in parts: that of a single request."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import msgspec

from recall_client.reviews import RejectedReview, StoredReviews, WrongInput


class RejectedInImport(msgspec.Struct, frozen=True, kw_only=True):
    """A rejected review, as the service writes it: `card` and `review` are positions in the request."""

    card: int
    review: int
    error: WrongInput


class ImportedPart(msgspec.Struct, frozen=True, kw_only=True):
    """The response to the cards of one request."""

    accepted: int
    repeated: int
    rejected: tuple[RejectedInImport, ...]
    model_version: str


def read_imported(body: Any, length: int) -> ImportedPart:
    """Read the response to so many cards."""
    part = msgspec.convert(body, ImportedPart)
    if not {one.card for one in part.rejected} <= set(range(length)):
        raise msgspec.ValidationError(f"a rejected review isn't one of {length:,} cards")
    return part


class ImportTally:
    """What became of the reviews of cards, from the responses to the parts of the list.

    Parameters
    ----------
    reviews : sequence of int
        Number of reviews of each card of the list.
    """

    def __init__(self, reviews: Sequence[int]) -> None:
        self._reviews = reviews
        self._accepted = self._repeated = 0
        self._rejected: list[RejectedReview] = []
        self.right: int | None = None  # position of a card of which the service took a review

    @property
    def stored(self) -> StoredReviews:
        """What became of them so far."""
        rejected = sorted(self._rejected, key=lambda one: (one.index, one.review))
        return StoredReviews(accepted=self._accepted, repeated=self._repeated, rejected=tuple(rejected))

    def add(self, positions: Sequence[int], part: ImportedPart, known: int = 0) -> None:
        """Add a part of the list.

        Parameters
        ----------
        positions : sequence of int
            Position in the list of each card of the part.
        part : ImportedPart
            The response to it.
        known : int
            How many cards of the part, at its start, were added before.
        """
        wrong = Counter(one.card for one in part.rejected)
        taken = [self._reviews[position] - wrong[index] for index, position in enumerate(positions)]
        self._accepted += part.accepted
        self._repeated += part.repeated - sum(taken[:known])
        self.right = next((at for at, count in zip(positions, taken, strict=True) if count), self.right)
        for one in part.rejected:
            if one.card < known:
                continue
            position = positions[one.card]
            sent, listed = f"cards[{one.card}]", f"cards[{position}]"
            message, field = (text.replace(sent, listed, 1) for text in (one.error.message, one.error.field))
            self._rejected.append(RejectedReview(position, message, field, one.review))
