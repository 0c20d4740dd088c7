"""Calibrating a lake: each day's figures, and the last 90 days as one object."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from model_training import queries
from model_training.calibration.drift import WEEK, input_drift
from model_training.calibration.live import Report, live_metrics, live_week
from model_training.calibration.predictions import predictions
from model_training.calibration.tenure import Cards, live_on
from model_training.registry.card import timestamp
from model_training.registry.default_model import default_version
from model_training.registry.lake import Lake
from model_training.registry.moves import read_moves
from model_training.registry.pointer import read_pointer
from model_training.registry.stored_model import parse_object

if TYPE_CHECKING:
    from model_training.engines import Engine

QUALITY = "reports/quality/"
LATEST = f"{QUALITY}latest.json"
COLLECTED = f"{QUALITY}collected.json"  # how many reviews came on which day
DAYS_SHOWN = 90
# What the queries read of the table.
COLUMNS = (
    *("learner", "date", "rating", "recall_probability", "model_version", "scored"),
    *("days_since_last_review", "review_count", "failures", "reviews"),
)
PARTS = ("day", "model_version", "predictions", "drift")


@dataclass(frozen=True)
class Calibration:
    """What a calibration found.

    Parameters
    ----------
    days : list of str
        The days whose report changed, ISO 8601; the others are as they were.
    week : dict or None
        The live model's figures of the newest 7 days; None with fewer than 500 outcomes.
    metrics : dict of str to float
        For CloudWatch: those of `model_training.calibration.live` that are known.
    """

    days: list[str]
    week: Report | None
    metrics: dict[str, float]


def first_day(now: datetime) -> date:
    """Return the first of the UTC days that a report has: 89 days before today."""
    return now.astimezone(UTC).date() - timedelta(days=DAYS_SHOWN - 1)


def calibrate(lake: Lake, engine: Engine, now: datetime) -> Calibration:
    """Compare predictions with outcomes, and write ``reports/quality/``.

    Days before the first stored review keep their report: the retention has dropped their reviews.

    Parameters
    ----------
    lake : Lake
        The lake that has the models and gets the reports.
    engine : Engine
        Its ``reviews`` have `COLUMNS`, and the rows of `first_day` and later.
    now : datetime
        The current time, aware of its time zone.

    Raises
    ------
    LakeError
        If S3 refuses or can't be reached; if the card of a model is damaged.
    """
    first, today = first_day(now), now.astimezone(UTC).date()
    collected = engine.rows(queries.read("review_days", first=first))
    reports = _stored(lake, first)
    live = read_pointer(lake).version
    changed = []
    for day, report in _computed(lake, engine, reports, [row["day"] for row in collected], live, now).items():
        if report != reports.get(day):
            reports[day] = report
            lake.write(f"{QUALITY}{day}.json", _encoded(report))
            changed.append(str(day))
    name = live or default_version()
    week = live_week(reports, today, name)
    latest = {
        "made_at": timestamp(now),
        "model_version": name,
        "week": week,
        "days": [reports[day] for day in sorted(reports)],
    }
    lake.write(LATEST, _encoded(latest))
    (total,) = engine.rows(queries.read("learners", first=first))
    days = [row | {"day": str(row["day"])} for row in collected]
    lake.write(COLLECTED, _encoded({"made_at": timestamp(now), "days": days, **total}))
    return Calibration(changed, week, live_metrics(reports, today, week))


def _stored(lake: Lake, first: date) -> dict[date, Report]:
    """Return the reports of the lake, without those that can't be read."""
    found = {}
    for key in lake.keys(QUALITY):
        try:
            day = date.fromisoformat(key.removeprefix(QUALITY).removesuffix(".json"))
        except ValueError:
            continue  # latest.json
        stored = lake.read(key) if day >= first else None
        report = parse_object(stored.body) if stored is not None else {}
        if report.keys() >= set(PARTS):
            found[day] = {part: report[part] for part in PARTS}
    return found


def _computed(
    lake: Lake,
    engine: Engine,
    reports: Mapping[date, Report],
    reviewed: Sequence[date],
    live: str | None,
    now: datetime,
) -> dict[date, Report]:
    """Return the reports of the days since the first stored review, in the order of days."""
    if not reviewed:
        return {}
    found = predictions(engine, first_day(now))
    moves, cards = read_moves(lake), Cards(lake)
    days = sorted({*reviewed, *(day for day in reports if day > reviewed[0])})
    versions = {day: live_on(day, moves, live) for day in days}
    week = now.astimezone(UTC).date() - WEEK
    return {
        day: {
            "day": str(day),
            "model_version": versions[day] or default_version(),
            "predictions": found.get(day, []),
            "drift": input_drift(engine, day, cards.inputs(versions[day]))
            if day > week
            else reports.get(day, {}).get("drift"),
        }
        for day in days
    }


def _encoded(report: Report) -> bytes:
    return json.dumps(report, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()
