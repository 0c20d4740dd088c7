"""Reviews that were sent go into a learner's cards: each event id of a card once, and while there is room."""

from __future__ import annotations

from collections import namedtuple

from memory.card import Card
from memory.reviews import pack_reviews
from memory.study import Study

TYPE_CHECKING = False  # `typing` itself costs a cold start 2 ms
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import NamedTuple

    from inference.loaded_model import LoadedModel
    from memory.learner import Learner
    from memory.reviews import Review

    class Sent(NamedTuple):
        """A review as a request has it: its place there, its card's id, and the review."""

        place: int
        card: str
        review: Review

    class Taken(NamedTuple):
        """What became of a review.

        Attributes
        ----------
        status : str
            One of `ACCEPTED`, `REPEATED` and `FULL`.
        review : Review
            As the card has it; as it was sent where the card is full.
        card : Card
            As it is after the request.
        """

        status: str
        review: Review
        card: Card

else:
    Sent = namedtuple("Sent", "place card review")
    Taken = namedtuple("Taken", "status review card")

ACCEPTED, REPEATED, FULL = "accepted", "repeated", "full"
MAXIMUM_REVIEWS = 2000  # of a card, and
MAXIMUM_BYTES = 300_000  # of them in its item, which may have 400 KB
SURELY_FIT = 500  # so many reviews can't be too many bytes: an id has 512 at the most


def in_time(sent: Iterable[Sent]) -> list[Sent]:
    """Return reviews in the order in which they are taken in: by time, those of one moment by their ids."""
    return sorted(sent, key=lambda each: (each.review.micros, each.review.event_id))


def take_in(
    learner: Learner,
    cards: dict[str, Card],
    sent: Iterable[Sent],
    model: LoadedModel,
    taken: dict[int, Taken],
) -> dict[str, Card]:
    """Take reviews of a learner in, one after the other, and return the cards that changed, by their ids.

    Parameters
    ----------
    learner : Learner
        Changed in place.
    cards : dict of str to Card
        Those of the reviews' cards that there are; changed in place, and gets the new ones.
    sent : iterable of Sent
        In the order of time.
    model : LoadedModel
        Predicts them, and teaches the learner's state.
    taken : dict of int to Taken
        Gets what became of each review, by its place.
    """
    study = Study(learner, model)
    contents: dict[str, _Contents] = {}
    for place, card_id, review in sent:
        card = cards.setdefault(card_id, Card([], None))
        if card_id not in contents:
            contents[card_id] = _Contents(card)
        content = contents[card_id]
        known = content.by_event.get(review.event_id)
        if known is not None:
            taken[place] = Taken(REPEATED, known, card)
        elif content.is_full():
            taken[place] = Taken(FULL, review, card)
        else:
            accepted = study.take(card_id, card, review)
            content.add(accepted)
            taken[place] = Taken(ACCEPTED, accepted, card)
    study.finish()
    return study.changed


class _Contents:
    """A card's reviews by their event ids, and whether there is room for more of them."""

    __slots__ = ("_bytes", "by_event")

    def __init__(self, card: Card) -> None:
        self.by_event = {review.event_id: review for review in card.reviews}
        self._bytes: int | None = None

    def add(self, review: Review) -> None:
        """Take in one more review."""
        self.by_event[review.event_id] = review
        if self._bytes is not None:
            self._bytes += len(pack_reviews([review]))

    def is_full(self) -> bool:
        """Return whether the card's item can't have one more review."""
        if not SURELY_FIT < len(self.by_event) < MAXIMUM_REVIEWS:
            return len(self.by_event) >= MAXIMUM_REVIEWS
        if self._bytes is None:
            self._bytes = len(pack_reviews(self.by_event.values()))
        return self._bytes > MAXIMUM_BYTES
