"""What the endpoints work on: the parts of a stage that its owner watches and operates."""

from __future__ import annotations

from typing import NamedTuple

from operations.alarms import Alarms
from operations.cost import Cost
from operations.models import Models
from operations.moves import Moves
from operations.reviews import Reviews
from operations.runs import Runs


class Stage(NamedTuple):
    """A stage's parts.

    Attributes
    ----------
    runs : Runs
    models : Models
    moves : Moves
    reviews : Reviews
    alarms : Alarms
    cost : Cost
    """

    runs: Runs
    models: Models
    moves: Moves
    reviews: Reviews
    alarms: Alarms
    cost: Cost
