"""Compare predictions with outcomes, day by day and model by model."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from typing import Any

from model_training.calibration import Calibration, calibrate
from model_training.registry.lake import find_lake


def run(arguments: argparse.Namespace) -> dict[str, Any]:
    """Calibrate the lake of ``bucket`` and ``endpoint_url``.

    Returns
    -------
    dict
        The ``days`` that were computed, and ``metrics`` for CloudWatch, by name.
    """
    done = calibrate(find_lake(arguments.bucket, arguments.endpoint_url), datetime.now(UTC))
    print(f"{len(done.days):,} days computed, the others are as they were")
    print(_told(done))
    return {"days": done.days, "metrics": done.metrics}


def _told(done: Calibration) -> str:
    week = done.week
    if week is None:
        return "the newest 7 days have too few outcomes of the live model to judge it by"
    auc = "none, all ended alike" if week["auc"] is None else f"{week['auc']:.4f}"
    source = week["source"].replace("_", " ")
    return (
        f"{week['model_version']}, {source}, newest 7 days: {week['reviews']:,} outcomes, log loss "
        f"{week['log_loss']:.4f}, calibration error {week['calibration_error']:.4f}, AUC {auc}"
    )
