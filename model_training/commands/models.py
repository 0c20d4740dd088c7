"""``recall models``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from model_training.commands.options import command, lake
from model_training.commands.output import Output
from model_training.reports.tables import Table

HEAD = ("", "version", "trained", "published", "signed", "log loss", "AUC", "held out", "learners")
UNKNOWN = "–"


@command
@lake
def models(bucket: str | None, endpoint_url: str | None) -> Output:
    """List the models in the lake, and which is live."""
    from model_training.registry.lake import find_lake
    from model_training.registry.models import list_models

    found = list_models(find_lake(bucket, endpoint_url))
    rows = [_row(each, found["live"]) for each in found["models"]]
    return Output(found, [Table(HEAD, rows), _live_line(found["live"], found["move"])])


def _row(model: Mapping[str, Any], live: str | None) -> tuple[str, ...]:
    figures = (model[name] for name in ("log_loss", "auc", "held_out_reviews", "learners"))
    times = (model["trained_at"] or UNKNOWN, model["published_at"])
    mark = "*" if model["version"] == live else ""
    return mark, model["version"], *times, model["signed"] or UNKNOWN, *map(_figure, figures)


def _figure(value: float | None) -> str:
    return UNKNOWN if value is None else f"{value:,}" if isinstance(value, int) else f"{value:.4f}"


def _live_line(live: str | None, move: Mapping[str, str] | None) -> str:
    if live is None:
        return "* live: none of these; the default model answers"
    if move is None:
        return f"* live: {live}"
    why = f"; {move['why']}" if move["why"] else ""
    how = f"{move['kind']} from {move['before'] or 'the default model'}{why}"
    return f"* live: {live} since {move['at']}, by {move['by']} ({how})"
