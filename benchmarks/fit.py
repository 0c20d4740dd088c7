"""``python -m benchmarks.fit``: what ``recall fit`` takes for two million reviews of 400 learners.

With ``--against COMMIT`` that commit's code fits the same reviews in the same run, and the two models'
recorded predictions are compared. Figures go to fit.json.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from benchmarks.build import HERE
from benchmarks.commands import run
from benchmarks.errors import BenchmarkError

RESULTS = HERE / "fit.json"
REVIEWS_OF_LEARNER, CARDS_OF_LEARNER = 5_000, 500
CALENDAR = 700 * 86_400  # seconds
FIRST_DAY = pd.Timestamp("2024-01-01", tz="UTC")


def main() -> int:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.fit", description=__doc__)
    parser.add_argument("--reviews", type=int, default=2_000_000, help="how many (default: two million)")
    parser.add_argument("--against", metavar="COMMIT", help="fit them with this commit's code too")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="recall-fit-") as scratch:
        try:
            results = _run(Path(scratch), arguments.reviews, arguments.against)
        except BenchmarkError as error:
            print(f"benchmark: {error}", file=sys.stderr)
            return 2
    RESULTS.write_text(json.dumps(results, indent=2) + "\n")
    print(json.dumps(results, indent=2))
    return 0


def write_reviews(path: Path, learners: int, seed: int = 1) -> None:
    """Write a log for the time that it takes, not for what it tells: random cards at random times."""
    rng, shape = np.random.default_rng(seed), (learners, REVIEWS_OF_LEARNER)
    seconds = np.sort(rng.uniform(0.0, CALENDAR, shape), axis=1).ravel()
    able = rng.normal(0.88, 0.07, (learners, 1)).clip(0.5, 0.99)  # shares of recalled reviews
    rating = np.where(rng.random(shape) < able, rng.choice([2, 3, 3, 3, 4], shape), 1)
    log = pd.DataFrame(
        {
            "learner": np.repeat([f"learner-{number:04d}" for number in range(learners)], REVIEWS_OF_LEARNER),
            "card": rng.integers(0, CARDS_OF_LEARNER, shape).ravel(),
            "reviewed_at": FIRST_DAY + pd.to_timedelta(seconds, unit="s"),
            "rating": rating.ravel(),
            "duration_ms": rng.integers(500, 20_000, seconds.size),
        }
    )
    log.to_parquet(path, index=False)


def _run(scratch: Path, reviews: int, commit: str | None) -> dict[str, Any]:
    log, out = scratch / "reviews.parquet", scratch / "model"
    learners = -(-reviews // REVIEWS_OF_LEARNER)
    # In a process of its own: a child's peak memory begins with its parent's.
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        pool.submit(write_reviews, log, learners).result()
    results: dict[str, Any] = {
        "reviews": learners * REVIEWS_OF_LEARNER,
        "learners": learners,
        "processors": os.cpu_count(),
        "fit": run("fit", str(log), "--out", str(out)),
    }
    if commit is None:
        return results
    code, other_out = scratch / "code", scratch / "other_model"
    code.mkdir()
    archive = subprocess.run(["git", "archive", commit], check=True, capture_output=True, cwd=HERE.parent)
    subprocess.run(["tar", "x"], check=True, input=archive.stdout, cwd=code)
    other = run("fit", str(log), "--out", str(other_out), code=code)
    difference = np.abs(_recorded(out) - _recorded(other_out)).max()
    return results | {
        "against": commit,
        "its_fit": other,
        "times_as_much": {name: round(other[name] / results["fit"][name], 1) for name in other},
        "same_coefficients": _coefficients(out) == _coefficients(other_out),
        "largest_difference_of_a_prediction": float(f"{difference:.1g}"),
    }


def _coefficients(folder: Path) -> tuple[Any, Any]:
    model = json.loads((folder / "model.json").read_text())
    return model["three_inputs"], model["history"]


def _recorded(folder: Path) -> NDArray[np.float64]:
    """Return what a fitted model predicts for the cards and the histories that its card records."""
    card = json.loads((folder / "card.json").read_text())
    histories = [row[2:] for row in card["recorded_histories"]["predicted"]]
    return np.concatenate([[row[-1] for row in card["recorded"]], np.ravel(histories)])


if __name__ == "__main__":
    sys.exit(main())
