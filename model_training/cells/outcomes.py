"""Cells as the fit takes them: weighted rows of mean inputs."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from fastparquet import ParquetFile
from fastparquet.util import ParquetException
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from model_training.cells.query import BILLION, KEY
from model_training.fitting.maximum_likelihood import Teacher, fit_coefficients, prior_ratio, unflat
from model_training.training.problems import MINIMUM_SCORED_REVIEWS
from recall.errors import ReviewLogError
from recall.features import SECONDS_PER_DAY
from recall.three_inputs import ThreeInputModel, difficulty_from_share

COUNTS = ("recalled", "failed", "recalled_weight", "failed_weight", "simulated")
MEANS = ("seconds", "review_days", "share")
COLUMNS = (*KEY, *COUNTS, *MEANS, "first_review", "last_review")

Array = NDArray[np.float64]


@dataclass(frozen=True)
class CellOutcomes:
    """Cells as the fit takes them: two rows each, all that was recalled, and all that was failed.

    Parameters
    ----------
    inputs : array of shape (n_rows, 3)
        The means of days, review count and difficulty in the cell.
    recalled : array of shape (n_rows,)
        0 or 1.
    reviews, weight : array of shape (n_rows,)
        The number of reviews in each row, and their total weight; more than 0.
    """

    inputs: Array
    recalled: Array
    reviews: Array
    weight: Array

    def fit(self, prior: ThreeInputModel, teacher: Teacher | None = None) -> tuple[ThreeInputModel, float]:
        """Fit a curve, also to a teacher's; return it and the prior's weight beside the reviews'."""
        ratio = prior_ratio(int(self.reviews.sum()), float(self.weight.sum()))
        with threadpool_limits(1):
            coefficients, _ = fit_coefficients(self.inputs, self.recalled, self.weight, ratio, prior, teacher)
        return unflat(coefficients), ratio


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
