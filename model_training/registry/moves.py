"""The record of who moved the pointer: one object a move, under ``models/history/``."""

from __future__ import annotations

import getpass
import json
import socket
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

from model_training.registry.card import timestamp
from model_training.registry.lake import Lake, LakeError
from model_training.registry.stored_model import PREFIX, read_json
from recall import rollback

HISTORY = f"{PREFIX}history/"
PUBLISH, PROMOTE, ROLLBACK = "publish", "promote", rollback.ROLLBACK


@dataclass(frozen=True)
class Move:
    """A move of the pointer.

    Parameters
    ----------
    kind : str
        ``publish``, ``promote`` or ``rollback``.
    before, after : str or None
        The version that was live, and the one that is live since; None before the first one.
    by : str
        Who moved it: a name, or ``user@host``.
    why : str
        The reason that was given; empty without.
    at : str
        ISO 8601, in UTC, by the mover's clock.
    """

    kind: str
    before: str | None
    after: str
    by: str
    why: str
    at: str


def make_move(kind: str, before: str | None, after: str, *, by: str, why: str, now: datetime) -> Move:
    """Return the move that is made now."""
    return Move(kind, before, after, by, why, timestamp(now))


def record(lake: Lake, move: Move, now: datetime) -> None:
    """Write a move into the lake."""
    key = f"{HISTORY}{now.astimezone(UTC):%Y%m%dT%H%M%S.%fZ}-{move.after}.json"
    lake.write(key, json.dumps(asdict(move), indent=2, sort_keys=True).encode() + b"\n")


def read_moves(lake: Lake) -> list[Move]:
    """Return all moves, the oldest first: in the order in which S3 received them, then by the movers' clocks.

    Raises
    ------
    LakeError
        If a record isn't one, or S3 doesn't give it.
    """
    written = lake.keys(HISTORY)
    return [_read(lake, key) for key in sorted(written, key=lambda key: (written[key], key))]


def live_before(moves: list[Move], live: str | None) -> str | None:
    """Return the version that was live before this one, or None when the record doesn't know."""
    return rollback.live_before(((each.kind, each.before, each.after) for each in moves), live)


def whoami() -> str:
    """Return ``user@host`` of the running process; a nameless user, as in containers, is ``unknown``."""
    try:
        user = getpass.getuser()
    except (OSError, KeyError):
        user = "unknown"
    return f"{user}@{socket.gethostname()}"


def _read(lake: Lake, key: str) -> Move:
    try:
        return Move(**read_json(lake, key))
    except TypeError as error:
        raise LakeError(
            f"s3://{lake.bucket}/{key}: not a record of a move that this version knows"
        ) from error
