"""``recall import``."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from model_training.commands.options import command, service
from model_training.commands.output import Output
from model_training.commands.review_files import ReviewFiles, reviews
from model_training.progress import Progress

if TYPE_CHECKING:
    from model_training.learner_import.run import Imported


@command
@reviews
@click.option("--learner", required=True, metavar="ID", help="The learner's id in the service.")
@service
def import_(reviews: ReviewFiles, learner: str, endpoint: str | None, api_key: str | None) -> Output:
    """Give a learner's old reviews to a service that remembers learners.

    REVIEWS are one learner's Anki packages or collections, CSV, Parquet or JSON. Importing them again stores
    nothing twice.
    """
    from model_training.learner_import.run import import_reviews
    from model_training.learner_import.service import find_service

    found = find_service(endpoint, api_key)
    with Progress(2) as progress:
        with progress.step("reading reviews"):
            log = reviews.read(datetime.now(UTC))
        done = import_reviews(log, learner, found, progress)
    return Output(done.as_result(), ["\n".join(_lines(done))], log.notes)


def _lines(done: Imported) -> list[str]:
    lines = [
        f"{done.learner}: {done.accepted:,} of {done.reviews:,} reviews of {done.cards:,} cards imported, "
        f"{done.repeated:,} were there already, {sum(done.rejected.values()):,} rejected"
    ]
    lines += [f"Rejected {count:,}: {reason}" for reason, count in done.rejected.items()]
    lines += [f"Skipped {count:,} rows: {reason}" for reason, count in sorted(done.skipped.items())]
    if done.other_study_days:
        lines.append(
            f"{done.other_study_days:,} reviews are on another study day than in the files: no offset from "
            "UTC gives theirs"
        )
    return lines
