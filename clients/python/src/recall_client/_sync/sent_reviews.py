"""Sending reviews: the same result as of a single request, however many it takes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Any, Generic, Literal, NamedTuple, Protocol, TypeVar

from recall_client._sync.connection import Connection
from recall_client.batches import OUTCOMES_PER_CALL, REVIEWS_PER_CALL, Element, Part, elements, split
from recall_client.errors import InvalidInputError, RecallError
from recall_client.exchange import Deadline
from recall_client.reviews import ReviewOutcome, StoredReviews, Tally, read_stored

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)
T_contra = TypeVar("T_contra", contravariant=True)


class ReadsPart(Protocol[T_co]):
    """Reads the response to a part of a list."""

    def __call__(self, body: Any, length: int) -> T_co:
        """Return what the JSON of the response to so many elements says."""


class Destination(NamedTuple):
    """The call that takes reviews.

    Parameters
    ----------
    path : str
        Its path.
    options : dict of str to JSON value
        The other fields of its body.
    name : {"reviews", "cards"}
        The field of the list.
    per_call : int
        How many elements a list may have.
    reviews_per_call : int
        How many reviews its cards may have in all.
    """

    path: str
    options: dict[str, Any]
    name: Literal["reviews", "cards"] = "reviews"
    per_call: int = OUTCOMES_PER_CALL
    reviews_per_call: int = REVIEWS_PER_CALL

    def parts(self, listed: Part, right: Part = ()) -> list[Part]:
        """Return the parts of a list, each with room for what is to stand before it."""
        reserved = sum(len(element.text) for element in right)
        reviews = self.reviews_per_call - sum(element.reviews for element in right)
        parts = split(listed, self.options, self.per_call - len(right), reserved, reviews)
        return [[*right, *part] for part in parts]


class KeepsTally(Protocol[T_contra]):
    """Adds up the responses to the parts of a list."""

    @property
    def stored(self) -> StoredReviews:
        """What became of the reviews so far."""

    @property
    def right(self) -> int | None:
        """Position of a review that the service took; None before there is one."""

    def add(self, positions: Sequence[int], part: T_contra, known: int = 0) -> None:
        """Add the response to a part, of which the first `known` reviews were added before."""


def send_reviews(
    connection: Connection, outcomes: Iterable[ReviewOutcome | Mapping[str, Any]]
) -> StoredReviews:
    """Send review outcomes, in as many requests as their number requires.

    Raises
    ------
    RecallError
        Whose `stored` says what became of the parts before.
    """
    listed = list(outcomes)
    tally = Tally([one.get("event_id") if isinstance(one, Mapping) else one.event_id for one in listed])
    try:
        Sender(connection, Destination("/v1/reviews", {}), read_stored, tally).send(elements(listed))
    except RecallError as error:
        error.stored = tally.stored
        raise
    return tally.stored


class Sender(Generic[T]):
    """Sends the parts of a list of reviews and keeps a tally.

    Parameters
    ----------
    connection : AsyncConnection
        The service.
    to : Destination
        The call.
    read : callable
        Turns the JSON of a response to a list of this length into what the tally adds.
    tally : KeepsTally
        Adds them up.
    """

    def __init__(
        self,
        connection: Connection,
        to: Destination,
        read: ReadsPart[T],
        tally: KeepsTally[T],
    ) -> None:
        self._connection = connection
        self._deadline = Deadline(connection.timeout)
        self._to = to
        self._read = read
        self._tally = tally

    def send(self, listed: Sequence[Element]) -> None:
        """Send a list."""
        # The service refuses a request of which every review is wrong, and names the first. As a part of a
        # list with a right one, each would be rejected by name: so such a part is sent with a right one.
        refused: list[tuple[Part, InvalidInputError]] = []
        for part in self._to.parts(listed):
            try:
                self._add(part)
            except InvalidInputError as error:
                if not (error.field or "").startswith(f"{self._to.name}["):
                    raise
                refused.append((part, error))
        right = [element for element in listed if element.position == self._tally.right]
        if refused and not right:
            raise refused[0][1]
        for part, _ in refused:
            for smaller in self._to.parts(part, right):
                self._add(smaller, known=1)

    def send_again(self, stored: Part) -> None:
        """Send reviews that are stored already: what the service says of their cards now counts."""
        for part in self._to.parts(stored):
            self._add(part, known=len(part))

    def _add(self, part: Part, known: int = 0) -> None:
        to = self._to
        read = partial(self._read, length=len(part))
        response = self._connection.post(to.path, to.name, part, to.options, read, self._deadline)
        self._tally.add([element.position for element in part], response, known)
