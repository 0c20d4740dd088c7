"""Calibrating a lake: the days whose reviews or model changed, then the last 90 days as one object."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from model_training.calibration.day import FEWEST, REPLAYED, SHOWN, WEEK, day_report
from model_training.calibration.figures import pooled
from model_training.calibration.outcomes import join
from model_training.calibration.tenure import Models, Tenure, live_on
from model_training.fitting.starting_point import default_model
from model_training.registry.card import timestamp
from model_training.registry.lake import Lake
from model_training.registry.moves import read_moves
from model_training.registry.stored_model import parse_object
from model_training.retraining.served import HISTORY, THREE_INPUTS, live_version
from model_training.review_table import load
from model_training.review_table.schema import TABLE, day_of

QUALITY = "reports/quality/"
LATEST = f"{QUALITY}latest.json"
DAYS_SHOWN = 90
# What callers were shown says more than what they would have been.
SOURCES = (SHOWN, REPLAYED + HISTORY, REPLAYED + THREE_INPUTS)
LOG_LOSS, CALIBRATION_ERROR, AUC = "LiveLogLoss", "LiveCalibrationError", "LiveAuc"
INPUT_DRIFT = "InputDrift"

Report = dict[str, Any]


@dataclass(frozen=True)
class Calibration:
    """What a calibration found.

    Parameters
    ----------
    days : list of str
        The days that were computed, ISO 8601; the others are as they were.
    week : dict or None
        The live model's figures of the newest 7 days; None with fewer than 500 outcomes.
    metrics : dict of str to float
        For CloudWatch: those of `LOG_LOSS`, `CALIBRATION_ERROR`, `AUC` and `INPUT_DRIFT` that are known.
    """

    days: list[str]
    week: Report | None
    metrics: dict[str, float]


def calibrate(lake: Lake, now: datetime) -> Calibration:
    """Compare predictions with outcomes, and write ``reports/quality/``.

    A day is computed again when a file of its own reviews, or of earlier ones, was written since (an event
    came late, a learner was erased), or when another model turned out to be live at its end.

    Parameters
    ----------
    lake : Lake
        The lake whose table has the reviews.
    now : datetime
        The current time, aware of its time zone.

    Raises
    ------
    LakeError, ReviewTableError, ArtifactError
        If S3 refuses or can't be reached; if a file of reviews or a model is damaged.
    """
    today = now.astimezone(UTC).date()
    first = today - timedelta(days=DAYS_SHOWN - 1)
    written = _written(lake)  # before the files are read: what is written meanwhile counts next time
    reports = _stored(lake, first)
    moves, live = read_moves(lake), live_version(lake)
    tenures = {day: live_on(day, moves, live) for day in written if day >= first}
    stale = [day for day in tenures if _is_stale(reports.get(day), written[day], tenures[day])]
    for day, report in _computed(lake, tenures, stale).items():
        reports[day] = report | {"made_from": written[day].isoformat()}
        lake.write(f"{QUALITY}{day}.json", _encoded(reports[day]))
    name = live or default_model().name
    week = _week(reports, today, name)
    lake.write(LATEST, _encoded(_latest(reports, now, name, week)))
    return Calibration([str(day) for day in stale], week, _metrics(reports, today, week))


def _written(lake: Lake) -> dict[date, datetime]:
    """Return each day's latest write to its own file of reviews or an earlier one, by S3's clock."""
    files = {day: at for key, at in lake.keys(TABLE).items() if (day := day_of(key)) is not None}
    latest: dict[date, datetime] = {}
    newest = None
    for day in sorted(files):
        newest = files[day] if newest is None else max(newest, files[day])
        latest[day] = newest
    return latest


def _stored(lake: Lake, first: date) -> dict[date, Report]:
    found = {}
    for key in lake.keys(QUALITY):
        try:
            day = date.fromisoformat(key.removeprefix(QUALITY).removesuffix(".json"))
        except ValueError:
            continue  # latest.json
        stored = lake.read(key) if day >= first else None
        if stored is not None:
            found[day] = parse_object(stored.body)
    return found


def _is_stale(report: Report | None, written: datetime, tenure: Tenure) -> bool:
    if not report:  # not there, or unreadable
        return True
    version = tenure.version or default_model().name
    return datetime.fromisoformat(report["made_from"]) < written or report["model_version"] != version


def _computed(lake: Lake, tenures: Mapping[date, Tenure], days: list[date]) -> dict[date, Report]:
    if not days:
        return {}
    outcomes, models = join(load(lake), days), Models(lake)
    return {day: day_report(day, outcomes, tenures[day], models, lake) for day in days}


def _week(reports: Mapping[date, Report], today: date, version: str) -> Report | None:
    """Return the live model's figures of the newest 7 days, from the best source that has enough of them."""
    newest = [
        found for day, report in reports.items() if today - WEEK < day for found in report["predictions"]
    ]
    for source in SOURCES:
        parts = [found for found in newest if found["source"] == source and found["model_version"] == version]
        if sum(part["reviews"] for part in parts) >= FEWEST:
            return {"source": source, "model_version": version} | pooled(parts)
    return None


def _latest(reports: Mapping[date, Report], now: datetime, version: str, week: Report | None) -> Report:
    days = [
        {name: value for name, value in reports[day].items() if name != "made_from"}
        for day in sorted(reports)
    ]
    return {"made_at": timestamp(now), "model_version": version, "week": week, "days": days}


def _metrics(reports: Mapping[date, Report], today: date, week: Report | None) -> dict[str, float]:
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


def _encoded(report: Report) -> bytes:
    return json.dumps(report, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()
