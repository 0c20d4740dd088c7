"""``recall calibrate``."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from model_training.commands.options import command, lake, table
from model_training.commands.output import Output


@command
@table
@lake
def calibrate(bucket: str | None, endpoint_url: str | None, table_bucket: str | None) -> Output:
    """Compare predictions with what came of them, day by day and model by model."""
    from pyiceberg.expressions import GreaterThanOrEqual

    from model_training.calibration import COLUMNS, first_day
    from model_training.calibration import calibrate as compute
    from model_training.engines.duck import duck
    from model_training.registry.lake import find_lake
    from model_training.registry.table import find_table

    now, into = datetime.now(UTC), find_lake(bucket, endpoint_url)
    newest = GreaterThanOrEqual("date", first_day(now).isoformat())
    with duck(find_table(table_bucket, endpoint_url), COLUMNS, newest) as engine:
        done = compute(into, engine, now)
    days = f"{len(done.days):,} days changed, the others are as they were"
    return Output({"days": done.days, "metrics": done.metrics}, [f"{days}\n{_week(done.week)}"])


def _week(week: dict[str, Any] | None) -> str:
    if week is None:
        return "the newest 7 days have too few outcomes of the live model to judge it by"
    auc = "none, all ended alike" if week["auc"] is None else f"{week['auc']:.4f}"
    return (
        f"{week['model_version']}, newest 7 days: {week['reviews']:,} outcomes, log loss "
        f"{week['log_loss']:.4f}, calibration error {week['calibration_error']:.4f}, AUC {auc}"
    )
