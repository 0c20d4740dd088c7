"""``recall erase``."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from model_training.commands.options import command, lake, table
from model_training.commands.output import Output

if TYPE_CHECKING:
    from model_training.erasure import Erasure


@command
@click.argument("learners", nargs=-1, required=True, metavar="LEARNER...")
@click.option(
    "--received-until",
    metavar="TIME",
    help="Keep the reviews that came in after this moment: of a learner who has begun anew.",
)
@table
@lake
def erase(
    learners: tuple[str, ...],
    bucket: str | None,
    endpoint_url: str | None,
    table_bucket: str | None,
    received_until: str | None,
) -> Output:
    """Erase learners from the reviews and from everything that was made of them.

    LEARNER is the name that the reviews have.
    """
    from model_training.erasure import erase as erase_from
    from model_training.registry.lake import find_lake
    from model_training.registry.table import find_table

    until = None if received_until is None else _moment(received_until)
    done = erase_from(
        find_lake(bucket, endpoint_url),
        find_table(table_bucket, endpoint_url),
        *learners,
        now=datetime.now(UTC),
        received_until=until,
    )
    erased = (
        f"{', '.join(done.learners)}: erased {done.reviews:,} reviews, {done.deck_rows:,} rows of decks and "
        f"{done.due_files:,} due lists, {done.old_versions:,} older versions that held any of these, "
        f"{done.query_results:,} results of queries and {done.training_files:,} files of training runs"
    )
    return Output(done.as_result(), [f"{erased}\n{_left(done)}"])


def _left(done: Erasure) -> str:
    if done.gone_by is None:
        return "no file of the table of reviews has any of their reviews"
    held = f"older snapshots hold {done.older_reviews:,}" if done.older_reviews else "no snapshot has any"
    return f"of the table of reviews {held}; its storage has deleted the bytes by {done.gone_by}"


def _moment(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise click.BadParameter(
            f"{text!r} must be a moment with its offset from UTC, such as 2026-11-20T08:15:00Z",
            param_hint="--received-until",
        )
    return found
