"""Which model was live on a day, and from when on reviews are evidence about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from model_training.registry.lake import Lake
from model_training.registry.moves import Move
from model_training.registry.stored_model import PREFIX
from model_training.retraining.served import ServedModel, served


@dataclass(frozen=True)
class Tenure:
    """A model that was live.

    Parameters
    ----------
    version : str or None
        None: the default model.
    since : datetime or None
        When it went live; None when the record doesn't know.
    """

    version: str | None
    since: datetime | None


def live_on(day: date, moves: Sequence[Move], live: str | None) -> Tenure:
    """Return the model that was live when a UTC day ended.

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
        return Tenure(past[-1].after, datetime.fromisoformat(past[-1].at))
    return Tenure(moves[0].before if moves else live, None)


class Models:
    """The models of a lake, each read once.

    Parameters
    ----------
    lake : Lake
        The lake that holds the models.
    """

    def __init__(self, lake: Lake) -> None:
        self._lake = lake
        self._read: dict[str | None, ServedModel | None] = {}

    def get(self, version: str | None) -> ServedModel | None:
        """Return a model; None when it was deleted.

        Raises
        ------
        LakeError, ArtifactError
            If it can't be read or served.
        """
        if version not in self._read:
            there = version is None or bool(self._lake.keys(f"{PREFIX}{version}/"))
            self._read[version] = served(self._lake, version) if there else None
        return self._read[version]


def evidence_after(tenure: Tenure, model: ServedModel) -> datetime | None:
    """Return the moment after which reviews say something of a model; None: all of them do.

    It can't have been trained on what is newer than its newest review; where its card doesn't have that, on
    what is newer than the moment when it went live.
    """
    return model.newest_review or tenure.since
