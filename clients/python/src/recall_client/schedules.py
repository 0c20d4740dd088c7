"""The responses of ``/v1/schedule``: when cards are due."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

import msgspec

from recall_client.responses import CardResult

RATINGS = {"again", "hard", "good", "easy"}
Bound = Literal["min_interval", "min_relearning_interval", "max_interval"]


class Interval(msgspec.Struct, frozen=True, kw_only=True):
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


class Schedule(CardResult, frozen=True, kw_only=True):
    """When a card is due; its other parameters are those of `CardResult`.

    Parameters
    ----------
    intervals : tuple of Interval
        One for each target, in the order in which the targets were sent.
    new : bool
        Whether the card was never reviewed.
    """

    intervals: tuple[Interval, ...]
    new: bool = False

    @property
    def interval(self) -> Interval:
        """The interval for the first target, which is mostly the only one."""
        return self.intervals[0]


class RatedSchedule(CardResult, frozen=True, kw_only=True):
    """When a card would be due after each rating given now; its other parameters are those of `CardResult`.

    Parameters
    ----------
    again, hard, good, easy : tuple of Interval
        The intervals, from now on, after a review with that rating: one for each target, in the order in
        which the targets were sent.
    """

    again: tuple[Interval, ...]
    hard: tuple[Interval, ...]
    good: tuple[Interval, ...]
    easy: tuple[Interval, ...]


def read_schedule(body: Any) -> Schedule:
    """Read the result of one card; for a single target, its interval isn't in a list of its own."""
    if isinstance(body, dict) and "intervals" not in body:
        body = {**body, "intervals": [body]}
    return msgspec.convert(body, Schedule)


def read_rated_schedule(body: Any) -> RatedSchedule:
    """Read the result of one card for each rating, for a single target or for a list of them."""
    if isinstance(body, dict):
        body = {name: _intervals(value) if name in RATINGS else value for name, value in body.items()}
    return msgspec.convert(body, RatedSchedule)


def _intervals(value: Any) -> Any:
    return value.get("intervals", [value]) if isinstance(value, dict) else value
