"""``recall inspect``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from model_training.commands.options import command
from model_training.commands.output import Output
from model_training.commands.review_files import ReviewFiles, reviews
from model_training.progress import Progress
from model_training.reports.tables import Table

LEARNERS_SHOWN = 20
LONGEST_NAME = 24  # characters
UNKNOWN = "n/a"


@command
@reviews
def inspect(reviews: ReviewFiles) -> Output:
    """Show what is understood of review logs, before anyone trains on them.

    REVIEWS are Anki packages or collections, CSV, Parquet or JSON.
    """
    from model_training.training.inspection import inspect_log

    with Progress(1) as progress, progress.step("reading reviews"):
        log = reviews.read(datetime.now(UTC))
    found = inspect_log(log)
    return Output(found, _shown(found))


def _shown(found: Mapping[str, Any]) -> list[str | Table]:
    parts: list[str | Table | None] = [
        "\n".join(f"{title:<10}{value}" for title, value in _summary(found).items()),
        _spreads(found),
        _ratings(found),
        *_learners(found["by_learner"]),
        Table(("skipped", "rows"), [(why, f"{rows:,}") for why, rows in found["skipped"].items()]),
        "\n".join(f"Note: {note}" for note in found["notes"]),
        "\n".join(f"Problem: {problem}" for problem in found["problems"]),
    ]
    return [part for part in parts if part and (isinstance(part, str) or part.rows)]


def _summary(found: Mapping[str, Any]) -> dict[str, str]:
    return {
        "format": "; ".join(found["formats"]),
        "learners": f"{found['learners']:,}",
        "cards": f"{found['cards']:,}",
        "reviews": f"{found['reviews']:,}",
        "span": f"{found['first_review'][:10]} to {found['last_review'][:10]} ({found['days']:,} days)",
        "scored": f"{found['scored_reviews']:,} (at least one study day after the card's review before)",
        "recalled": f"{_percent(found['recall'])} of the scored",
    }


def _spreads(found: Mapping[str, Any]) -> Table:
    spreads = {
        title: found[title.replace(" ", "_")] for title in ("reviews per card", "days between reviews")
    }
    head = ("", "min", "25 %", "median", "75 %", "max")
    return Table(head, [(title, *map(_decimal, values.values())) for title, values in spreads.items()])


def _ratings(found: Mapping[str, Any]) -> Table:
    from model_training.review_log.canonical import RATING_TITLES

    rows = [
        (RATING_TITLES[int(rating)], f"{count:,}", _percent(count / found["reviews"]))
        for rating, count in found["ratings"].items()
    ]
    return Table(("rating", "reviews", "share"), rows)


def _learners(learners: Sequence[Mapping[str, Any]]) -> list[str | Table]:
    """Tabulate the learners with the most reviews."""
    rows = [
        (
            _name(each["learner"]),
            *(f"{each[key]:,}" for key in ("reviews", "cards", "scored_reviews")),
            _percent(each["recall"]),
            *(each[key][:10] for key in ("first_review", "last_review")),
        )
        for each in learners[:LEARNERS_SHOWN]
    ]
    table = Table(("learner", "reviews", "cards", "scored", "recalled", "first", "last"), rows)
    more = len(learners) - len(rows)
    return [table, f"… and {more:,} with fewer"] if more else [table]


def _name(learner: str) -> str:
    """Shorten a name to one printable line that fits a table."""
    name = "".join(character if character.isprintable() else " " for character in learner)
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1]}…"


def _percent(share: float | None) -> str:
    return UNKNOWN if share is None else f"{share:.1%}"


def _decimal(value: float | None) -> str:
    return UNKNOWN if value is None else f"{value:,.1f}"
