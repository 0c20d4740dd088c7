"""The result of a list of reviews that was studied in parts: that of a single request."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from recall_client.reviews import RejectedReview, StoredReviews, WrongInput
from recall_client.studied import StudiedPart, StudiedReview, StudyResults

# What a result says of the review; the rest is about its card.
_OF_THE_REVIEW = ("event_id", "status", "recall_probability", "new")


class StudyTally:
    """What became of the reviews of a list, from the responses to its parts.

    Parameters
    ----------
    reviews : int
        Length of the list.
    """

    def __init__(self, reviews: int) -> None:
        self._results: list[StudiedReview | None] = [None] * reviews
        self._rejected: list[RejectedReview] = []
        self._version: str | None = None
        # Of each card, what the service said last, and how many requests had stored a review by then.
        self._cards: dict[str, tuple[StudiedReview, int]] = {}
        self._storing = 0
        self.right: int | None = None  # position of a review that the service took

    @property
    def stored(self) -> StoredReviews:
        """What became of them so far."""
        statuses = [result.status for result in self._results if result]
        return StoredReviews(
            accepted=statuses.count("accepted"),
            repeated=statuses.count("repeated"),
            rejected=tuple(sorted(self._rejected, key=lambda one: one.index)),
        )

    @property
    def results(self) -> StudyResults:
        """What became of all of them, each with its card's interval as of now."""
        stored = msgspec.structs.asdict(self.stored)
        results = tuple(result and self._as_of_now(result) for result in self._results)
        return StudyResults(**stored, results=results, model_version=self._version)

    @property
    def outdated(self) -> list[int]:
        """Positions of reviews, one for each card whose interval is from before another part was stored."""
        old = {card for card, (_, storing) in self._cards.items() if storing < self._storing}
        position_of = {result.card: position for position, result in enumerate(self._results) if result}
        return [position for card, position in position_of.items() if card in old]

    def add(self, positions: Sequence[int], part: StudiedPart, known: int = 0) -> None:
        """Add a part of the list.

        Parameters
        ----------
        positions : sequence of int
            Position in the list of each review of the part.
        part : StudiedPart
            The response to it.
        known : int
            How many reviews of the part, at its start, were added before.
        """
        self._version = part.model_version
        self._storing += part.accepted > 0
        for index, (position, result) in enumerate(zip(positions, part.results, strict=True)):
            if isinstance(result, StudiedReview):
                self._cards[result.card] = result, self._storing
            if index < known:
                continue
            if isinstance(result, StudiedReview):
                self._results[position] = result
                self.right = position
            else:
                self._rejected.append(_renumbered(result.error, index, position))

    def _as_of_now(self, result: StudiedReview) -> StudiedReview:
        latest, _ = self._cards[result.card]
        own = {name: getattr(result, name) for name in _OF_THE_REVIEW}
        return msgspec.structs.replace(latest, **own)


def _renumbered(error: WrongInput, index: int, position: int) -> RejectedReview:
    message, field = (
        text.replace(f"reviews[{index}]", f"reviews[{position}]", 1) for text in (error.message, error.field)
    )
    return RejectedReview(position, message, field)
