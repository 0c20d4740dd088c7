"""What the service says of itself: its health, its model, and how right its predictions were."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Self

from recall_client.responses import Json


@dataclass(frozen=True, slots=True)
class Health:
    """That the service can predict.

    Parameters
    ----------
    status : str
        ``ok``; otherwise the call raises `UnavailableError`.
    model_version : str
        Version of the models that predict now.
    degraded : bool
        Whether the newest model can't be loaded, and the last good one predicts in its place.
    reason : {"unreachable", "rejected", "unexpected"}, optional
        Why, only while degraded: the storage gives no usable response, what it holds can't be served, or
        something else broke.
    since : datetime, optional
        When that was first seen, only while degraded.
    """

    status: str
    model_version: str
    degraded: bool
    reason: Literal["unreachable", "rejected", "unexpected"] | None = None
    since: datetime | None = None

    @classmethod
    def from_json(cls, response: Json) -> Self:
        """Read a response of ``/v1/health``."""
        since = response.get("since")
        return cls(
            status=response["status"],
            model_version=response["model_version"],
            degraded=response["degraded"],
            reason=response.get("reason"),
            since=datetime.fromisoformat(since) if since else None,
        )


@dataclass(frozen=True, slots=True)
class Model:
    """The model that predicts, and how good it was.

    Parameters
    ----------
    model_version : str
        Version of the models that predict now.
    trained_at : datetime, optional
        When it was trained, if that is known.
    training : mapping, optional
        What it was trained on, and how good it was on reviews that it hadn't seen; None of a scikit-learn
        model of the service's owner, which comes without figures.
    document : mapping
        The whole response, with the limits of the service.
    """

    model_version: str
    trained_at: datetime | None
    training: Json | None
    document: Json

    @classmethod
    def from_json(cls, response: Json) -> Self:
        """Read a response of ``/v1/model``."""
        trained_at = response["trained_at"]
        return cls(
            model_version=response["model_version"],
            trained_at=datetime.fromisoformat(trained_at) if trained_at else None,
            training=response["training"],
            document=response,
        )


@dataclass(frozen=True, slots=True)
class Quality:
    """How right the predictions were, where reviews are collected.

    Parameters
    ----------
    made_at : datetime
        When the predictions were compared with the outcomes.
    model_version : str
        Version of the models that were live then.
    week : mapping, optional
        Figures of the newest 7 days; None with fewer than 500 outcomes.
    days : tuple of mapping
        For each of the last 90 days: figures by source and version, and the drift of the inputs.
    """

    made_at: datetime
    model_version: str
    week: Json | None
    days: tuple[Json, ...]

    @classmethod
    def from_json(cls, response: Json) -> Self:
        """Read a response of ``/v1/quality``."""
        return cls(
            made_at=datetime.fromisoformat(response["made_at"]),
            model_version=response["model_version"],
            week=response["week"],
            days=tuple(response["days"]),
        )
