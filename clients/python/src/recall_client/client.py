"""The client, blocking and asynchronous: both run the generators of `operations`, each with its own I/O."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable
from typing import Self, TypeVar, Unpack, cast, overload

import httpx

from recall_client import operations
from recall_client.cards import Card, CurveOptions, PredictOptions, RankOptions, ScheduleOptions
from recall_client.exchange import Pause, Received, Retries, Work
from recall_client.responses import Curve, Prediction, Predictions, Ranking
from recall_client.reviews import ReviewOutcome, StoredReviews, send_reviews
from recall_client.schedules import RatedSchedule, RatedSchedules, Schedule, Schedules
from recall_client.service import Health, Model, Quality

T = TypeVar("T")
TIMEOUT = httpx.Timeout(30.0, connect=5.0)  # API Gateway itself gives up after 29
RETRIES = Retries()


class _Base:
    """What both clients have in common."""

    def __init__(self, endpoint: str, retries: Retries) -> None:
        self._endpoint = endpoint
        self._retries = retries

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._endpoint!r})"


def _headers(api_key: str) -> dict[str, str]:
    if not api_key or not api_key.isascii() or not api_key.isprintable() or " " in api_key:
        # The HTTP library's own error would quote the key.
        raise ValueError("api_key must be ASCII without spaces and line breaks")
    return {"x-api-key": api_key}


class Client(_Base):
    """A Recall service, whose methods block until the response is there.

    It may be shared by threads and keeps its connections: make one and close it at the end, or use ``with``.

    Parameters
    ----------
    endpoint : str
        Base URL of the API, ending with the stage.
    api_key : str
        The key of the usage plan.
    timeout : float or httpx.Timeout
        Seconds that each attempt may take: 30 by default, of which 5 to connect.
    retries : Retries
        How often and how fast a call is tried again, after 429, 503, or when no response came.
    transport : httpx.BaseTransport, optional
        A transport of your own, for a proxy or a test.

    Raises
    ------
    InvalidInputError, ForbiddenError, ThrottledError, UnavailableError, ApiError, ConnectionFailedError
        Raised by every method; see `recall_client.errors`.
    """

    def __init__(
        self,
        endpoint: str,
        api_key: str,
        *,
        timeout: float | httpx.Timeout = TIMEOUT,
        retries: Retries = RETRIES,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        super().__init__(endpoint, retries)
        self._http = httpx.Client(
            base_url=endpoint, headers=_headers(api_key), timeout=timeout, transport=transport
        )

    @overload
    def predict(self, cards: Card, **options: Unpack[PredictOptions]) -> Prediction: ...
    @overload
    def predict(self, cards: Iterable[Card], **options: Unpack[PredictOptions]) -> Predictions: ...
    def predict(
        self, cards: Card | Iterable[Card], **options: Unpack[PredictOptions]
    ) -> Prediction | Predictions:
        """Return how likely a card is still remembered; for several cards, in the order of the cards."""
        return self._run(operations.predict(self._retries, cards, options))

    @overload
    def schedule(self, cards: Card, **options: Unpack[ScheduleOptions]) -> Schedule: ...
    @overload
    def schedule(self, cards: Iterable[Card], **options: Unpack[ScheduleOptions]) -> Schedules: ...
    def schedule(
        self, cards: Card | Iterable[Card], **options: Unpack[ScheduleOptions]
    ) -> Schedule | Schedules:
        """Return when a card is due; for several cards, in the order of the cards."""
        return self._run(operations.schedule(self._retries, cards, options))

    @overload
    def schedule_each_rating(self, cards: Card, **options: Unpack[ScheduleOptions]) -> RatedSchedule: ...
    @overload
    def schedule_each_rating(
        self, cards: Iterable[Card], **options: Unpack[ScheduleOptions]
    ) -> RatedSchedules: ...
    def schedule_each_rating(
        self, cards: Card | Iterable[Card], **options: Unpack[ScheduleOptions]
    ) -> RatedSchedule | RatedSchedules:
        """Return when a card with reviews would be due after each rating that could be given now."""
        return self._run(operations.schedule_each_rating(self._retries, cards, options))

    def curve(self, card: Card, **options: Unpack[CurveOptions]) -> Curve:
        """Return how a card is forgotten, ready to plot."""
        return self._run(operations.curve(self._retries, card, options))

    def rank(self, cards: Iterable[Card], **options: Unpack[RankOptions]) -> Ranking:
        """Return the order in which to review cards."""
        return self._run(operations.rank(self._retries, cards, options))

    def send_reviews(self, outcomes: Iterable[ReviewOutcome]) -> StoredReviews:
        """Send the outcomes of reviews, to measure and train the model; sending them again is safe."""
        return self._run(send_reviews(self._retries, outcomes))

    def model(self) -> Model:
        """Return the description of the model that predicts, and how good it was."""
        return self._run(operations.model(self._retries))

    def health(self) -> Health:
        """Return that the service can predict, and with which version of the model."""
        return self._run(operations.health(self._retries))

    def quality(self) -> Quality:
        """Return how right the predictions were, day by day; a 404 error where that isn't known."""
        return self._run(operations.quality(self._retries))

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def _run(self, work: Work[T]) -> T:
        received: Received = None
        try:
            while True:
                step = work.send(received)
                if isinstance(step, Pause):
                    time.sleep(step.seconds)
                    received = None
                    continue
                try:
                    received = self._http.request(
                        step.method, step.path, content=step.content, headers=step.headers
                    )
                except httpx.RequestError as error:
                    received = error
        except StopIteration as done:
            return cast(T, done.value)


class AsyncClient(_Base):
    """A Recall service, whose methods are awaited; parameters, methods and errors are those of `Client`."""

    def __init__(
        self,
        endpoint: str,
        api_key: str,
        *,
        timeout: float | httpx.Timeout = TIMEOUT,
        retries: Retries = RETRIES,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        super().__init__(endpoint, retries)
        self._http = httpx.AsyncClient(
            base_url=endpoint, headers=_headers(api_key), timeout=timeout, transport=transport
        )

    @overload
    async def predict(self, cards: Card, **options: Unpack[PredictOptions]) -> Prediction: ...
    @overload
    async def predict(self, cards: Iterable[Card], **options: Unpack[PredictOptions]) -> Predictions: ...
    async def predict(
        self, cards: Card | Iterable[Card], **options: Unpack[PredictOptions]
    ) -> Prediction | Predictions:
        """Return how likely a card is still remembered; for several cards, in the order of the cards."""
        return await self._run(operations.predict(self._retries, cards, options))

    @overload
    async def schedule(self, cards: Card, **options: Unpack[ScheduleOptions]) -> Schedule: ...
    @overload
    async def schedule(self, cards: Iterable[Card], **options: Unpack[ScheduleOptions]) -> Schedules: ...
    async def schedule(
        self, cards: Card | Iterable[Card], **options: Unpack[ScheduleOptions]
    ) -> Schedule | Schedules:
        """Return when a card is due; for several cards, in the order of the cards."""
        return await self._run(operations.schedule(self._retries, cards, options))

    @overload
    async def schedule_each_rating(
        self, cards: Card, **options: Unpack[ScheduleOptions]
    ) -> RatedSchedule: ...
    @overload
    async def schedule_each_rating(
        self, cards: Iterable[Card], **options: Unpack[ScheduleOptions]
    ) -> RatedSchedules: ...
    async def schedule_each_rating(
        self, cards: Card | Iterable[Card], **options: Unpack[ScheduleOptions]
    ) -> RatedSchedule | RatedSchedules:
        """Return when a card with reviews would be due after each rating that could be given now."""
        return await self._run(operations.schedule_each_rating(self._retries, cards, options))

    async def curve(self, card: Card, **options: Unpack[CurveOptions]) -> Curve:
        """Return how a card is forgotten, ready to plot."""
        return await self._run(operations.curve(self._retries, card, options))

    async def rank(self, cards: Iterable[Card], **options: Unpack[RankOptions]) -> Ranking:
        """Return the order in which to review cards."""
        return await self._run(operations.rank(self._retries, cards, options))

    async def send_reviews(self, outcomes: Iterable[ReviewOutcome]) -> StoredReviews:
        """Send the outcomes of reviews, to measure and train the model; sending them again is safe."""
        return await self._run(send_reviews(self._retries, outcomes))

    async def model(self) -> Model:
        """Return the description of the model that predicts, and how good it was."""
        return await self._run(operations.model(self._retries))

    async def health(self) -> Health:
        """Return that the service can predict, and with which version of the model."""
        return await self._run(operations.health(self._retries))

    async def quality(self) -> Quality:
        """Return how right the predictions were, day by day; a 404 error where that isn't known."""
        return await self._run(operations.quality(self._retries))

    async def aclose(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_error: object) -> None:
        await self.aclose()

    async def _run(self, work: Work[T]) -> T:
        received: Received = None
        try:
            while True:
                step = work.send(received)
                if isinstance(step, Pause):
                    await asyncio.sleep(step.seconds)
                    received = None
                    continue
                try:
                    received = await self._http.request(
                        step.method, step.path, content=step.content, headers=step.headers
                    )
                except httpx.RequestError as error:
                    received = error
        except StopIteration as done:
            return cast(T, done.value)
