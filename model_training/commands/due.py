"""``recall due``."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from model_training.commands.options import Recall, command, lake, table
from model_training.commands.output import Output


@command
@click.option(
    "--target-recall",
    type=Recall(),
    default=0.9,
    show_default=True,
    metavar="P",
    help="A card is due when its recall has fallen to this.",
)
@click.option(
    "--date",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="YYYY-MM-DD",
    help="Make the lists as of the beginning of this day in UTC.  [default: now]",
)
@table
@lake
def due(
    bucket: str | None,
    endpoint_url: str | None,
    table_bucket: str | None,
    target_recall: float,
    date: datetime | None,
) -> Output:
    """Make the due lists of the decks in the lake, for apps that need no call at study time."""
    from model_training.due import make_due_lists
    from model_training.registry.lake import find_lake
    from model_training.registry.table import find_table

    now = datetime.now(UTC) if date is None else date.replace(tzinfo=UTC)
    done = make_due_lists(
        find_lake(bucket, endpoint_url), lambda: find_table(table_bucket, endpoint_url), now, target_recall
    )
    lines = [
        f"due/{name}/date={done.date}/: {deck['due']:,} of {deck['cards']:,} cards are due by the end of "
        f"the day, of {deck['learners']:,} learners; {deck['unused']:,} rows can't be used: problems.json"
        for name, deck in done.decks.items()
    ]
    lines.append(f"{len(done.decks):,} decks scored by {done.model_version}")
    return Output(done.as_result(), ["\n".join(lines)])
