"""Champion against challenger on the same newest reviews, beyond the noise or not."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model_training.evaluation.intervals import interval
from model_training.evaluation.scores import (
    Probabilities,
    Recalled,
    log_losses,
    reliability_rows,
    rounded,
    score,
)
from model_training.retraining.reviews import Scored
from model_training.retraining.served import ServedModel
from model_training.review_log.features import OUTCOME

# Learners are drawn with replacement; with fewer of them, cards: an interval of three draws says little.
FEWEST_LEARNERS = 10
# In nats. The same model fitted on one review more is better or worse by a hair, whichever learners are
# drawn: that is no noise, and nothing that anybody would notice.
LEAST = 0.0005
BETTER, LEVEL, WORSE = "better", "level", "worse"


def measure(model: ServedModel, reviews: Scored) -> dict[str, Any]:
    """Return a model's figures on scored reviews, for each of its ways to predict."""
    recalled = reviews.features[OUTCOME].to_numpy()
    return {way: _figures(recalled, probability) for way, probability in model.predictions(reviews).items()}


def compare_paired(champion: ServedModel, challenger: ServedModel, reviews: Scored) -> dict[str, Any]:
    """Compare two models, paired: each on the very same reviews.

    Returns
    -------
    dict
        For each way to predict: ``difference`` of the mean log loss (challenger − champion, in
        nats), its 95 % ``interval``, and ``verdict``: ``better`` or ``worse`` when the interval excludes 0
        and the difference is at least `LEAST`, else ``level``.
    """
    recalled = reviews.features[OUTCOME].to_numpy()
    clusters = _clusters(reviews.features)
    before, after = champion.predictions(reviews), challenger.predictions(reviews)
    return {way: _paired(recalled, before[way], after[way], clusters) for way in before}


def clustered_by(features: pd.DataFrame) -> str:
    """Return what is drawn again and again for the intervals: ``learner`` or ``card``."""
    return "learner" if features["learner"].nunique() >= FEWEST_LEARNERS else "card"


def passes(comparison: dict[str, Any]) -> bool:
    """Return whether a challenger may go live: better in one way, worse in none."""
    verdicts = [result["verdict"] for result in comparison.values()]
    return BETTER in verdicts and WORSE not in verdicts


def _paired(
    recalled: Recalled, before: Probabilities, after: Probabilities, clusters: NDArray[np.int64]
) -> dict[str, Any]:
    differences = log_losses(recalled, after) - log_losses(recalled, before)
    difference = float(differences.mean())
    found = interval(differences, clusters)
    low, high = (-np.inf, np.inf) if found is None else (found.low, found.high)
    verdict = LEVEL
    if abs(difference) >= LEAST:
        verdict = BETTER if high < 0 else WORSE if low > 0 else LEVEL
    return {
        "difference": rounded(difference),
        "interval": [rounded(low), rounded(high)],
        "verdict": verdict,
    }


def _figures(recalled: Recalled, probability: Probabilities) -> dict[str, Any]:
    figures = {name: rounded(value) for name, value in asdict(score(recalled, probability)).items()}
    return figures | {"reliability": reliability_rows(recalled, probability)}


def _clusters(features: pd.DataFrame) -> NDArray[np.int64]:
    columns = ["learner"] if clustered_by(features) == "learner" else ["learner", "card"]
    return features.groupby(columns, sort=False).ngroup().to_numpy()
