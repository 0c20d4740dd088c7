"""Arguments and options that several commands have, and what makes a function a command."""

from __future__ import annotations

import functools
from collections.abc import Callable
from datetime import datetime, timedelta
from math import isnan
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from zoneinfo import ZoneInfo

import click

from model_training.commands.local_time import TimeOfDay, TimeZone
from model_training.commands.meanings import Columns, Ratings, merged
from model_training.commands.output import Output

if TYPE_CHECKING:
    import pandas as pd

    from model_training.review_log.canonical import ReviewLog

PATH = click.Path(path_type=Path)


class Finished(NamedTuple):
    """A command's output, and whether it is wanted as JSON."""

    output: Output
    as_json: bool


def command(function: Callable[..., Output]) -> click.Command:
    """Make a command of a function: its name with ``-`` for ``_``, its docstring as the help text.

    Every command has ``--json``.
    """

    @functools.wraps(function)
    def run(*, as_json: bool, **options: Any) -> Finished:
        return Finished(function(**options), as_json)

    made = click.command(function.__name__.replace("_", "-"))(run)
    what = "Print what was found as JSON, for programs."
    made.params.append(click.Option(["--json", "as_json"], is_flag=True, help=what))
    return made


def lake(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add which data lake a command works on."""
    bucket = click.option(
        "--bucket", metavar="NAME", help="The data lake's bucket.  [default: the one that `make up` deployed]"
    )
    endpoint = click.option("--endpoint-url", metavar="URL", help="An S3 other than AWS's.")
    return bucket(endpoint(function))


def by(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add who does it."""
    return click.option("--by", metavar="NAME", help="Who does it, for the record.  [default: user@host]")(
        function
    )


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


def out(metavar: str, what: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Add where to write.

    Parameters
    ----------
    metavar : str
        The placeholder of the path in the help text.
    what : str
        What the command writes there, to end the help text's sentence.
    """
    return click.option("--out", required=True, type=PATH, metavar=metavar, help=f"Where to write {what}.")


def verify(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add whose signature a model must have: ``verify`` is a path or None."""

    @functools.wraps(function)
    def run(*, verify_key: Path | None, verify_certificate_chain: Path | None, **options: Any) -> Any:
        if verify_key is not None and verify_certificate_chain is not None:
            raise click.UsageError("give --verify-key or --verify-certificate-chain, not both")
        return function(verify=verify_key or verify_certificate_chain, **options)

    key = click.option(
        "--verify-key",
        type=PATH,
        metavar="FILE.pem",
        help="The public key whose signature the model must have.",
    )
    chain = click.option(
        "--verify-certificate-chain",
        type=PATH,
        metavar="FILE.pem",
        help="The root certificate of the signature that the model must have.",
    )
    return key(chain(run))


class Recall(click.FloatRange):
    """A recall probability greater than 0 and less than 1."""

    def __init__(self) -> None:
        super().__init__(0.0, 1.0, min_open=True, max_open=True)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Return the probability."""
        recall = float(super().convert(value, param, ctx))
        if isnan(recall):
            self.fail("nan is no number", param, ctx)
        return recall


class Reason(click.ParamType[str]):
    """A reason that says something."""

    name = "reason"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the reason without blanks around it."""
        if not value.strip():
            self.fail("give the reason, for the record", param, ctx)
        return str(value).strip()


class Judges(NamedTuple):
    """What has a say in whether a model goes live.

    Parameters
    ----------
    files : ReviewFiles
        The review logs to compare it with the live model on; without any, the lake's reviews.
    force : str
        The owner's reason to make it live whatever they say; empty for none.
    """

    files: ReviewFiles
    force: str

    def read(self, now: datetime) -> pd.DataFrame | None:
        """Read the reviews; None when no file is given."""
        return self.files.read(now).reviews if self.files.paths else None


def judges(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add what a model is compared with the live one on: ``judges`` is a `Judges`."""

    @functools.wraps(function)
    def run(*, reviews: ReviewFiles, force: str | None, **options: Any) -> Any:
        return function(judges=Judges(reviews, force or ""), **options)

    reviews = reviews_option(
        "A review log to compare it with the live model on: newer than what it was trained on, or the one "
        "that it was fitted to; once for each file.  [default: the lake's reviews]"
    )
    force = click.option(
        "--force",
        type=Reason(),
        metavar="REASON",
        help="Make it live although it isn't shown to be as good as the live one, or there are no reviews to "
        "compare it on, or it is a scikit-learn model whose recall rises.",
    )
    return reviews(force(run))


MOST_LEARNERS = 1_000
LARGEST_SEED = 2**32 - 1


def learners(default: int) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Add how many learners are simulated."""
    return click.option(
        "--learners",
        type=click.IntRange(1, MOST_LEARNERS),
        default=default,
        show_default=True,
        metavar="N",
        help="How many learners to simulate.",
    )


def seed(what: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Add the seed of the random numbers; ``what`` depends on it."""
    return click.option(
        "--seed",
        type=click.IntRange(0, LARGEST_SEED),
        default=1,
        show_default=True,
        metavar="N",
        help=f"The random seed: another one gives other {what}.",
    )
