"""The client's methods."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Self, Unpack, overload

import httpx

from recall_client._async.connection import AsyncConnection
from recall_client._async.decks import one_card, one_or_several, rank
from recall_client._async.learner import AsyncLearner
from recall_client._async.sent_reviews import send_reviews
from recall_client._async.texts import embed
from recall_client.cards import Card, CurveOptions, PredictOptions, RankOptions, ScheduleOptions
from recall_client.encoding import json_of
from recall_client.exchange import Request, Retries
from recall_client.responses import Curve, Prediction, Ranking, Results, reader
from recall_client.reviews import ReviewOutcome, StoredReviews
from recall_client.schedules import RatedSchedule, Schedule, read_rated_schedule, read_schedule
from recall_client.service import Health, Model, ModelParameters, Quality
from recall_client.texts import Embeddings, SimilarOptions, SimilarTexts, Topics, compared, listed

TIMEOUT_SECONDS = 60.0
RETRIES = Retries()


class AsyncClient:
    """A Recall service. The methods of `Client` return the response; those of `AsyncClient` are awaited.

    A client keeps its connections: make one and close it at the end, or use it as a context manager. Threads
    may share a `Client`; tasks of one event loop may share an `AsyncClient`.

    Parameters
    ----------
    endpoint : str
        Base URL of the API, ending with the stage. On this machine, it is called without a proxy.
    api_key : str
        The key of the usage plan.
    timeout : float
        Seconds that a call may take in all: its parts, attempts and pauses.
    retries : Retries
        How often and how fast an attempt is repeated.
    transport : httpx.BaseTransport or httpx.AsyncBaseTransport, optional
        A transport of your own, for a proxy or a test.

    Raises
    ------
    ApiError, ConnectionFailedError
        Raised by every method; `recall_client.errors` has their kinds.
    """

    def __init__(
        self,
        endpoint: str,
        api_key: str,
        *,
        timeout: float = TIMEOUT_SECONDS,
        retries: Retries = RETRIES,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        if not api_key or not api_key.isascii() or not api_key.isprintable() or " " in api_key:
            # The HTTP library's own error would quote the key.
            raise ValueError("api_key must be ASCII without spaces and line breaks")
        self._endpoint = endpoint
        self._connection = AsyncConnection(endpoint, {"x-api-key": api_key}, timeout, retries, transport)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._endpoint!r})"

    @overload
    async def predict(self, cards: Card, **options: Unpack[PredictOptions]) -> Prediction: ...
    @overload
    async def predict(
        self, cards: Iterable[Card], **options: Unpack[PredictOptions]
    ) -> Results[Prediction]: ...
    async def predict(
        self, cards: Card | Iterable[Card], **options: Unpack[PredictOptions]
    ) -> Prediction | Results[Prediction]:
        """Return how likely a card is still remembered; for several cards, in the order of the cards."""
        return await one_or_several(self._connection, "/v1/predict", cards, options, reader(Prediction))

    @overload
    async def schedule(self, cards: Card, **options: Unpack[ScheduleOptions]) -> Schedule: ...
    @overload
    async def schedule(
        self, cards: Iterable[Card], **options: Unpack[ScheduleOptions]
    ) -> Results[Schedule]: ...
    async def schedule(
        self, cards: Card | Iterable[Card], **options: Unpack[ScheduleOptions]
    ) -> Schedule | Results[Schedule]:
        """Return when a card is due; for several cards, in the order of the cards."""
        return await one_or_several(self._connection, "/v1/schedule", cards, options, read_schedule)

    @overload
    async def schedule_each_rating(
        self, cards: Card, **options: Unpack[ScheduleOptions]
    ) -> RatedSchedule: ...
    @overload
    async def schedule_each_rating(
        self, cards: Iterable[Card], **options: Unpack[ScheduleOptions]
    ) -> Results[RatedSchedule]: ...
    async def schedule_each_rating(
        self, cards: Card | Iterable[Card], **options: Unpack[ScheduleOptions]
    ) -> RatedSchedule | Results[RatedSchedule]:
        """Return when a card with reviews would be due after each rating that could be given now."""
        for_each = {**options, "for_each_rating": True}
        return await one_or_several(self._connection, "/v1/schedule", cards, for_each, read_rated_schedule)

    async def curve(self, card: Card, **options: Unpack[CurveOptions]) -> Curve:
        """Return how a card is forgotten, ready to plot."""
        return await one_card(self._connection, "/v1/curve", card, options, reader(Curve))

    async def rank(self, cards: Iterable[Card], **options: Unpack[RankOptions]) -> Ranking:
        """Return the order in which to review cards."""
        return await rank(self._connection, cards, options)

    async def send_reviews(self, outcomes: Iterable[ReviewOutcome | Mapping[str, Any]]) -> StoredReviews:
        """Send the outcomes of reviews, to measure and train the model; sending them again is safe.

        An error's `stored` says what became of the reviews of the requests before the one that failed.
        """
        return await send_reviews(self._connection, outcomes)

    def learner(self, learner: str) -> AsyncLearner:
        """Return the calls about a learner whom the service remembers; nothing is sent yet.

        Parameters
        ----------
        learner : str
            Id of your own: 1 to 128 characters, no control characters; not a name or an address of a person.

        Raises
        ------
        ValueError
            If the id can't stand in a URL.
        """
        return AsyncLearner(self._connection, learner)

    async def embed(self, texts: Iterable[str]) -> Embeddings:
        """Return the vector of each text, in their order; of English texts only.

        Of more than about a thousand texts, give the client a longer `timeout`: the service takes a hundred
        texts a second.
        """
        return await embed(self._connection, texts)

    async def similar(self, texts: Iterable[str], **options: Unpack[SimilarOptions]) -> SimilarTexts:
        """Return which of up to 1,000 English texts are alike: near-duplicates, and what is confused."""
        body = json_of(compared(texts, options))
        return await self._connection.call(Request.of("/v1/similar", body), reader(SimilarTexts))

    async def topics(self, texts: Iterable[str]) -> Topics:
        """Return what 2 to 1,000 English texts are about: groups of those that are alike."""
        body = json_of({"texts": listed(texts)})
        return await self._connection.call(Request.of("/v1/topics", body), reader(Topics))

    async def model(self) -> Model:
        """Return the description of the model that predicts, and how good it was."""
        return await self._connection.call(Request.of("/v1/model"), reader(Model))

    async def model_parameters(self) -> ModelParameters:
        """Return the model's coefficients; a 404 error where the model is the owner's own."""
        return await self._connection.call(Request.of("/v1/model/parameters"), reader(ModelParameters))

    async def health(self) -> Health:
        """Return that the service can predict, and with which version of the model."""
        return await self._connection.call(Request.of("/v1/health"), reader(Health))

    async def quality(self) -> Quality:
        """Return how right the predictions were, day by day; a 404 error where that isn't known."""
        return await self._connection.call(Request.of("/v1/quality"), reader(Quality))

    async def aclose(self) -> None:
        """Close the connections."""
        await self._connection.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_error: object) -> None:
        await self.aclose()
