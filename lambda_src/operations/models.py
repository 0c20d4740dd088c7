"""The lake's models with the figures of their cards, what the gates found, and who made which one live."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any, NamedTuple

from operations.objects import Objects
from operations.outages import outages_as_503
from operations.runs import RUNS, checked_name
from recall.errors import InvalidInputError
from recall.pointer import ONNX, PORTABLE, SKOPS
from recall.rollback import live_before

# As the training side has them; tests compare.
PREFIX = "models/"
POINTER = f"{PREFIX}current.json"
HISTORY = f"{PREFIX}history/"
FORMATS = {"model.json": PORTABLE, "model.skops": SKOPS, "model.onnx": ONNX}
CARD, SIGNATURE, DECISION = "card.json", "model.sig", "decision.json"
LISTED = 50  # of models and of moves
READERS = 8  # S3 answers many at once
# Each figure of a card, and where it is.
FIGURES = {
    "log_loss": ("metrics", "log_loss"),
    "auc": ("metrics", "auc"),
    "held_out_reviews": ("metrics", "held_out_reviews"),
    "reviews": ("data", "scored_reviews"),
    "learners": ("data", "learners"),
}
JUDGED_ON = ("champion", "reviews", "learners", "from", "until")

Record = Mapping[str, Any]


class Stored(NamedTuple):
    """A version whose artifact is in the lake.

    Attributes
    ----------
    version : str
    file : str
        Name of the artifact's file.
    published_at : datetime
        When S3 received it.
    """

    version: str
    file: str
    published_at: datetime


class Models:
    """The models of one deployment.

    Parameters
    ----------
    objects : Objects
        The data lake.

    Every method raises `OperationsUnavailableError` while S3 is out of reach.
    """

    def __init__(self, objects: Objects) -> None:
        self._objects = objects

    @outages_as_503()
    def newest(self) -> dict[str, Any]:
        """Return the live version, the one before it, and the newest `LISTED` models and moves.

        The newest are first; the live model is among them, however old it is.
        """
        keys = self._objects.keys(PREFIX)
        pointer = self._objects.record(POINTER) or {}
        live = pointer.get("version")
        stored = sorted(_stored(keys), key=lambda each: (each.published_at, each.version), reverse=True)
        moved = sorted(
            (key for key in keys if key.startswith(HISTORY)), key=lambda k: (keys[k], k), reverse=True
        )
        with ThreadPoolExecutor(READERS) as pool:
            listed = stored[:LISTED] + [each for each in stored[LISTED:] if each.version == live]
            models = list(pool.map(lambda each: self._model(each, keys, live), listed))
            moves = [_move(each) for each in pool.map(self._objects.record, moved[:LISTED]) if each]
        past = [(each["kind"], each["from"], each["to"]) for each in reversed(moves)]
        return {"live": live, "rollback_to": live_before(past, live), "models": models, "moves": moves}

    @outages_as_503()
    def has(self, version: str) -> bool:
        """Tell whether a version's artifact is in the lake."""
        return any(each.version == version for each in _stored(self._objects.keys(f"{PREFIX}{version}/")))

    def _model(self, stored: Stored, keys: Iterable[str], live: str | None) -> dict[str, Any]:
        version, file, published_at = stored
        card = self._objects.record(f"{PREFIX}{version}/{CARD}") or {}
        decision = f"{PREFIX}{version}/{DECISION}"
        run = _part(card, "data").get("run")
        return {
            "version": version,
            "format": FORMATS[file],
            "live": version == live,
            "trained_at": card.get("trained_at"),
            "published_at": _timestamp(published_at),
            "signed": f"{PREFIX}{version}/{SIGNATURE}" in keys,
            "simulated": bool(card.get("simulated")),
            "run": run,
            **{name: _part(card, part).get(figure) for name, (part, figure) in FIGURES.items()},
            "gates": _decided(self._objects.record(decision) or {})
            if decision in keys
            else self._of_run(run, version),
        }

    def _of_run(self, run: object, version: str) -> dict[str, Any] | None:
        """Return what the gate of a training run found about a challenger; None where it judged none."""
        try:
            gate = self._objects.record(f"{RUNS}{checked_name(run)}/gate.json") or {}
        except InvalidInputError:  # a model by hand has no run
            return None
        against = _part(gate, "against").get(version)
        if not isinstance(against, list):
            return None
        return {"passed": not against, "against": "; ".join(map(str, against)), "forced": "", "at": None} | {
            "judged_on": None
        }


def _stored(keys: Mapping[str, datetime]) -> Iterable[Stored]:
    for key, written in keys.items():
        version, _, file = key.removeprefix(PREFIX).rpartition("/")
        if file in FORMATS:
            yield Stored(version, file, written)


def _decided(decision: Record) -> dict[str, Any]:
    """Return what a version was compared with when it went live, and what spoke against it."""
    against = str(decision.get("against", ""))
    judged_on = {name: decision.get(name) for name in JUDGED_ON}
    return {
        "passed": not against,
        "against": against,
        "forced": str(decision.get("forced", "")),
        "at": decision.get("at"),
        "judged_on": judged_on if decision.get("champion") else None,
    }


def _move(move: Record) -> dict[str, Any]:
    told = {name: move.get(name) for name in ("kind", "by", "why", "at")}
    return told | {"from": move.get("before"), "to": move.get("after")}


def _part(record: Record, name: str) -> Record:
    part = record.get(name)
    return part if isinstance(part, dict) else {}


def _timestamp(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
