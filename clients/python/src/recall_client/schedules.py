"""The responses of ``/v1/schedule``: when cards are due."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Self

from recall_client.responses import Json, ModelName, Results, fields_of_every_card

Bound = Literal["min_interval", "min_relearning_interval", "max_interval"]


@dataclass(frozen=True, slots=True)
class Interval:
    """How long after its last review a card is due.

    Parameters
    ----------
    interval_days : float
        Days from the last review until recall falls to the target.
    target_recall : float
        The target, between 0 and 1.
    reachable : bool
        Whether recall is still at the target after the shortest interval. If not, `interval_days` is the
        shortest interval.
    highest_recall : float, optional
        Recall after the shortest interval; only if the target can't be reached.
    due_at : datetime, optional
        When the card is due; only if the time of the last review is known.
    bound_by : {"min_interval", "min_relearning_interval", "max_interval"}, optional
        The bound in the request that determined the interval.
    extrapolated : bool
        Whether the interval is longer than any that the model was trained on.
    """

    interval_days: float
    target_recall: float
    reachable: bool
    highest_recall: float | None = None
    due_at: datetime | None = None
    bound_by: Bound | None = None
    extrapolated: bool = False

    @classmethod
    def from_json(cls, response: Json) -> Self:
        """Read the interval for one target."""
        due_at = response.get("due_at")
        return cls(
            interval_days=response["interval_days"],
            target_recall=response["target_recall"],
            reachable=response["reachable"],
            highest_recall=response.get("highest_recall"),
            due_at=datetime.fromisoformat(due_at) if due_at else None,
            bound_by=response.get("bound_by"),
            extrapolated=response.get("extrapolated", False),
        )


@dataclass(frozen=True, slots=True)
class Schedule:
    """When a card is due.

    Parameters
    ----------
    intervals : tuple of Interval
        One for each target, in the order in which the targets were sent.
    model : {"three_inputs", "history"}
        The model that predicted: from three inputs, or from the card's reviews.
    model_version : str
        Version of the models that the service had live.
    out_of_range : tuple of str
        Names of the inputs that lie outside the range that the model was trained on.
    new : bool
        Whether the card was never reviewed; it is due at once.
    learner_state : str, optional
        To be sent with the learner's next call; only of a single card that was sent with a state or an
        outcome.
    """

    intervals: tuple[Interval, ...]
    model: ModelName
    model_version: str
    out_of_range: tuple[str, ...] = ()
    new: bool = False
    learner_state: str | None = None

    @property
    def interval(self) -> Interval:
        """The interval for the first target, which is mostly the only one."""
        return self.intervals[0]

    @classmethod
    def from_json(cls, response: Json) -> Self:
        """Read the result of one card, for a single target or for a list of them."""
        return cls(
            intervals=_intervals(response),
            new=response.get("new", False),
            **fields_of_every_card(response),
        )


@dataclass(frozen=True, slots=True)
class Schedules(Results[Schedule]):
    """When several cards are due, in the order of the cards; its parameters are those of `Results`."""


@dataclass(frozen=True, slots=True)
class RatedSchedule:
    """When a card would be due after each rating that could be given now.

    Parameters
    ----------
    again, hard, good, easy : tuple of Interval
        The intervals, from now on, after a review with that rating: one for each target, in the order in
        which the targets were sent.
    model : {"three_inputs", "history"}
        The model that predicted: from three inputs, or from the card's reviews.
    model_version : str
        Version of the models that the service had live.
    out_of_range : tuple of str
        Names of the inputs that lie outside the range that the model was trained on.
    learner_state : str, optional
        The state that was sent; only after a call for a single card.
    """

    again: tuple[Interval, ...]
    hard: tuple[Interval, ...]
    good: tuple[Interval, ...]
    easy: tuple[Interval, ...]
    model: ModelName
    model_version: str
    out_of_range: tuple[str, ...] = ()
    learner_state: str | None = None

    @classmethod
    def from_json(cls, response: Json) -> Self:
        """Read the result of one card."""
        return cls(
            again=_intervals(response["again"]),
            hard=_intervals(response["hard"]),
            good=_intervals(response["good"]),
            easy=_intervals(response["easy"]),
            **fields_of_every_card(response),
        )


@dataclass(frozen=True, slots=True)
class RatedSchedules(Results[RatedSchedule]):
    """When several cards would be due after each rating; its parameters are those of `Results`."""


def _intervals(response: Json) -> tuple[Interval, ...]:
    """Read the intervals for a single target, or for a list of them."""
    return tuple(map(Interval.from_json, response.get("intervals", [response])))
