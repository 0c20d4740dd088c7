"""Which model was live on a day, and which inputs it was trained on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from model_training.calibration.drift import Inputs
from model_training.registry.lake import Lake
from model_training.registry.moves import Move
from model_training.registry.stored_model import read_card
from recall.features import FEATURE_NAMES


def live_on(day: date, moves: Sequence[Move], live: str | None) -> str | None:
    """Return the version that was live when a UTC day ended; None: the default model.

    Parameters
    ----------
    day : datetime.date
        The day.
    moves : sequence of Move
        All moves of the live pointer, the oldest first.
    live : str or None
        The version that is live now.
    """
    past = [move for move in moves if datetime.fromisoformat(move.at).date() <= day]
    if past:
        return past[-1].after
    return moves[0].before if moves else live


class Cards:
    """The model cards of a lake, each read once.

    Parameters
    ----------
    lake : Lake
        The lake that holds the models.
    """

    def __init__(self, lake: Lake) -> None:
        self._lake = lake
        self._read: dict[str, Inputs | None] = {}

    def inputs(self, version: str | None) -> Inputs | None:
        """Return the distributions of the inputs that a model was trained on; None if its card has none."""
        if version is None:
            return None
        if version not in self._read:
            data = read_card(self._lake, version).get("data")
            found = data.get("inputs") if isinstance(data, dict) else None
            known = isinstance(found, dict) and found.keys() >= set(FEATURE_NAMES)
            self._read[version] = found if known else None
        return self._read[version]
