"""What comes back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, Self, TypeVar, overload

AnsweredBy = Literal["three_inputs", "history"]
Bound = Literal["min_interval", "min_relearning_interval", "max_interval"]
Json = Mapping[str, Any]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Results(Sequence[T]):
    """The answers to several cards, in their order.

    Parameters
    ----------
    results : tuple
        One for each card.
    learner_state : str, optional
        To be sent with the learner's next call; with a state or an outcome.
    """

    results: tuple[T, ...]
    learner_state: str | None = None

    @overload
    def __getitem__(self, index: int) -> T: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[T, ...]: ...
    def __getitem__(self, index: int | slice) -> T | tuple[T, ...]:
        return self.results[index]

    def __len__(self) -> int:
        return len(self.results)

    def __iter__(self) -> Iterator[T]:
        return iter(self.results)


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
    new : bool
        Whether the card was never reviewed; its recall is 0.
    learner_state : str, optional
        To be sent with the learner's next call; only of a single card, with a state or an outcome.
    """

    recall_probability: float
    model: AnsweredBy
    model_version: str
    out_of_range: tuple[str, ...] = ()
    new: bool = False
    learner_state: str | None = None

    @classmethod
    def from_json(cls, answer: Json) -> Self:
        """Read one card's answer."""
        return cls(
            answer["recall_probability"],
            answer["model"],
            answer["model_version"],
            tuple(answer.get("out_of_range", ())),
            answer.get("new", False),
            answer.get("learner_state"),
        )


@dataclass(frozen=True, slots=True)
class Predictions(Results[Prediction]):
    """The predictions of several cards, in their order; parameters are `Results`'s."""


@dataclass(frozen=True, slots=True)
class Interval:
    """How long after its last review a card is due.

    Parameters
    ----------
    interval_days : float
        Days from the last review until recall falls to the target.
    target_recall : float
        The target.
    reachable : bool
        Whether recall is still at the target after the shortest interval. Where it isn't, that is the
        interval.
    highest_recall : float, optional
        Recall after the shortest interval; only where the target can't be reached.
    due_at : datetime, optional
        When that is; only when the last review's time is known.
    bound_by : {"min_interval", "min_relearning_interval", "max_interval"}, optional
        The bound of yours that made the interval.
    extrapolated : bool
        Whether the interval is longer than all that the model was trained on.
    """

    interval_days: float
    target_recall: float
    reachable: bool
    highest_recall: float | None = None
    due_at: datetime | None = None
    bound_by: Bound | None = None
    extrapolated: bool = False

    @classmethod
    def from_json(cls, answer: Json) -> Self:
        """Read one target's answer."""
        due_at = answer.get("due_at")
        return cls(
            answer["interval_days"],
            answer["target_recall"],
            answer["reachable"],
            answer.get("highest_recall"),
            datetime.fromisoformat(due_at) if due_at else None,
            answer.get("bound_by"),
            answer.get("extrapolated", False),
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
    out_of_range : tuple of str
        Inputs that lie outside what the model was trained on.
    new : bool
        Whether the card was never reviewed; it is due at once.
    learner_state : str, optional
        To be sent with the learner's next call; only of a single card, with a state or an outcome.
    """

    intervals: tuple[Interval, ...]
    model: AnsweredBy
    model_version: str
    out_of_range: tuple[str, ...] = ()
    new: bool = False
    learner_state: str | None = None

    @property
    def interval(self) -> Interval:
        """The interval for the first target, which mostly is the only one."""
        return self.intervals[0]

    @classmethod
    def from_json(cls, answer: Json) -> Self:
        """Read one card's answer, for a single target or for a list of them."""
        return cls(
            _intervals(answer),
            answer["model"],
            answer["model_version"],
            tuple(answer.get("out_of_range", ())),
            answer.get("new", False),
            answer.get("learner_state"),
        )


@dataclass(frozen=True, slots=True)
class Schedules(Results[Schedule]):
    """When several cards are due, in their order; parameters are `Results`'s."""


@dataclass(frozen=True, slots=True)
class RatedSchedule:
    """When a card would be due after each answer that could be given now.

    Parameters
    ----------
    again, hard, good, easy : tuple of Interval
        One for each target, in the order that they were sent; from now on.
    model : {"three_inputs", "history"}
        Which model answered.
    model_version : str
        Which version of it.
    out_of_range : tuple of str
        Inputs that lie outside what the model was trained on.
    learner_state : str, optional
        As sent; only of a single card.
    """

    again: tuple[Interval, ...]
    hard: tuple[Interval, ...]
    good: tuple[Interval, ...]
    easy: tuple[Interval, ...]
    model: AnsweredBy
    model_version: str
    out_of_range: tuple[str, ...] = ()
    learner_state: str | None = None

    @classmethod
    def from_json(cls, answer: Json) -> Self:
        """Read one card's answer."""
        again, hard, good, easy = (_intervals(answer[name]) for name in ("again", "hard", "good", "easy"))
        return cls(
            again,
            hard,
            good,
            easy,
            answer["model"],
            answer["model_version"],
            tuple(answer.get("out_of_range", ())),
            answer.get("learner_state"),
        )


@dataclass(frozen=True, slots=True)
class RatedSchedules(Results[RatedSchedule]):
    """When several cards would be due after each answer, in their order; parameters are `Results`'s."""


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
    out_of_range : tuple of str
        Inputs that lie outside what the model was trained on.
    learner_state : str, optional
        As sent.
    """

    days: tuple[float, ...]
    recall_probability: tuple[float, ...]
    model: AnsweredBy
    model_version: str
    out_of_range: tuple[str, ...] = ()
    learner_state: str | None = None

    @classmethod
    def from_json(cls, answer: Json) -> Self:
        """Read the answer."""
        return cls(
            tuple(answer["days"]),
            tuple(answer["recall_probability"]),
            answer["model"],
            answer["model_version"],
            tuple(answer.get("out_of_range", ())),
            answer.get("learner_state"),
        )


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
    out_of_range : tuple of str
        Inputs that lie outside what the model was trained on.
    """

    index: int
    recall_probability: float
    expected_loss: float | None = None
    out_of_range: tuple[str, ...] = ()

    @classmethod
    def from_json(cls, answer: Json) -> Self:
        """Read one card's answer."""
        return cls(
            answer["index"],
            answer["recall_probability"],
            answer.get("expected_loss"),
            tuple(answer.get("out_of_range", ())),
        )


@dataclass(frozen=True, slots=True)
class Ranking:
    """The order in which to review cards.

    Parameters
    ----------
    cards : tuple of RankedCard
        The one to review first comes first.
    model_version : str
        The version of the model that answered.
    learner_state : str, optional
        To be sent with the learner's next call; with a state or an outcome.
    """

    cards: tuple[RankedCard, ...]
    model_version: str
    learner_state: str | None = None


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
    reason : {"unreachable", "rejected", "unexpected"}, optional
        Only while degraded: the storage gives no usable answer, or what it holds can't be served.
    since : datetime, optional
        Only while degraded: when that was first seen.
    """

    status: str
    model_version: str
    degraded: bool
    reason: Literal["unreachable", "rejected", "unexpected"] | None = None
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
    training : mapping, optional
        What it was trained on, and how good it was on reviews that it hadn't seen; None of a scikit-learn
        model of the service's owner, which comes without figures.
    document : mapping
        The whole answer, with the limits of the service.
    """

    model_version: str
    trained_at: datetime | None
    training: Json | None
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


def _intervals(answer: Json) -> tuple[Interval, ...]:
    """Read the intervals for a single target, or for a list of them."""
    return tuple(map(Interval.from_json, answer.get("intervals", [answer])))
