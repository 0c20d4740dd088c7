"""``recall expire``."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import click

from model_training.commands.options import command, endpoint, table
from model_training.commands.output import Output

LONGEST_RETENTION = 36_500  # days


@command
@click.option(
    "--retention-days",
    type=click.IntRange(1, LONGEST_RETENTION),
    required=True,
    metavar="N",
    help="Keep what was reviewed on the last N days in UTC, today included.",
)
@table
@endpoint
def expire(endpoint_url: str | None, table_bucket: str | None, retention_days: int) -> Output:
    """Delete the reviews that are older than the retention."""
    from model_training.registry.table import find_table

    first = datetime.now(UTC).date() - timedelta(days=retention_days - 1)
    expired = find_table(table_bucket, endpoint_url).expire(first)
    line = f"{expired:,} reviews deleted, from before {first}"
    return Output({"expired": expired, "before": str(first)}, [line])
