"""What a model is compared with the live one on, and the owner's reason to make it live all the same."""

from __future__ import annotations

import functools
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from model_training.commands.options import Reason
from model_training.commands.review_files import ReviewFiles, reviews_option

if TYPE_CHECKING:
    import pandas as pd


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
        "compare it on, or it is a model of your own whose recall rises.",
    )
    return reviews(force(run))
