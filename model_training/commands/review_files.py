"""The review logs that a command reads, and what the user says of them."""

from __future__ import annotations

import functools
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from zoneinfo import ZoneInfo

import click

from model_training.commands.local_time import TimeOfDay, TimeZone
from model_training.commands.meanings import Columns, Ratings, merged
from model_training.commands.options import PATH

if TYPE_CHECKING:
    from model_training.review_log.canonical import ReviewLog


class ReviewFiles(NamedTuple):
    """Files of review logs, and what the user says of all of them.

    Parameters
    ----------
    paths : tuple of Path
        The files.
    time_zone : ZoneInfo or None
        The learners' time zone, in place of what the files say.
    day_starts_at : timedelta or None
        When the learners' study days begin, since midnight, in place of what the files say.
    columns : dict of str to str
        The name of the column for each field of tables whose names don't say it.
    ratings : dict of str to int
        The ratings that values of tables stand for, 0 for no review.
    """

    paths: tuple[Path, ...]
    time_zone: ZoneInfo | None
    day_starts_at: timedelta | None
    columns: dict[str, str]
    ratings: dict[str, int]

    def read(self, now: datetime) -> ReviewLog:
        """Read the review log, with `model_training.readers.read`."""
        from model_training.readers import read
        from model_training.readers.meanings import Meanings
        from model_training.readers.ratings import spelling
        from model_training.review_log.study_days import StudyDays

        ratings = {spelling(value): rating for value, rating in self.ratings.items()}
        return read(
            self.paths,
            now=now,
            study_days=StudyDays(self.time_zone, self.day_starts_at),
            meanings=Meanings(self.columns, ratings),
        )


def reviews(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add the review logs to read: ``reviews`` is a `ReviewFiles`."""
    return _review_files(click.argument("reviews", nargs=-1, required=True, type=PATH), function)


def reviews_option(what: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Add review logs that may be given: ``reviews`` is a `ReviewFiles`, perhaps without any.

    Parameters
    ----------
    what : str
        The help text.
    """
    option = click.option("--reviews", multiple=True, type=PATH, metavar="REVIEWS", help=what)
    return functools.partial(_review_files, option)


def _review_files(
    paths: Callable[[Callable[..., Any]], Callable[..., Any]], function: Callable[..., Any]
) -> Callable[..., Any]:
    """Add the files, where the study days of their learners begin, and what tables' values stand for."""

    @functools.wraps(function)
    def run(
        *,
        reviews: tuple[Path, ...],
        time_zone: ZoneInfo | None,
        day_starts_at: timedelta | None,
        columns: tuple[dict[str, str], ...],
        ratings: tuple[dict[str, int], ...],
        **options: Any,
    ) -> Any:
        meanings = merged("--columns", columns), merged("--ratings", ratings)
        return function(reviews=ReviewFiles(reviews, time_zone, day_starts_at, *meanings), **options)

    zone = click.option(
        "--time-zone",
        type=TimeZone(),
        metavar="ZONE",
        help="The learners' time zone, such as Europe/Berlin.  [default: as the reviews' files say, or UTC]",
    )
    starts = click.option(
        "--day-starts-at",
        type=TimeOfDay(),
        metavar="HH:MM",
        help="When a study day begins there.  [default: as the reviews' files say, or 04:00]",
    )
    names = click.option(
        "--columns",
        multiple=True,
        type=Columns(),
        metavar="FIELD=NAME",
        help="A table's column for a field, such as card=word; once for each, or with commas.",
    )
    meanings = click.option(
        "--ratings",
        multiple=True,
        type=Ratings(),
        metavar="VALUE=RATING",
        help="The rating that a value stands for, such as 5=4 or 0=skip; once for each, or with commas.",
    )
    return paths(zone(starts(names(meanings(run)))))
