"""``recall reload``."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from model_training.commands.options import command, endpoint, table
from model_training.commands.output import Output
from model_training.progress import Progress


@command
@click.argument("learners", nargs=-1, metavar="[LEARNER...]")
@click.option(
    "--learners-table",
    metavar="NAME",
    help="The memory's table in DynamoDB.  [default: the one that `make up` deployed]",
)
@table
@endpoint
def reload(
    learners: tuple[str, ...],
    learners_table: str | None,
    table_bucket: str | None,
    endpoint_url: str | None,
) -> Output:
    """Make the table of reviews what the memory says: add rows that are missing, remove those too many.

    For changes of the memory that never got into the table; docs/runbook.md says when. Without LEARNER all
    learners are compared.
    """
    from model_training.registry.table import find_table
    from model_training.reload import find_record
    from model_training.reload import reload as make_right

    found = find_table(table_bucket, endpoint_url)
    record = find_record(learners_table, endpoint_url)
    with Progress(1) as progress:
        done = make_right(found, record, learners, progress, now=datetime.now(UTC))
    line = (
        f"{done.learners:,} learners compared with the memory: {done.added:,} reviews that were missing are "
        f"in the table now, {done.removed:,} that the memory doesn't have are gone"
    )
    return Output(done.as_result(), [line])
