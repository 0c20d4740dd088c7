"""What a run learns from and is judged by: the sample that its first step wrote."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pandas as pd
from fastparquet import ParquetFile
from numpy.typing import NDArray

from model_training.cells.outcomes import outcomes, read_cells
from model_training.fitting.cell_outcomes import CellOutcomes
from model_training.registry.lake import Lake
from model_training.retraining.run import SAMPLE, SAMPLES, Run, RunError
from model_training.review_log.features import OUTCOME, with_inputs

Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Training:
    """What a model is fitted to.

    Parameters
    ----------
    features : DataFrame of shape (n_scored_reviews, …)
        Result of `model_training.review_log.features.scored_features`.
    data : dict
        Describes the reviews that they are of; see `model_training.training.train.train_features`.
    cells : CellOutcomes or None
        The outcomes of all scored reviews; None where `features` has all of them.
    """

    features: pd.DataFrame
    data: dict[str, Any]
    cells: CellOutcomes | None = None


@dataclass(frozen=True)
class Judging:
    """The reviews that models are compared on, which none of them was fitted to.

    Parameters
    ----------
    log : DataFrame of shape (n_scored_reviews, …)
        `model_training.review_log.features.scored_features` of these reviews' learners, the earlier reviews
        too: a learner's state and the moving average learn from them.
    rows : bool array of shape (n_scored_reviews,)
        Marks those that count.
    """

    log: pd.DataFrame
    rows: Mask

    @cached_property
    def features(self) -> pd.DataFrame:
        """The features of those that count."""
        return self.log[self.rows].reset_index(drop=True)

    @cached_property
    def recalled(self) -> NDArray[np.int64]:
        """Their outcomes, 0 or 1."""
        return self.features[OUTCOME].to_numpy(dtype=np.int64)

    @property
    def learners(self) -> int:
        """The number of their learners."""
        return int(self.features["learner"].nunique())


def judging(log: pd.DataFrame, rows: Mask) -> Judging:
    """Return the marked reviews as those that judge, with the other reviews of their learners."""
    learner = log["learner"]
    known = learner.isin(learner[rows].unique()).to_numpy()
    return Judging(log[known].reset_index(drop=True), rows[known])


def sample_of(run: Run) -> pd.DataFrame:
    """Return the scored reviews that a run learns from and is judged by, as `scored_features` does.

    Raises
    ------
    RunError
        If the run isn't prepared, or its sample is gone.
    """
    expected = run.needs("prepare").get("sampled")
    found = _read(run.lake, f"{run.samples(SAMPLE)}/")
    if found is None or len(found) != expected:
        raise _gone(run)
    return found


def cells_of(run: Run, which: str) -> CellOutcomes | None:
    """Return the outcomes of all scored reviews; None of a run whose sample has all of them.

    Parameters
    ----------
    run : Run
        The run.
    which : str
        `CELLS`, or `OLDER_CELLS` for those of the reviews before the judging ones.

    Raises
    ------
    RunError
        If the run isn't prepared, or its cells are gone.
    """
    prepared = run.needs("prepare")
    if prepared["sampled"] == prepared["scored"]:
        return None
    with TemporaryDirectory(prefix="recall-cells-") as folder:
        for number, body in enumerate(_files(run.lake, f"{run.samples(which)}/")):
            Path(folder, f"{number:05}.parquet").write_bytes(body)
        if not any(Path(folder).iterdir()):
            raise _gone(run)
        return outcomes(read_cells(Path(folder)))


def newest_sample(lake: Lake) -> pd.DataFrame | None:
    """Return the sample of the run that was prepared last; None if the lake has none."""
    written = {key: at for key, at in lake.keys(SAMPLES).items() if f"/{SAMPLE}/" in key}
    if not written:
        return None
    newest = max(written, key=lambda key: written[key])
    return _read(lake, newest.rpartition("/")[0] + "/")


def _read(lake: Lake, prefix: str) -> pd.DataFrame | None:
    """Return the rows of the Parquet files below a prefix, in the order of their names; None without any."""
    parts = [ParquetFile(BytesIO(body)).to_pandas() for body in _files(lake, prefix)]
    if not parts:
        return None
    rows = pd.concat(parts, ignore_index=True)
    # Whether the zone, which is UTC, is in the file depends on the engine that wrote it.
    times = pd.to_datetime(rows["reviewed_at"], utc=True).astype("datetime64[us, UTC]")
    return with_inputs(rows.assign(reviewed_at=times, **{OUTCOME: rows[OUTCOME].astype("int64")}))


def _files(lake: Lake, prefix: str) -> Iterator[bytes]:
    for key in lake.keys(prefix):
        stored = lake.read(key) if key.endswith(".parquet") else None
        if stored is not None:
            yield stored.body


def _gone(run: Run) -> RunError:
    return RunError(
        f"run {run.name}: its sample of reviews is gone, as after a week or after a learner was erased: "
        "start a new run"
    )
