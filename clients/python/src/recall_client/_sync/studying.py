"""Sending a learner's reviews: `study` and `import_cards`, of lists of any length."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from recall_client._sync.connection import Connection
from recall_client._sync.sent_reviews import Destination, Sender
from recall_client.batches import CARDS_PER_IMPORT, REVIEWS_PER_IMPORT, elements
from recall_client.encoding import plain
from recall_client.errors import RecallError
from recall_client.imported import ImportTally, read_imported
from recall_client.reviews import StoredReviews
from recall_client.studied import StudyResults, read_studied
from recall_client.study_requests import ImportedCard, StudyReview
from recall_client.study_tally import StudyTally

FIRST_OF_ALL = datetime.min.replace(tzinfo=UTC)


def study(
    connection: Connection,
    path: str,
    reviews: Iterable[StudyReview | Mapping[str, Any]],
    options: Mapping[str, Any],
) -> StudyResults:
    """Send a learner's reviews by time: in that order, the service learns from those of a request.

    What is said of a card is as of after all of the list: of a list in several parts, a review of each card
    that isn't in the last part is sent once more.

    Raises
    ------
    RecallError
        Whose `stored` says what became of the parts before.
    """
    listed = [_with_event_id(plain(review)) for review in reviews]
    sent = elements(listed)
    tally = StudyTally(len(listed))
    sender = Sender(connection, Destination(path, plain(options)), read_studied, tally)
    try:
        sender.send(sorted(sent, key=lambda element: _moment(listed[element.position])))
        sender.send_again([sent[position] for position in tally.outdated])
    except RecallError as error:
        error.stored = tally.stored
        raise
    return tally.results


def import_cards(
    connection: Connection,
    path: str,
    cards: Iterable[ImportedCard | Mapping[str, Any]],
    options: Mapping[str, Any],
) -> StoredReviews:
    """Send cards with their reviews.

    Raises
    ------
    RecallError
        Whose `stored` says what became of the parts before.
    """
    listed = elements(cards)
    to = Destination(path, plain(options), "cards", CARDS_PER_IMPORT, REVIEWS_PER_IMPORT)
    tally = ImportTally([element.reviews for element in listed])
    try:
        Sender(connection, to, read_imported, tally).send(listed)
    except RecallError as error:
        error.stored = tally.stored
        raise
    return tally.stored


def _with_event_id(review: Any) -> Any:
    """Give a review an id before it is first sent, so that it stays the same review in every attempt."""
    return {"event_id": str(uuid4()), **review} if isinstance(review, dict) else review


def _moment(review: Any) -> datetime:
    """Return when a review took place; one whose time is wrong comes first, to be rejected."""
    at = review.get("reviewed_at") if isinstance(review, dict) else None
    try:
        moment = datetime.fromisoformat(at.upper()) if isinstance(at, str) else at
    except ValueError:
        return FIRST_OF_ALL
    return moment if isinstance(moment, datetime) and moment.utcoffset() is not None else FIRST_OF_ALL
