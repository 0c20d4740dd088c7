"""``python -m benchmarks.scale``: ten million simulated reviews become cells and a model, on this machine.

DuckDB makes the cells by ``recall aggregate``, `fit-cells` the model; a Spark on this
machine makes the cells again, where there are Java and pyspark. Figures go to scale.json.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from benchmarks import scale_reviews
from benchmarks.build import HERE
from benchmarks.command import Command, whole
from benchmarks.commands import run
from benchmarks.scale_spark import spark_cells, why_not
from model_training.cells.fit import predictions, train_cells
from model_training.cells.outcomes import read_cells
from model_training.cells.query import KEY
from model_training.cells.query import cells as cells_query
from model_training.engines.duck import duck_files
from model_training.evaluation.scores import log_losses
from model_training.fitting.estimator import PowerCurveClassifier
from model_training.fitting.starting_point import default_model
from model_training.review_log.features import design, learner_weights, with_inputs
from recall.features import AGAIN

RESULTS = HERE / "scale.json"
FIRST_FILE = "000.parquet"
SUBSET_LEARNERS = 150  # review by review takes a hundred times as long
DIGITS = 6


def main(options: argparse.Namespace) -> int:
    """Run the benchmark; without Java or pyspark it says what wasn't compared."""
    with tempfile.TemporaryDirectory(prefix="recall-scale-") as scratch:
        results = _run(Path(scratch), options.reviews)
    RESULTS.write_text(json.dumps(results, indent=2) + "\n")
    print(json.dumps(results, indent=2))
    return 0


def _run(scratch: Path, reviews: int) -> dict[str, Any]:
    table = scratch / "table"
    table.mkdir()
    print(f"simulating {reviews:,} reviews ...", flush=True)
    results: dict[str, Any] = {"reviews": _simulate(table, reviews), "processors": os.cpu_count()}
    cells = scratch / "cells.parquet"
    results["aggregate"] = run("aggregate", str(table), "--out", str(cells))
    results["fit"] = run("fit-cells", str(cells), "--out", str(scratch / "model"))
    found = read_cells(cells)
    results |= {"cells": len(found), "scored_reviews": int((found["recalled"] + found["failed"]).sum())}
    print("fitting a part of them review by review ...", flush=True)
    results["against_reviews"] = _against_reviews(table / FIRST_FILE, scratch)
    results["spark"] = _against_spark(table, cells, scratch)
    return results


def _simulate(table: Path, reviews: int) -> int:
    """Write the reviews in a process of its own: a child's peak memory begins with its parent's."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(scale_reviews.write, table, reviews).result()


def _against_reviews(table: Path, scratch: Path) -> dict[str, Any]:
    """Compare the fit on cells with the one on every review of some learners, on those reviews."""
    rows = pd.read_parquet(table)
    rows = rows[rows["learner"].isin(rows["learner"].unique()[:SUBSET_LEARNERS])]
    rows.to_parquet(scratch / "part.parquet")
    with duck_files([scratch / "part.parquet"]) as engine:
        engine.write(cells_query(), scratch / "part.cells")
    cells = read_cells(scratch / "part.cells")
    features = with_inputs(rows).assign(recalled=(rows["rating"] > AGAIN).astype(int))
    start, (X, recalled) = default_model(), design(features)
    estimator = PowerCurveClassifier(prior=start.three_inputs).fit(X, recalled, learner_weights(features))
    by_review = estimator.predict_proba(X)[:, 1]
    by_cell = predictions(train_cells(cells, start).artifact.three_inputs, X.to_numpy())
    losses = [float(log_losses(recalled, found).mean()) for found in (by_review, by_cell)]
    return {
        "scored_reviews": len(features),
        "cells": len(cells),
        "log_loss": round(losses[0], DIGITS),
        "log_loss_difference": round(losses[1] - losses[0], DIGITS),
        "largest_difference_of_a_prediction": round(float(np.abs(by_cell - by_review).max()), DIGITS),
        "mean_difference_of_a_prediction": round(float(np.abs(by_cell - by_review).mean()), DIGITS),
    }


def _against_spark(table: Path, cells: Path, scratch: Path) -> dict[str, Any]:
    """Count the cells that Spark finds and DuckDB doesn't, or the other way round."""
    reason = why_not()
    if reason:
        print(f"NOT COMPARED WITH SPARK: {reason}", file=sys.stderr)
        return {"skipped": reason}
    print("the same by Spark ...", flush=True)
    folder = scratch / "spark"
    seconds = spark_cells(cells_query(), table, folder)
    theirs = read_cells(folder).sort_values(list(KEY), ignore_index=True)
    ours = read_cells(cells).sort_values(list(KEY), ignore_index=True)
    both = pd.concat([ours, theirs])
    return {
        "seconds": round(seconds, 1),
        "cells": len(theirs),
        "different_cells": int((~both.duplicated(keep=False)).sum()),
    }


if __name__ == "__main__":
    command = Command("benchmarks.scale", __doc__)
    command.add_argument("--reviews", type=whole(1, 10**9), default=10**7, help="how many (10,000,000)")
    sys.exit(command.start(main))
