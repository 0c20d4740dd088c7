"""How the inputs of the scored reviews are spread, as counts: what the report draws, without the reviews."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from typing import Any

from recall.features import FEATURES, Feature

# Whole numbers. Each bin begins at one of these, and the last one ends at the input's maximum.
EDGES = {
    "days_since_last_review": (0, 1, 2, 4, 8, 15, 31, 61, 121, 366),
    "review_count": (1, 2, 3, 4, 6, 9, 13, 21, 41),
    "difficulty": (1, 2, 3, 4, 5, 6, 7, 8, 9),
}
DIGITS = 3  # of the ranges, after the point

Counts = Sequence[dict[str, Any]]


def profile(counts: Counts) -> dict[str, Any]:
    """Return each input's range and spread, as JSON values.

    Parameters
    ----------
    counts : sequence of dict
        Rows of the query ``input_counts``; at least one of each input.

    Returns
    -------
    dict
        ``ranges``: lowest and highest value of each input; ``spread``: for each input a [first edge, last
        edge, reviews, recalled] a bin.
    """
    by_input = {feature: [row for row in counts if row["input"] == feature.name] for feature in FEATURES}
    return {
        "ranges": {feature.name: _range(rows) for feature, rows in by_input.items()},
        "spread": {feature.name: _spread(feature, rows) for feature, rows in by_input.items()},
    }


def _range(rows: Counts) -> list[float]:
    lowest, highest = min(row["lowest"] for row in rows), max(row["highest"] for row in rows)
    return [round(lowest, DIGITS), round(highest, DIGITS)]


def _spread(feature: Feature, rows: Counts) -> list[list[int]]:
    edges = EDGES[feature.name]
    spread = [[low, high, 0, 0] for low, high in zip(edges, (*edges[1:], feature.maximum), strict=True)]
    for row in rows:
        found = spread[bisect_right(edges, row["whole"]) - 1]
        found[2] += row["reviews"]
        found[3] += row["recalled"]
    return spread
