"""Client of a Recall service: how likely a learner still remembers a card, and when to show it next."""

from recall_client._async.client import AsyncClient
from recall_client._sync.client import Client
from recall_client.cards import Card, History, Review, ThreeInputs
from recall_client.errors import (
    ApiError,
    BodyTooLargeError,
    ConnectionFailedError,
    ForbiddenError,
    ForeignResponseError,
    InvalidInputError,
    RecallError,
    ThrottledError,
    TimedOutError,
    UnavailableError,
)
from recall_client.exchange import Retries
from recall_client.responses import Curve, Prediction, RankedCard, Ranking, Results
from recall_client.reviews import RejectedReview, ReviewOutcome, StoredReviews
from recall_client.schedules import Interval, RatedSchedule, Schedule
from recall_client.service import Feature, Health, InputDrift, Model, Quality, QualityDay, QualityFigures

__all__ = [
    "ApiError",
    "AsyncClient",
    "BodyTooLargeError",
    "Card",
    "Client",
    "ConnectionFailedError",
    "Curve",
    "Feature",
    "ForbiddenError",
    "ForeignResponseError",
    "Health",
    "History",
    "InputDrift",
    "Interval",
    "InvalidInputError",
    "Model",
    "Prediction",
    "Quality",
    "QualityDay",
    "QualityFigures",
    "RankedCard",
    "Ranking",
    "RatedSchedule",
    "RecallError",
    "RejectedReview",
    "Results",
    "Retries",
    "Review",
    "ReviewOutcome",
    "Schedule",
    "StoredReviews",
    "ThreeInputs",
    "ThrottledError",
    "TimedOutError",
    "UnavailableError",
]
