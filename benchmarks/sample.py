"""``python -m benchmarks.sample LOG…``: what the history model loses when few learners teach it.

Of review logs, a share of the learners, chosen by a hash as a training run chooses them, teaches a history
model their older 80 % of the scored reviews. It is judged on the newest 20 % of every other learner, beside a
model that all learners but the judged one taught. Ten hashes each; both models start from FSRS-6's published
parameters, with no real review behind them. Figures go to sample.json.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import md5
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from benchmarks.build import HERE
from benchmarks.command import Command
from model_training.evaluation.holdout import held_out
from model_training.evaluation.intervals import interval
from model_training.evaluation.scores import log_losses
from model_training.history.fit import fit_history
from model_training.history.predict import predict_alone, predict_with_learner
from model_training.readers import read
from model_training.review_log.features import OUTCOME, learner_weights, scored_features

RESULTS = HERE / "sample.json"
SHARES = {"1/2": 1 / 2, "1/4": 1 / 4, "1/10": 1 / 10, "1/30": 1 / 30}
HASHES = 10
WAYS = {"history": predict_alone, "history_state": predict_with_learner}
DIGITS = 4

Array = NDArray[np.float64]


def main(arguments: argparse.Namespace) -> int:
    """Run the benchmark."""
    log = read(arguments.logs, now=datetime.now(UTC)).reviews
    with threadpool_limits(1):
        results = measure(scored_features(log))
    RESULTS.write_text(json.dumps(results, indent=2) + "\n")
    print(json.dumps(results, indent=2))
    return 0


def measure(features: pd.DataFrame) -> dict[str, Any]:
    """Return how much the log loss rises by each share of the learners, with intervals over learners."""
    learners, newest = features["learner"].unique().tolist(), held_out(features)
    everybody: dict[str, Array] = {way: np.full(len(features), np.nan) for way in WAYS}
    for learner in learners:
        judged = (features["learner"] == learner).to_numpy()
        for way, losses in _losses(features, ~newest & ~judged, judged).items():
            everybody[way][judged] = losses
    found: dict[str, Any] = {}
    for name, share in SHARES.items():
        count = max(1, round(share * len(learners)))
        rises = [_rise(features, newest, chosen, everybody) for chosen in _samples(learners, count)]
        found[name] = {"learners": count} | {
            way: _figures(features, newest, np.nanmean([rise[way] for rise in rises], axis=0)) for way in WAYS
        }
    judging = features[newest]
    weights = learner_weights(judging)
    return {
        "learners": len(learners),
        "scored_reviews": len(features),
        "judging_reviews": len(judging),
        "log_loss_of_all": {
            way: round(float(np.average(losses[newest], weights=weights)), DIGITS)
            for way, losses in everybody.items()
        },
        "rise_by_share_of_learners": found,
    }


def _samples(learners: list[str], count: int) -> Iterator[list[str]]:
    """Yield the first learners by each hash."""
    for number in range(HASHES):

        def hashed(learner: str, number: int = number) -> str:
            return md5(f"{number}/{learner}".encode(), usedforsecurity=False).hexdigest()

        yield sorted(learners, key=hashed)[:count]


def _rise(
    features: pd.DataFrame, newest: NDArray[np.bool_], chosen: list[str], everybody: dict[str, Array]
) -> dict[str, Array]:
    """Return by how much each review's log loss is above that of the model of all; NaN for the chosen."""
    teaches = features["learner"].isin(chosen).to_numpy()
    found: dict[str, Array] = {}
    for way, losses in _losses(features, teaches & ~newest, ~teaches).items():
        rise = np.full(len(features), np.nan)
        rise[~teaches] = losses - everybody[way][~teaches]
        found[way] = rise
    return found


def _losses(features: pd.DataFrame, teach: NDArray[np.bool_], judged: NDArray[np.bool_]) -> dict[str, Array]:
    """Fit to some rows, and return the log loss of others, which are whole learners."""
    model = fit_history(features[teach].reset_index(drop=True))
    rows = features[judged].reset_index(drop=True)
    return {way: log_losses(rows[OUTCOME].to_numpy(), predict(model, rows)) for way, predict in WAYS.items()}


def _figures(features: pd.DataFrame, newest: NDArray[np.bool_], rise: Array) -> list[float]:
    """Return the weighted mean of the judging reviews' rises, and its 95 % interval over learners."""
    known = newest & ~np.isnan(rise)
    judging = features[known]
    clusters = judging.groupby("learner").ngroup().to_numpy()
    found = interval(rise[known], clusters, learner_weights(judging))
    return [] if found is None else [round(value, DIGITS) for value in found]


if __name__ == "__main__":
    command = Command("benchmarks.sample", __doc__)
    command.add_argument("logs", nargs="+", type=Path, metavar="LOG", help="review logs of many learners")
    sys.exit(command.start(main))
