"""Simulated reviews by the ten million, all cards at once: for the time that they take, not what they tell.

`model_training.simulation.simulate` draws learner after learner, review after review, and is the realistic
one; this draws the n-th review of all cards together. Memory is a power curve whose stability grows with each
recall; learners differ in size and skill, cards in difficulty; a failed card is seen again ten minutes later.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from model_training.cells.query import READ
from model_training.review_log.features import MICROS_PER_DAY, OUTCOME, scored_features
from model_training.simulation.simulate import SIMULATED_PREFIX
from recall.features import AGAIN, GOOD

CARDS_AT_ONCE = 200_000
MOST_REVIEWS = 40
CALENDAR = 1_500.0  # days
FIRST_DAY = pd.Timestamp("2020-01-01", tz="UTC").value // 1_000  # µs since 1970

Array = NDArray[np.float64]


def write(folder: Path, reviews: int, seed: int = 1) -> int:
    """Write the table's rows as Parquet files; return how many: at least those asked for.

    Only scored reviews have rows here, with the columns that cells need.
    """
    rng = np.random.default_rng(seed)
    written = file = learner = 0
    while written < reviews:
        sizes = np.ceil(rng.lognormal(5.0, 1.0, CARDS_AT_ONCE // 200)).astype(int)  # cards a learner
        owner = np.repeat(learner + np.arange(len(sizes)), sizes)
        table = _table(rng, owner, written)
        pq.write_table(table, folder / f"{file:03d}.parquet", compression="zstd")
        written, file, learner = written + len(table), file + 1, learner + len(sizes)
    return written


def _table(rng: np.random.Generator, owner: NDArray[np.int64], number: int) -> pa.Table:
    """Return the rows of some cards' scored reviews, shuffled; ``number`` is the first event's."""
    skill = rng.normal(0.0, 0.3, owner[-1] - owner[0] + 1)[owner - owner[0]]
    parts = list(_rounds(rng, np.exp(skill + rng.normal(0.0, 0.5, len(owner)))))
    card, day, rating = (np.concatenate(column) for column in zip(*parts, strict=True))
    time = FIRST_DAY + (day * MICROS_PER_DAY).astype(np.int64)
    log = pd.DataFrame({"card": card, "reviewed_at": time, "rating": rating, "day": time // MICROS_PER_DAY})
    log["learner"] = pd.Categorical.from_codes(
        owner[card] - owner[0], [f"{SIMULATED_PREFIX}{name}" for name in range(owner[0], owner[-1] + 1)]
    )
    log["reviewed_at"] = log["reviewed_at"].astype("datetime64[us]").dt.tz_localize("UTC")
    rows = scored_features(log.sort_values(["card", "reviewed_at"], ignore_index=True))
    rows = rows.sample(frac=1, random_state=number % 2**32)
    rows["event_id"] = np.arange(number, number + len(rows)).astype("U12")
    rows["date"] = rows["reviewed_at"].dt.date
    rows["rating"] = np.where(rows[OUTCOME] == 1, GOOD, AGAIN)
    rows = rows.assign(scored=True).astype({"learner": "str", "card": "str"})
    return pa.Table.from_pandas(rows[list(READ)], preserve_index=False)


def _rounds(
    rng: np.random.Generator, ease: Array
) -> list[tuple[NDArray[np.int64], Array, NDArray[np.int64]]]:
    """Return (card, day, rating) of each card's first reviews, then of the second ones, and so on."""
    card = np.arange(len(ease))
    day = rng.uniform(0.0, CALENDAR, len(ease))
    stability, last = 2.0 * ease, day - 1.0
    rounds: list[tuple[NDArray[np.int64], Array, NDArray[np.int64]]] = []
    for number in range(MOST_REVIEWS):
        recall = (1.0 + (day - last) / (9.0 * stability[card])) ** -1.0
        passed = (rng.random(len(card)) < recall) | (number == 0)
        rounds.append((card, day, np.where(passed, rng.choice([2, 3, 3, 3, 4], len(card)), 1)))
        again = card[~passed], day[~passed] + 10.0 / 1440.0
        rounds.append((*again, np.full(len(again[0]), 3)))
        stability[card] *= np.where(passed, 1.0 + 1.2 * ease[card] ** 0.5, 0.5)
        following = day + np.maximum(1.0, stability[card] * rng.uniform(0.7, 1.5, len(card)))
        # Most cards are given up at some time, and nobody studies beyond the calendar.
        goes_on = (following < CALENDAR) & (rng.random(len(card)) < 0.97)  # noqa: PLR2004 - that share
        card, last, day = card[goes_on], day[goes_on], following[goes_on]
    return rounds
