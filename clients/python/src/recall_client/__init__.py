"""Client of a Recall service: how likely a learner still remembers a card, and when to show it next."""

from recall_client.cards import Card, History, Review, ThreeInputs
from recall_client.client import AsyncClient, Client
from recall_client.errors import (
    ApiError,
    BodyTooLargeError,
    ConnectionFailedError,
    ForbiddenError,
    InvalidInputError,
    RecallError,
    ThrottledError,
    UnavailableError,
)
from recall_client.exchange import Retries
from recall_client.responses import Curve, Prediction, Predictions, RankedCard, Ranking
from recall_client.reviews import RejectedReview, ReviewOutcome, StoredReviews
from recall_client.schedules import Interval, RatedSchedule, RatedSchedules, Schedule, Schedules
from recall_client.service import Health, Model, Quality

__all__ = [
    "ApiError",
    "AsyncClient",
    "BodyTooLargeError",
    "Card",
    "Client",
    "ConnectionFailedError",
    "Curve",
    "ForbiddenError",
    "Health",
    "History",
    "Interval",
    "InvalidInputError",
    "Model",
    "Prediction",
    "Predictions",
    "Quality",
    "RankedCard",
    "Ranking",
    "RatedSchedule",
    "RatedSchedules",
    "RecallError",
    "RejectedReview",
    "Retries",
    "Review",
    "ReviewOutcome",
    "Schedule",
    "Schedules",
    "StoredReviews",
    "ThreeInputs",
    "ThrottledError",
    "UnavailableError",
]
