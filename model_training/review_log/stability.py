"""How far the inputs are from those that a model was trained on: the population stability index."""

from __future__ import annotations

from collections.abc import Sequence
from math import log

BINS = 10
EDGE_DIGITS = SHARE_DIGITS = 6
# A bin that one of the two doesn't reach counts as one in ten thousand: the logarithm of 0 has no value.
SMALLEST_SHARE = 1e-4
MOST_OF_LEARNER = 50  # reviews: fewer of one learner are mostly chance

# ``edges``, ascending and at most 9, and ``shares``, one more than edges: bin i is from edge i − 1, included,
# to edge i; the first and the last have no other end.
Distribution = dict[str, list[float]]


def stability_index(reference: Sequence[float], actual: Sequence[float]) -> float:
    """Return the population stability index, Σ (a − e) · ln(a / e) over the bins.

    ``e`` is a bin's share of the reference, ``a`` of the values. It is 0 when all are equal; customarily less
    than 0.1 is read as no shift, and 0.25 or more as a large one (N. Siddiqi, Credit Risk Scorecards, 2006).
    Without any shift n values against m of the reference have about (bins − 1) · (1/n + 1/m) all the same
    (B. Yurdakul, Statistical Properties of Population Stability Index, 2018): too few values look like one.

    Parameters
    ----------
    reference, actual : sequence of float
        Shares in [0, 1] of the same bins; each sums to 1.
    """
    pairs = [(max(e, SMALLEST_SHARE), max(a, SMALLEST_SHARE)) for e, a in zip(reference, actual, strict=True)]
    return sum((a - e) * log(a / e) for e, a in pairs)
