"""The figures of each day's predictions, from the queries' sums."""

from __future__ import annotations

from datetime import date
from itertools import groupby
from sys import float_info
from typing import TYPE_CHECKING

from model_training import queries
from model_training.calibration.figures import BINS, Figures, figures

if TYPE_CHECKING:
    from model_training.engines import Engine

SHOWN = "shown"
# Callers name the versions: nobody may fill a report with them. Of more, the most used are kept.
MOST_VERSIONS = 5
# As scikit-learn's log_loss: a certain prediction that fails costs a finite 36 nats.
CLOSEST_TO_CERTAIN = float_info.epsilon


def predictions(engine: Engine, first: date) -> dict[date, list[Figures]]:
    """Return the figures of each day by model version, the most used version first."""
    query = queries.read(
        "calibration", first=first, versions=MOST_VERSIONS, bins=BINS, closest=CLOSEST_TO_CERTAIN
    )
    found: dict[date, list[Figures]] = {}
    for (day, version), bins in groupby(engine.rows(query), key=lambda row: (row["day"], row["version"])):
        scores = figures(list(bins))
        found.setdefault(day, []).append({"source": SHOWN, "model_version": version or None} | scores)
    # The versions come in their order, and sorting keeps it where they were used alike.
    return {
        day: sorted(versions, key=lambda each: each["reviews"], reverse=True)
        for day, versions in found.items()
    }
