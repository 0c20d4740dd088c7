"""``recall calibrate``."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from model_training.commands.options import command, lake
from model_training.commands.output import Output


@command
@lake
def calibrate(bucket: str | None, endpoint_url: str | None) -> Output:
    """Compare predictions with what came of them, day by day and model by model."""
    from model_training.calibration import calibrate as compute
    from model_training.registry.lake import find_lake

    done = compute(find_lake(bucket, endpoint_url), datetime.now(UTC))
    days = f"{len(done.days):,} days computed, the others are as they were"
    return Output({"days": done.days, "metrics": done.metrics}, [f"{days}\n{_week(done.week)}"])


def _week(week: dict[str, Any] | None) -> str:
    if week is None:
        return "the newest 7 days have too few outcomes of the live model to judge it by"
    auc = "none, all ended alike" if week["auc"] is None else f"{week['auc']:.4f}"
    source = week["source"].replace("_", " ")
    return (
        f"{week['model_version']}, {source}, newest 7 days: {week['reviews']:,} outcomes, log loss "
        f"{week['log_loss']:.4f}, calibration error {week['calibration_error']:.4f}, AUC {auc}"
    )
