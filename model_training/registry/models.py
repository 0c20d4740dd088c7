"""The versions in the lake: what `models` shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from model_training.registry.card import timestamp
from model_training.registry.lake import Lake
from model_training.registry.moves import Move, read_moves
from model_training.registry.pointer import read_pointer
from model_training.registry.signing import SigningError
from model_training.registry.stored_model import (
    FORMATS,
    PREFIX,
    SIGNATURE_FILE,
    measured,
    read_card,
    read_model,
)
from model_training.registry.trust import check_signature, read_trusted

COLUMNS = ("", "version", "trained", "published", "signed", "log loss", "AUC", "held out", "learners")
UNKNOWN = "–"


@dataclass(frozen=True)
class ListedModel:
    """A model in the lake.

    Parameters
    ----------
    name : str
        The model's version.
    card : dict
        The model's card; empty when it is missing or unreadable.
    published_at : str
        ISO 8601, in UTC: when S3 received the artifact, at the latest publishing.
    signed : str
        ``–``, ``yes`` in a lake that trusts nobody, else ``trusted`` or ``not trusted``.
    """

    name: str
    card: dict[str, Any]
    published_at: str
    signed: str


def list_versions(lake: Lake) -> list[ListedModel]:
    """Return the versions whose artifact lies in the lake, the latest published first."""
    found, trusted, keys = [], read_trusted(lake), lake.keys(PREFIX)
    for key, written in keys.items():
        name, _, file = key.removeprefix(PREFIX).rpartition("/")
        if file in FORMATS:
            signed = UNKNOWN
            if f"{PREFIX}{name}/{SIGNATURE_FILE}" in keys:
                signed = "yes" if trusted is None else _checked(lake, name, trusted)
            found.append(ListedModel(name, read_card(lake, name), timestamp(written), signed))
    return sorted(found, key=lambda version: (version.published_at, version.name), reverse=True)


def models_report(lake: Lake) -> str:
    """Return the table of versions, the live one marked, and a line about the latest move.

    Raises
    ------
    LakeError
        If S3 refuses or can't be reached.
    """
    live = read_pointer(lake).version
    rows = [COLUMNS, *(_row(version, live) for version in list_versions(lake))]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    table = ["  ".join(map(str.ljust, row, widths)).rstrip() for row in rows]
    return "\n".join([*table, "", _live_line(live, read_moves(lake))])


def _row(version: ListedModel, live: str | None) -> tuple[str, ...]:
    shown = (
        ("metrics", "log_loss"),
        ("metrics", "auc"),
        ("metrics", "held_out_reviews"),
        ("data", "learners"),
    )
    figures = [_figure(measured(version.card, *name)) for name in shown]
    times = (str(version.card.get("trained_at") or UNKNOWN), version.published_at)
    return "*" if version.name == live else "", version.name, *times, version.signed, *figures


def _checked(lake: Lake, name: str, trusted: bytes) -> str:
    try:
        check_signature(read_model(lake, name), trusted)
    except SigningError:
        return "not trusted"
    return "trusted"


def _figure(value: float | None) -> str:
    return UNKNOWN if value is None else f"{value:,}" if isinstance(value, int) else f"{value:.4f}"


def _live_line(live: str | None, moves: list[Move]) -> str:
    if live is None:
        return "* live: none of these; the default model answers"
    made = [move for move in moves if move.after == live]
    if not made:
        return f"* live: {live}"
    move = made[-1]
    why = f"; {move.why}" if move.why else ""
    how = f"{move.kind} from {move.before or 'the default model'}{why}"
    return f"* live: {live} since {move.at}, by {move.by} ({how})"
