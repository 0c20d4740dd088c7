"""``recall erase``."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from model_training.commands.options import command, lake
from model_training.commands.output import Output


@command
@click.argument("learners", nargs=-1, required=True, metavar="LEARNER...")
@lake
def erase(learners: tuple[str, ...], bucket: str | None, endpoint_url: str | None) -> Output:
    """Erase learners from everything that the lake keeps of learners.

    LEARNER is the name that the reviews have.
    """
    from model_training.registry.lake import find_lake
    from model_training.review_table import erase as erase_from

    done = erase_from(find_lake(bucket, endpoint_url), *learners, now=datetime.now(UTC))
    line = (
        f"{', '.join(done.learners)}: erased {done.reviews:,} reviews, {done.deck_rows:,} rows of decks and "
        f"{done.due_files:,} due lists, {done.old_versions:,} older versions that held any of these, and "
        f"{done.query_results:,} results of queries"
    )
    return Output(done.as_result(), [line])
