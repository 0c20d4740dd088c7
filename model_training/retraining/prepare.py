"""The first step of a run: what it learns from, what judges it, and which model it has to beat.

All of it is found by queries over the table of reviews, so it runs where the table is: on DuckDB in the
lake's function, or on Spark. The steps that follow read what this one writes.

**Sample.** Models are fitted to all scored reviews while these aren't too many, else to all those of some
learners, who are chosen by a hash of their ids: the same table gives the same sample. Then the three-input
curve is fitted to cells of all scored reviews (`model_training.cells`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from math import ceil
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from model_training.cells.query import cells
from model_training.engines import Engine
from model_training.queries import read
from model_training.registry.card import newest_review, timestamp
from model_training.registry.default_model import default_version
from model_training.registry.lake import Lake
from model_training.registry.pointer import live_version
from model_training.registry.stored_model import read_card
from model_training.retraining.profile import profile
from model_training.retraining.run import CELLS, OLDER_CELLS, SAMPLE, Output, Run, stop
from recall.history import HISTORY_FEATURES
from recall.three_inputs import PRIOR_FAILURES, PRIOR_REVIEWS

# What the queries need of `lake.schema.COLUMNS`.
READ = (
    *("event_id", "learner", "card", "date", "reviewed_at", "rating", "scored"),
    *("days_since_last_review", "review_count", "failures", "reviews"),
    *HISTORY_FEATURES,
)
MOST_REVIEWS = 1_000_000  # of a sample, by default
# The newest fifth of the scored reviews judges; fewer than a hundred couldn't separate two models.
HELD_OUT = 0.2
FEWEST_HELD_OUT = 100
FEWEST_OLDER = 20  # to fit to
GROUPS_OF_SAMPLE = 200  # so a sample is filled to about a two-hundredth
MOST_GROUPS = 16**6  # what six hexadecimal digits tell apart
TENTHS = 10

Write = Callable[[str, str], int]
"""Writes what a query finds as Parquet, below a prefix of the lake; returns the number of rows."""


class Day(NamedTuple):
    """The scored reviews of a UTC day, and how many of them were recalled."""

    date: date
    scored: int
    recalled: int


class Groups(NamedTuple):
    """A range of groups of learners, by their hash: from ``first`` to ``last``, of ``of`` groups."""

    first: int
    last: int
    of: int

    def query(self, name: str) -> str:
        """Return a query over the scored reviews of these groups' learners."""
        return f"{hashed(self.of)}{read(f'sampling/{name}', first=self.first, last=self.last)}"


EVERYBODY = Groups(0, 0, 1)


def hashed(groups: int) -> str:
    """Return the beginning of queries that know each scored review's group of learners."""
    return read("sampling/learner_hashes", groups=groups)


def prepare(run: Run, engine: Engine, write: Write, now: datetime, most: int = MOST_REVIEWS) -> Output:
    """Find what a run needs to know of the table of reviews, and write what it learns from.

    The judging reviews are newer than all that the live model was trained on: otherwise it would be measured
    on what it has seen. They begin with a UTC day.

    Parameters
    ----------
    run : Run
        The run.
    engine : Engine
        Holds the table of reviews, with the columns `READ`.
    write : callable
        See `Write`.
    now : datetime
        When the run was prepared.
    most : int
        At most so many scored reviews are in the sample.

    Returns
    -------
    dict
        What was found, as JSON values; ``data`` describes all reviews, ``older`` those before the judging
        ones.
    """
    live = live_version(run.lake)
    found: Output = {"at": timestamp(now), "champion": live or default_version(), "live": live}
    data = _facts(engine, date.max)
    if not data["reviews"]:
        return found | stop("no reviews are stored: send some first")
    days = _days(engine, EVERYBODY)
    scored = sum(day.scored for day in days)
    found |= {"data": data, "scored": scored}
    if scored:
        found["profile"] = _profile(engine, days)
    if scored < FEWEST_OLDER + FEWEST_HELD_OUT:
        return found | stop(
            f"{scored} stored reviews come a day or more after the card's review before; "
            f"{FEWEST_OLDER + FEWEST_HELD_OUT} are needed"
        )
    groups = EVERYBODY if scored <= most else _sampled(engine, scored, most)
    if groups is None:
        return found | stop(f"every learner has more than {most:,} scored reviews: raise --sample-reviews")
    boundary = _boundary(days, _newest_seen(run.lake, live))
    sampled = _days(engine, groups)
    newest, older = _split(sampled, boundary)
    found |= {
        "held_out_from": boundary.isoformat(),
        "held_out": newest.scored,
        "older": _facts(engine, boundary),
        "older_scored": _split(days, boundary)[1].scored,
        "sampled": sum(day.scored for day in sampled),
    }
    if newest.scored < FEWEST_HELD_OUT or newest.recalled in {0, newest.scored}:
        return found | stop(
            f"{newest.scored} scored reviews are newer than what the live model was trained on; "
            f"{FEWEST_HELD_OUT} are needed, recalled and failed ones"
        )
    if older.scored < FEWEST_OLDER or older.recalled in {0, older.scored}:
        return found | stop(
            f"{older.scored} scored reviews are older than the judging ones, which begin on {boundary}; "
            f"{FEWEST_OLDER} are needed, recalled and failed ones"
        )
    write(groups.query("sample"), run.samples(SAMPLE))
    if groups != EVERYBODY:
        write(cells(boundary), run.samples(OLDER_CELLS))
        write(cells(), run.samples(CELLS))
    return found | {"go": True}


def write_to(lake: Lake, engine: Engine) -> Write:
    """Return what writes an engine's results into a lake, by way of this machine's disk."""

    def write(sql: str, prefix: str) -> int:
        with TemporaryDirectory(prefix="recall-sample-") as folder:
            path = Path(folder, "part-0.parquet")
            count = engine.write(sql, path)
            with path.open("rb") as file:
                lake.write(f"{prefix}/{path.name}", file)
        return count

    return write


def _facts(engine: Engine, before: date) -> dict[str, Any]:
    """Return what the table holds of the days before one, as JSON values that name nobody."""
    (row,) = engine.rows(read("log_facts", before=before))
    times = {name: row[name] and timestamp(row[name]) for name in ("first_review", "last_review")}
    return row | times | {"simulated": row["simulated"] > 0}


def _days(engine: Engine, groups: Groups) -> list[Day]:
    return [Day(**row) for row in engine.rows(groups.query("scored_days"))]


def _profile(engine: Engine, days: Sequence[Day]) -> dict[str, Any]:
    recalled, scored = sum(day.recalled for day in days), sum(day.scored for day in days)
    counts = engine.rows(
        read(
            "input_counts",
            prior_tenths_of_failures=round(PRIOR_FAILURES * TENTHS),
            prior_tenths_of_reviews=round(PRIOR_REVIEWS * TENTHS),
        )
    )
    return {"recall_rate": round(recalled / scored, 6)} | profile(counts)


def _sampled(engine: Engine, scored: int, most: int) -> Groups | None:
    """Return the range of groups whose scored reviews come the closest to the most that are wanted."""
    count = min(ceil(GROUPS_OF_SAMPLE * scored / most), MOST_GROUPS)
    rows = engine.rows(hashed(count) + read("sampling/group_sizes"))
    fullest = fullest_range([(row["learner_group"], row["scored"]) for row in rows], most)
    return None if fullest is None else Groups(*fullest, count)


def fullest_range(sizes: Sequence[tuple[int, int]], most: int) -> tuple[int, int] | None:
    """Return the first and the last of the neighbouring groups that are the largest, and not too large.

    Parameters
    ----------
    sizes : sequence of (int, int)
        Numbers of groups, ascending, and their sizes.
    most : int
        The largest allowed sum of sizes.

    Returns
    -------
    tuple of (int, int), or None
        The first of equally large ranges; None if each group alone is too large.
    """
    best, found, start, total = 0, None, 0, 0
    for group, size in sizes:
        total += size
        while total > most:
            total -= sizes[start][1]
            start += 1
        if total > best:
            best, found = total, (sizes[start][0], group)
    return found


def _newest_seen(lake: Lake, live: str | None) -> datetime | None:
    """Return when the newest review was that the live model was fitted to; None if it saw none of these."""
    return None if live is None else newest_review(read_card(lake, live))


def _boundary(days: Sequence[Day], seen: datetime | None) -> date:
    """Return the UTC day with which the newest fifth begins, or the first one that is all new to a model."""
    wanted = HELD_OUT * sum(day.scored for day in days)
    newer, boundary = 0, days[-1].date
    for day in reversed(days):
        newer, boundary = newer + day.scored, day.date
        if newer >= wanted:
            break
    if seen is None:
        return boundary
    return max(boundary, seen.astimezone(UTC).date() + timedelta(days=1))


def _split(days: Sequence[Day], boundary: date) -> tuple[Day, Day]:
    """Return the sums of the days from a boundary on, and of those before it."""
    sides = [day for day in days if day.date >= boundary], [day for day in days if day.date < boundary]
    newest, older = (
        Day(boundary, sum(day.scored for day in side), sum(day.recalled for day in side)) for side in sides
    )
    return newest, older
