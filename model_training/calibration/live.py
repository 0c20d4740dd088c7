"""The live model's newest week, and the metrics of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from model_training.calibration.drift import FEWEST, WEEK
from model_training.calibration.figures import pooled
from model_training.calibration.predictions import SHOWN

LOG_LOSS, CALIBRATION_ERROR, AUC = "LiveLogLoss", "LiveCalibrationError", "LiveAuc"
INPUT_DRIFT = "InputDrift"

Report = dict[str, Any]


def live_week(reports: Mapping[date, Report], today: date, version: str) -> Report | None:
    """Return the live model's figures of the newest 7 days, if these have enough outcomes."""
    parts = [
        found
        for day, report in reports.items()
        for found in report["predictions"]
        if today - WEEK < day and (found["source"], found["model_version"]) == (SHOWN, version)
    ]
    if sum(part["reviews"] for part in parts) < FEWEST:
        return None
    return {"source": SHOWN, "model_version": version} | pooled(parts)


def live_metrics(reports: Mapping[date, Report], today: date, week: Report | None) -> dict[str, float]:
    """Return what is known of the week's figures and of the newest drift in it, by the metric's name."""
    found: dict[str, float | None] = {}
    if week is not None:
        found = {
            LOG_LOSS: week["log_loss"],
            CALIBRATION_ERROR: week["calibration_error"],
            AUC: week["auc"],
        }
    drifts = [
        reports[day]["drift"] for day in sorted(reports) if today - WEEK < day and reports[day]["drift"]
    ]
    if drifts:
        found[INPUT_DRIFT] = max(drifts[-1]["inputs"].values())
    return {name: value for name, value in found.items() if value is not None}
