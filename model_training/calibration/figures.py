"""How well probabilities foretold outcomes, in a form in which days can be added up."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from sklearn.metrics import roc_auc_score

from model_training.evaluation.scores import Probabilities, Recalled, log_losses

DIGITS = 6
BINS = 20  # of equal width: those of two days are the same, so their sums are a week's
_AT_THE_EDGE = 1e-9  # a mean that was rounded up to a bin's upper edge isn't in the next one

Figures = dict[str, Any]


def figures(recalled: Recalled, probability: Probabilities) -> Figures:
    """Score predictions against their outcomes.

    Parameters
    ----------
    recalled : array of shape (n,)
        0 or 1; at least one.
    probability : array of shape (n,)
        Predicted probability of recall, from 0 to 1.

    Returns
    -------
    dict
        ``reviews`` and how many of them were ``recalled``; ``log_loss`` in nats; ``auc``, None when all ended
        alike; ``brier``; ``calibration_error``, see `calibration_error`; and ``reliability``, which has
        [mean prediction, share recalled, reviews] of each of `BINS` bins that isn't empty, in order.
    """
    rows = _reliability(recalled, probability)
    one_outcome = recalled.min() == recalled.max()
    return {
        "reviews": len(recalled),
        "recalled": int(recalled.sum()),
        "log_loss": round(float(log_losses(recalled, probability).mean()), DIGITS),
        "auc": None if one_outcome else round(float(roc_auc_score(recalled, probability)), DIGITS),
        "brier": round(float(np.mean((probability - recalled) ** 2)), DIGITS),
        "calibration_error": calibration_error(rows),
        "reliability": rows,
    }


def calibration_error(reliability: Sequence[Sequence[float]]) -> float:
    """Return the mean distance of predicted from observed recall over bins, weighted by their reviews.

    The expected calibration error (C. Guo et al., On Calibration of Modern Neural Networks, 2017, eq. 3).

    Parameters
    ----------
    reliability : sequence of (predicted, observed, reviews)
        The bins that aren't empty, at least one: mean prediction and share recalled, each 0 to 1; a count.
    """
    total = sum(reviews for _, _, reviews in reliability)
    gaps = sum(reviews * abs(predicted - observed) for predicted, observed, reviews in reliability)
    return round(gaps / total, DIGITS)


def pooled(parts: Sequence[Figures]) -> Figures:
    """Add up the figures of several days.

    All but one are what the days' reviews together have; ``auc`` is the chance that a recalled review was
    predicted higher than a failed one **of the same day**, so it is the mean weighted by such pairs.
    """
    reviews = [part["reviews"] for part in parts]
    pairs = [part["recalled"] * (part["reviews"] - part["recalled"]) for part in parts]
    aucs = [part["auc"] or 0.0 for part in parts]  # None has no pairs
    rows = _added(row for part in parts for row in part["reliability"])
    return {
        "reviews": sum(reviews),
        "recalled": sum(part["recalled"] for part in parts),
        "log_loss": round(float(np.average([part["log_loss"] for part in parts], weights=reviews)), DIGITS),
        "auc": round(float(np.average(aucs, weights=pairs)), DIGITS) if any(pairs) else None,
        "brier": round(float(np.average([part["brier"] for part in parts], weights=reviews)), DIGITS),
        "calibration_error": calibration_error(rows),
        "reliability": rows,
    }


def _reliability(recalled: Recalled, probability: Probabilities) -> list[list[float]]:
    bins = np.minimum((probability * BINS).astype(int), BINS - 1)
    rows = []
    for number in np.unique(bins):
        of_bin = bins == number
        rows.append(_row(probability[of_bin].mean(), recalled[of_bin].mean(), int(of_bin.sum())))
    return rows


def _added(rows: Iterable[Sequence[float]]) -> list[list[float]]:
    sums: dict[int, list[float]] = defaultdict(lambda: [0.0, 0.0, 0])
    for predicted, observed, reviews in rows:
        total = sums[min(int(predicted * BINS + _AT_THE_EDGE), BINS - 1)]
        total[0] += predicted * reviews
        total[1] += observed * reviews
        total[2] += reviews
    return [_row(p / n, o / n, n) for p, o, n in (sums[number] for number in sorted(sums))]


def _row(predicted: float, observed: float, reviews: float) -> list[float]:
    return [round(float(predicted), DIGITS), round(float(observed), DIGITS), int(reviews)]
