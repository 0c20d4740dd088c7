"""``recall compact``."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from model_training.commands.options import command, lake
from model_training.commands.output import Output

LONGEST_RETENTION = 36_500  # days


@command
@click.option(
    "--retention-days",
    type=click.IntRange(1, LONGEST_RETENTION),
    metavar="N",
    help="Drop what was reviewed before the last N days.  [default: keep all]",
)
@lake
def compact(bucket: str | None, endpoint_url: str | None, retention_days: int | None) -> Output:
    """Merge the reviews that arrived into the table of reviews, each event once."""
    from model_training.registry.lake import find_lake
    from model_training.review_table import compact as merge

    done = merge(find_lake(bucket, endpoint_url), now=datetime.now(UTC), retention_days=retention_days)
    lines = [
        f"{done.objects:,} objects of the inbox merged into {len(done.days):,} days: {done.stored:,} events "
        f"stored, {done.repeated:,} repeated, {done.expired:,} older than the retention"
    ]
    if done.dropped_days:
        lines.append(f"{done.dropped_days:,} days dropped, older than the retention")
    return Output(done.as_result(), ["\n".join(lines)])
