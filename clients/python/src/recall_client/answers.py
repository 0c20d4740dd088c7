"""What comes back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, Self, overload

AnsweredBy = Literal["three_inputs", "history"]
Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Prediction:
    """How likely a card is still remembered.

    Parameters
    ----------
    recall_probability : float
        0 to 1.
    model : {"three_inputs", "history"}
        Which model answered.
    model_version : str
        Which version of it.
    out_of_range : tuple of str
        Inputs that lie outside what the model was trained on.
    next_learner_offset : float, optional
        To be sent with the learner's next call; only when the card said `recalled`.
    """

    recall_probability: float
    model: AnsweredBy
    model_version: str
    out_of_range: tuple[str, ...] = ()
    next_learner_offset: float | None = None

    @classmethod
    def from_json(cls, answer: Json) -> Self:
        """Read one card's answer."""
        return cls(
            answer["recall_probability"],
            answer["model"],
            answer["model_version"],
            tuple(answer.get("out_of_range", ())),
            answer.get("next_learner_offset"),
        )


@dataclass(frozen=True, slots=True)
class Predictions(Sequence[Prediction]):
    """The predictions of several cards, in their order.

    Parameters
    ----------
    results : tuple of Prediction
        One for each card.
    next_learner_offset : float, optional
        To be sent with the learner's next call; only when a card said `recalled`.
    """

    results: tuple[Prediction, ...]
    next_learner_offset: float | None = None

    @overload
    def __getitem__(self, index: int) -> Prediction: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Prediction, ...]: ...
    def __getitem__(self, index: int | slice) -> Prediction | tuple[Prediction, ...]:
        return self.results[index]

    def __len__(self) -> int:
        return len(self.results)

    def __iter__(self) -> Iterator[Prediction]:
        return iter(self.results)


@dataclass(frozen=True, slots=True)
class Interval:
    """How long after its last review a card is due.

    Parameters
    ----------
    interval_days : float
        Days from the last review until recall falls to the target.
    target_recall : float
        The target.
    due_at : datetime, optional
        When that is; only when the last review's time is known.
    bound_by : {"min_interval", "max_interval"}, optional
        The bound that made the interval longer or shorter.
    """

    interval_days: float
    target_recall: float
    due_at: datetime | None = None
    bound_by: Literal["min_interval", "max_interval"] | None = None

    @classmethod
    def from_json(cls, answer: Json) -> Self:
        """Read one target's answer."""
        due_at = answer.get("due_at")
        return cls(
            answer["interval_days"],
            answer["target_recall"],
            datetime.fromisoformat(due_at) if due_at else None,
            answer.get("bound_by"),
        )


@dataclass(frozen=True, slots=True)
class Schedule:
    """When a card is due.

    Parameters
    ----------
    intervals : tuple of Interval
        One for each target, in the order that they were sent.
    model : {"three_inputs", "history"}
        Which model answered.
    model_version : str
        Which version of it.
    """

    intervals: tuple[Interval, ...]
    model: AnsweredBy
    model_version: str

    @property
    def interval(self) -> Interval:
        """The interval for the first target, which mostly is the only one."""
        return self.intervals[0]

    @classmethod
    def from_json(cls, answer: Json) -> Self:
        """Read one card's answer, for a single target or for a list of them."""
        targets = answer.get("intervals", [answer])
        return cls(tuple(map(Interval.from_json, targets)), answer["model"], answer["model_version"])


@dataclass(frozen=True, slots=True)
class Curve:
    """How a card is forgotten.

    Parameters
    ----------
    days : tuple of float
        Since the last review.
    recall_probability : tuple of float
        At each of them.
    model : {"three_inputs", "history"}
        Which model answered.
    model_version : str
        Which version of it.
    """

    days: tuple[float, ...]
    recall_probability: tuple[float, ...]
    model: AnsweredBy
    model_version: str

    @classmethod
    def from_json(cls, answer: Json) -> Self:
        """Read the answer."""
        points = tuple(answer["days"]), tuple(answer["recall_probability"])
        return cls(*points, answer["model"], answer["model_version"])


@dataclass(frozen=True, slots=True)
class RankedCard:
    """A card's place in the order of review.

    Parameters
    ----------
    index : int
        In the list that was sent.
    recall_probability : float
        Now.
    expected_loss : float, optional
        By how much it falls until tomorrow; only in a ranking by loss.
    """

    index: int
    recall_probability: float
    expected_loss: float | None = None

    @classmethod
    def from_json(cls, answer: Json) -> Self:
        """Read one card's answer."""
        return cls(answer["index"], answer["recall_probability"], answer.get("expected_loss"))


@dataclass(frozen=True, slots=True)
class Ranking:
    """The order in which to review cards.

    Parameters
    ----------
    cards : tuple of RankedCard
        The one to review first comes first.
    model_version : str
        The version of the model that answered.
    """

    cards: tuple[RankedCard, ...]
    model_version: str


@dataclass(frozen=True, slots=True)
class Health:
    """That the service can answer.

    Parameters
    ----------
    status : str
        ``ok``; otherwise the call raises `UnavailableError`.
    model_version : str
        The version of the model that answers now.
    degraded : bool
        Whether the newest model can't be loaded, and the last good one answers.
    reason : {"unreachable", "rejected"}, optional
        Only while degraded: the storage gives no usable answer, or what it holds can't be served.
    since : datetime, optional
        Only while degraded: when that was first seen.
    """

    status: str
    model_version: str
    degraded: bool
    reason: Literal["unreachable", "rejected"] | None = None
    since: datetime | None = None

    @classmethod
    def from_json(cls, answer: Json) -> Self:
        """Read the answer."""
        since = answer.get("since")
        return cls(
            answer["status"],
            answer["model_version"],
            answer["degraded"],
            answer.get("reason"),
            datetime.fromisoformat(since) if since else None,
        )


@dataclass(frozen=True, slots=True)
class Model:
    """Which model answers, and how good it was.

    Parameters
    ----------
    model_version : str
        Its version.
    trained_at : datetime, optional
        When it was trained.
    training : mapping
        What it was trained on, and how good it was on reviews that it hadn't seen.
    document : mapping
        The whole answer, with the limits of the service.
    """

    model_version: str
    trained_at: datetime | None
    training: Json
    document: Json

    @classmethod
    def from_json(cls, answer: Json) -> Self:
        """Read the answer."""
        trained_at = answer["trained_at"]
        return cls(
            answer["model_version"],
            datetime.fromisoformat(trained_at) if trained_at else None,
            answer["training"],
            answer,
        )


@dataclass(frozen=True, slots=True)
class Quality:
    """How right the predictions were, where reviews are collected.

    Parameters
    ----------
    made_at : datetime
        When they were compared with what came of them.
    model_version : str
        The version of the model that was live then.
    week : mapping, optional
        Its figures of the newest 7 days; None with fewer than 500 outcomes.
    days : tuple of mapping
        Of the last 90 days: figures by source and version, and the drift of the inputs.
    """

    made_at: datetime
    model_version: str
    week: Json | None
    days: tuple[Json, ...]

    @classmethod
    def from_json(cls, answer: Json) -> Self:
        """Read the answer."""
        made_at = datetime.fromisoformat(answer["made_at"])
        return cls(made_at, answer["model_version"], answer["week"], tuple(answer["days"]))
