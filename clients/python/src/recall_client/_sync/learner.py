"""The methods of a learner whom the service remembers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeVar, Unpack, overload

from recall_client._sync.connection import Connection
from recall_client._sync.studying import import_cards, study
from recall_client.due_cards import DueCards
from recall_client.errors import InvalidInputError, NotFoundError
from recall_client.exchange import Reader, Request
from recall_client.paths import path_of, segment_of
from recall_client.remembered_cards import RememberedCard
from recall_client.remembered_learner import ForgottenCard, ForgottenLearner, RememberedLearner, UndoneReview
from recall_client.responses import reader
from recall_client.reviews import StoredReviews
from recall_client.studied import StudiedReview, StudyResults
from recall_client.study_requests import (
    DueOptions,
    ExportedReview,
    ImportedCard,
    StudyDayOptions,
    StudyOptions,
    StudyReview,
)

T = TypeVar("T")
NAMES_OF_WHAT_IS_GONE = {"learner", "card", "event_id"}


class Learner:
    """A learner whom the service remembers: made by `learner` of a client, whose connections it uses.

    Parameters
    ----------
    connection : AsyncConnection
        The service.
    learner : str
        Id of your own.

    Raises
    ------
    NotFoundError
        Raised by every method if the service doesn't remember learners, and by those that ask for what it
        doesn't know; the other errors are those of the client's methods.
    """

    def __init__(self, connection: Connection, learner: str) -> None:
        self._connection = connection
        self._segment = segment_of("learner", learner)

    @overload
    def study(
        self, reviews: StudyReview | Mapping[str, Any], **options: Unpack[StudyOptions]
    ) -> StudiedReview: ...
    @overload
    def study(
        self, reviews: Iterable[StudyReview | Mapping[str, Any]], **options: Unpack[StudyOptions]
    ) -> StudyResults: ...
    def study(
        self,
        reviews: StudyReview | Mapping[str, Any] | Iterable[StudyReview | Mapping[str, Any]],
        **options: Unpack[StudyOptions],
    ) -> StudiedReview | StudyResults:
        """Store a review, or any number of them, and return when their cards are due.

        A review is stored once, however often it is sent. An error's `stored` says what became of the reviews
        of the requests before the one that failed.
        """
        path = path_of(self._segment, "reviews")
        if not isinstance(reviews, StudyReview | Mapping):
            return study(self._connection, path, reviews, options)
        studied = study(self._connection, path, [reviews], options)
        for wrong in studied.rejected:  # its card is full, for example
            raise InvalidInputError(wrong.message, status=400, code="invalid_input", field=wrong.field)
        return next(result for result in studied.results if result)

    def due(self, **options: Unpack[DueOptions]) -> DueCards:
        """Return the cards to review now, and a forecast."""
        path = path_of(self._segment, "due", query=options)
        return self._connection.call(Request.of(path), reader(DueCards))

    def card(self, card: str, *, for_each_rating: bool = False) -> RememberedCard:
        """Return what is known of a card: recall now, when it is due, its reviews.

        Parameters
        ----------
        card : str
            Its id.
        for_each_rating : bool
            Whether to return when it would be due after each rating given now.
        """
        query = {"for_each_rating": for_each_rating or None}
        path = path_of(self._segment, "cards", segment_of("card", card), query=query)
        return self._connection.call(Request.of(path), reader(RememberedCard))

    def describe(self) -> RememberedLearner:
        """Return what is known of the learner."""
        return self._connection.call(Request.of(path_of(self._segment)), reader(RememberedLearner))

    def undo(self, event_id: str) -> UndoneReview:
        """Delete a review, as if it had never been; `study` returns its id."""
        path = path_of(self._segment, "reviews", segment_of("event_id", event_id))
        gone = UndoneReview(event_id=event_id, card=None, reviews=None)
        return self._delete(path, reader(UndoneReview), gone)

    def forget_card(self, card: str) -> ForgottenCard:
        """Delete a card with its reviews."""
        path = path_of(self._segment, "cards", segment_of("card", card))
        return self._delete(path, reader(ForgottenCard), ForgottenCard(card=card, reviews=None))

    def forget(self) -> ForgottenLearner:
        """Delete everything about the learner; it isn't an error if there is nothing."""
        path = path_of(self._segment)
        return self._connection.call(Request.deleting(path), reader(ForgottenLearner))

    def export(self) -> Iterator[ExportedReview]:
        """Give all reviews as they were sent, card by card, each card's by time; they come in pages."""
        after: str | None = None
        while True:
            page = self._connection.page(
                path_of(self._segment, "export", query={"after": after}), ExportedReview
            )
            yield from page.lines
            if page.after is None:
                return
            after = page.after

    def import_cards(
        self, cards: Iterable[ImportedCard | Mapping[str, Any]], **options: Unpack[StudyDayOptions]
    ) -> StoredReviews:
        """Store cards' reviews from elsewhere; importing them again changes nothing.

        An error's `stored` says what became of the cards of the requests before the one that failed.
        """
        return import_cards(self._connection, path_of(self._segment, "import"), cards, options)

    def _delete(self, path: str, read: Reader[T], gone: T) -> T:
        """Delete; `gone` is the result if an attempt of which no response came has deleted it before."""
        try:
            return self._connection.call(Request.deleting(path), read)
        except NotFoundError as error:
            if error.attempts > 1 and error.field in NAMES_OF_WHAT_IS_GONE:
                return gone
            raise
