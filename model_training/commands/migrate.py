"""``recall migrate``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from model_training.commands.options import command, lake, service, table
from model_training.commands.output import Output
from model_training.progress import Progress

if TYPE_CHECKING:
    from model_training.migration.run import Migration


@command
@lake
@table
@service
@click.option(
    "--table-only",
    is_flag=True,
    help="Send nothing to the service: for a stage that had `memory: true` all the time.",
)
@click.option("--delete", is_flag=True, help="Delete the old files afterwards, with all their versions.")
def migrate(
    bucket: str | None,
    table_bucket: str | None,
    endpoint_url: str | None,
    endpoint: str | None,
    api_key: str | None,
    table_only: bool,
    delete: bool,
) -> Output:
    """Bring the reviews of the lake's old files into the table of reviews, and into the service's memory.

    Releases before the table kept them under `reviews/` in the lake. Running it again brings what is missing,
    and nothing twice.
    """
    from model_training.learner_import.service import find_service
    from model_training.migration.run import migrate as bring
    from model_training.registry.lake import find_lake
    from model_training.registry.table import find_table

    found = None if table_only else find_service(endpoint, api_key)
    with Progress(2 if table_only else 3) as progress:
        done = bring(
            find_lake(bucket, endpoint_url),
            find_table(table_bucket, endpoint_url),
            found,
            progress,
            delete=delete,
        )
    lines = _lines(done, table_only=table_only, delete=delete)
    return Output(done.as_result(), ["\n".join(lines)])


def _lines(done: Migration, *, table_only: bool, delete: bool) -> list[str]:
    lines = [
        f"{done.objects:,} old files with {done.reviews:,} reviews: {done.added:,} rows added to the table, "
        f"{done.in_table:,} were there already"
    ]
    if not table_only:
        rejected = sum(done.rejected.values())
        lines.append(
            f"The memory took {done.accepted:,}, had {done.in_memory:,} already, and rejected {rejected:,}"
        )
    lines += [f"Rejected {count:,}: {why}" for why, count in done.rejected.items()]
    if delete and done.rejected:
        lines.append("Nothing was deleted, since the service rejected reviews; the table has them")
    elif delete:
        lines.append(f"{done.deleted:,} old files deleted, with all their versions")
    if done.kept:
        lines.append(f"Left as they are: {', '.join(done.kept)}")
    return lines
