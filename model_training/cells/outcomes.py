"""Cells as the fit takes them: weighted rows of mean inputs."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
from fastparquet import ParquetFile
from fastparquet.util import ParquetException

from model_training.cells.query import BILLION, KEY
from model_training.fitting.cell_outcomes import CellOutcomes
from model_training.training.problems import MINIMUM_SCORED_REVIEWS
from recall.errors import ReviewLogError
from recall.features import SECONDS_PER_DAY
from recall.three_inputs import difficulty_from_share

COUNTS = ("recalled", "failed", "recalled_weight", "failed_weight", "simulated")
MEANS = ("seconds", "review_days", "share")
COLUMNS = (*KEY, *COUNTS, *MEANS, "first_review", "last_review")


def read_cells(path: Path) -> pd.DataFrame:
    """Read the cells that an engine wrote.

    Parameters
    ----------
    path : pathlib.Path
        A Parquet file, or a folder with any below it.

    Raises
    ------
    ReviewLogError
        If they aren't cells, or too few reviews, or with one outcome only.
    """
    files = sorted(path.rglob("*.parquet")) if path.is_dir() else [path]
    try:
        cells = pd.concat([_read(file) for file in files], ignore_index=True)
    except (OSError, ValueError, ParquetException) as error:
        raise ReviewLogError(
            f"{path}: not cells ({str(error).splitlines()[0]}); give what `aggregate` wrote"
        ) from error
    recalled, failed = int(cells["recalled"].sum()), int(cells["failed"].sum())
    if recalled + failed < MINIMUM_SCORED_REVIEWS or not (recalled and failed):
        raise ReviewLogError(
            f"{path}: {recalled} recalled and {failed} failed reviews; at least {MINIMUM_SCORED_REVIEWS} "
            "with both outcomes are needed: aggregate more reviews"
        )
    return cells


def _read(path: Path) -> pd.DataFrame:
    with path.open("rb") as file:
        return ParquetFile(file).to_pandas(list(COLUMNS))


def outcomes(cells: pd.DataFrame) -> CellOutcomes:
    """Return cells as rows for the fit."""
    reviews = (cells["recalled"] + cells["failed"]).to_numpy(dtype=np.float64)
    seconds, review_days, share = (cells[name].to_numpy(dtype=np.float64) / reviews for name in MEANS)
    inputs = np.column_stack([seconds / SECONDS_PER_DAY, review_days, difficulty_from_share(share / BILLION)])
    columns = [cells[name].to_numpy(dtype=np.float64) for name in COUNTS[:4]]
    recalled, failed, recalled_weight, failed_weight = columns
    rows = CellOutcomes(
        np.vstack([inputs, inputs]),
        np.repeat([1.0, 0.0], len(cells)),
        np.concatenate([recalled, failed]),
        np.concatenate([recalled_weight, failed_weight]) / BILLION,
    )
    there = rows.reviews > 0
    return CellOutcomes(rows.inputs[there], rows.recalled[there], rows.reviews[there], rows.weight[there])
