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

from model_training.simulation.simulate import SIMULATED_PREFIX

CARDS_AT_ONCE = 200_000
MOST_REVIEWS = 40
CALENDAR = 1_500.0  # days
MILLISECONDS_PER_DAY = 86_400_000
FIRST_DAY = pd.Timestamp("2020-01-01", tz="UTC").value // 1_000_000  # milliseconds since 1970

Array = NDArray[np.float64]


def write(folder: Path, reviews: int, seed: int = 1) -> int:
    """Write the table of reviews as Parquet files; return how many reviews: at least those asked for."""
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
    """Return all reviews of some cards, shuffled."""
    skill = rng.normal(0.0, 0.3, owner[-1] - owner[0] + 1)[owner - owner[0]]
    parts = list(_rounds(rng, np.exp(skill + rng.normal(0.0, 0.5, len(owner)))))
    card, day, rating = (np.concatenate(column) for column in zip(*parts, strict=True))
    order = rng.permutation(len(card))
    card, day, rating = card[order], day[order], rating[order]
    time = pa.array(FIRST_DAY + (day * MILLISECONDS_PER_DAY).astype(np.int64), pa.int64())
    names = np.char.add(SIMULATED_PREFIX, owner.astype("U8"))
    return pa.table(
        {
            "event_id": pa.array(np.arange(number, number + len(card)).astype("U12")),
            "learner": pa.array(names[card]),
            "card": pa.array(card.astype("U8")),
            "reviewed_at": time.cast(pa.timestamp("ms", "UTC")).cast(pa.timestamp("us", "UTC")),
            "rating": pa.array(rating.astype(np.int8)),
        }
    )


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
