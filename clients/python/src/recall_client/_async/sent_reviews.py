"""Sending review outcomes: the same result as of a single request, however many it takes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

from recall_client._async.connection import AsyncConnection
from recall_client.batches import OUTCOMES_PER_CALL, Element, Part, elements, split
from recall_client.errors import InvalidInputError, RecallError
from recall_client.exchange import Deadline
from recall_client.reviews import ReviewOutcome, StoredPart, StoredReviews, Tally, read_stored

REVIEWS = "/v1/reviews"


async def send_reviews(
    connection: AsyncConnection, outcomes: Iterable[ReviewOutcome | Mapping[str, Any]]
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
        await _Sender(connection, tally).send(elements(listed))
    except RecallError as error:
        error.stored = tally.stored
        raise
    return tally.stored


class _Sender:
    """Sends the parts of a list and keeps a tally."""

    def __init__(self, connection: AsyncConnection, tally: Tally) -> None:
        self._connection = connection
        self._deadline = Deadline(connection.timeout)
        self._tally = tally

    async def send(self, listed: list[Element]) -> None:
        """Send a list.

        The service refuses a request of which every review is wrong, and names the first. As a part of a list
        with a right one, each of them would be rejected by name: so such a part is sent with a right one.
        """
        refused: list[tuple[Part, InvalidInputError]] = []
        for part in split(listed, {}, OUTCOMES_PER_CALL):
            try:
                response = await self._post(part)
            except InvalidInputError as error:
                if not (error.field or "").startswith("reviews["):
                    raise
                refused.append((part, error))
            else:
                self._tally.add([element.position for element in part], response)
        if refused and self._tally.right is None:
            raise refused[0][1]
        for part, _ in refused:
            await self._send_with_a_right_one(part, listed)

    async def _send_with_a_right_one(self, part: Part, listed: list[Element]) -> None:
        right = listed[self._tally.right or 0]
        for smaller in split(part, {}, OUTCOMES_PER_CALL - 1, reserved=len(right.text)):
            together = [right, *smaller]
            positions = [element.position for element in together]
            self._tally.add(positions, await self._post(together), known=1)

    async def _post(self, part: Part) -> StoredPart:
        read = partial(read_stored, reviews=len(part))
        return await self._connection.post(REVIEWS, "reviews", part, {}, read, self._deadline)
