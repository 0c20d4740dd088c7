"""How well probabilities foretold outcomes, in a form in which days can be added up."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

DIGITS = 6
BINS = 20  # of equal width: those of two days are the same, so their sums are a week's
_AT_THE_EDGE = 1e-9  # a mean that was rounded up to a bin's upper edge isn't in the next one

Figures = dict[str, Any]


def figures(bins: Sequence[Mapping[str, float]]) -> Figures:
    """Score predictions against their outcomes.

    Parameters
    ----------
    bins : sequence of dict
        The bins of a day and model version that aren't empty, at least one, in order: rows of
        `queries/calibration.sql`.

    Returns
    -------
    dict
        ``reviews`` and how many of them were ``recalled``; ``log_loss`` in nats; ``auc``, None when all ended
        alike; ``brier``; ``calibration_error``, see `calibration_error`; and ``reliability``, which has
        [mean prediction, share recalled, reviews] of each of `BINS` bins that isn't empty, in order.
    """
    reviews, recalled, loss, square, ordered = (
        sum(row[name] for row in bins) for name in ("reviews", "recalled", "loss", "square", "ordered")
    )
    pairs = recalled * (reviews - recalled)
    rows = [
        _row(row["predicted"] / row["reviews"], row["recalled"] / row["reviews"], row["reviews"])
        for row in bins
    ]
    return {
        "reviews": reviews,
        "recalled": recalled,
        "log_loss": round(loss / reviews, DIGITS),
        "auc": round(ordered / (2 * pairs), DIGITS) if pairs else None,
        "brier": round(square / reviews, DIGITS),
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
        "log_loss": _mean([part["log_loss"] for part in parts], reviews),
        "auc": _mean(aucs, pairs) if any(pairs) else None,
        "brier": _mean([part["brier"] for part in parts], reviews),
        "calibration_error": calibration_error(rows),
        "reliability": rows,
    }


def _mean(values: Sequence[float], weights: Sequence[float]) -> float:
    products = (value * weight for value, weight in zip(values, weights, strict=True))
    return round(sum(products) / sum(weights), DIGITS)


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
