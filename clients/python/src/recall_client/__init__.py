"""Client of a Recall service: how likely a learner still remembers a card, and when to show it next."""

from recall_client._async.client import AsyncClient
from recall_client._async.learner import AsyncLearner
from recall_client._sync.client import Client
from recall_client._sync.learner import Learner
from recall_client.cards import Card, History, Review, ThreeInputs
from recall_client.due_cards import DueCard, DueCards, DueDay
from recall_client.errors import (
    ApiError,
    BodyTooLargeError,
    ConnectionFailedError,
    ForbiddenError,
    ForeignResponseError,
    InvalidInputError,
    NotFoundError,
    RecallError,
    ThrottledError,
    TimedOutError,
    UnavailableError,
)
from recall_client.exchange import Retries
from recall_client.remembered_cards import (
    CardState,
    RatedInterval,
    RatedIntervals,
    RememberedCard,
    RememberedReview,
)
from recall_client.remembered_learner import (
    ForgottenCard,
    ForgottenLearner,
    RememberedLearner,
    RetentionRange,
    UndoneReview,
)
from recall_client.responses import Curve, Prediction, RankedCard, Ranking, Results
from recall_client.reviews import RejectedReview, ReviewOutcome, StoredReviews
from recall_client.schedules import Interval, RatedSchedule, Schedule
from recall_client.service import (
    Feature,
    Health,
    InputDrift,
    Model,
    ModelParameters,
    Quality,
    QualityDay,
    QualityFigures,
)
from recall_client.studied import StudiedReview, StudyResults
from recall_client.study_requests import ExportedReview, ImportedCard, ImportedReview, StudyReview
from recall_client.texts import Embeddings, Pair, SimilarTexts, Topic, Topics

__all__ = [
    "ApiError",
    "AsyncClient",
    "AsyncLearner",
    "BodyTooLargeError",
    "Card",
    "CardState",
    "Client",
    "ConnectionFailedError",
    "Curve",
    "DueCard",
    "DueCards",
    "DueDay",
    "Embeddings",
    "ExportedReview",
    "Feature",
    "ForbiddenError",
    "ForeignResponseError",
    "ForgottenCard",
    "ForgottenLearner",
    "Health",
    "History",
    "ImportedCard",
    "ImportedReview",
    "InputDrift",
    "Interval",
    "InvalidInputError",
    "Learner",
    "Model",
    "ModelParameters",
    "NotFoundError",
    "Pair",
    "Prediction",
    "Quality",
    "QualityDay",
    "QualityFigures",
    "RankedCard",
    "Ranking",
    "RatedInterval",
    "RatedIntervals",
    "RatedSchedule",
    "RecallError",
    "RejectedReview",
    "RememberedCard",
    "RememberedLearner",
    "RememberedReview",
    "Results",
    "RetentionRange",
    "Retries",
    "Review",
    "ReviewOutcome",
    "Schedule",
    "SimilarTexts",
    "StoredReviews",
    "StudiedReview",
    "StudyResults",
    "StudyReview",
    "ThreeInputs",
    "ThrottledError",
    "TimedOutError",
    "Topic",
    "Topics",
    "UnavailableError",
    "UndoneReview",
]
