"""``/v1/training/runs``: training runs started, watched, listed, and their reports."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from typing import Any

from http_kit.fields import Number, as_object
from http_kit.request import Request
from http_kit.response import Response, encode
from operations.runs import checked_name
from operations.stage import Stage
from recall.errors import InvalidInputError

PATH = "/v1/training/runs"
HTML = {"Content-Type": "text/html; charset=utf-8"}
EXAMPLE = '{"name": "after-the-exams", "automl_seconds": 600}, or empty'
FIELDS = ("name", "automl_seconds")
NO_AUTOML = (
    "must be 0 or left out: only a stage that trains on AWS Batch has AutoML; set training_compute to batch "
    "in cdk.json, and deploy it again"
)


def start(request: Request, stage: Stage) -> Response:
    """``POST /v1/training/runs``: start a run, by the name in the body or a new one."""
    # A request needs no body.
    body = as_object(request.json(EXAMPLE), EXAMPLE, FIELDS) if request.event.get("body") else {}
    name = checked_name(body["name"]) if "name" in body else _new_name(datetime.now(UTC))
    run = stage.runs.start(name, _automl_seconds(body, stage.runs.automl_most_seconds))
    return Response(202, encode(run), headers={"Location": f"{PATH}/{run['name']}"})


def list_newest(_request: Request, stage: Stage) -> Response:
    """``GET /v1/training/runs``: the newest hundred, and how long one may search by AutoML."""
    runs = stage.runs
    return Response(200, encode({"runs": runs.newest(), "automl_most_seconds": runs.automl_most_seconds}))


def read(request: Request, stage: Stage) -> Response:
    """``GET /v1/training/runs/{name}``: the run's status, and what each step found."""
    return Response(200, encode(stage.runs.read(_name_in_path(request))))


def report(request: Request, stage: Stage) -> Response:
    """``GET /v1/training/runs/{name}/report``: the run's report, a page of HTML."""
    return Response(200, stage.runs.report(_name_in_path(request)), headers=HTML)


def _name_in_path(request: Request) -> str:
    return checked_name(request.parameters["name"])


def _automl_seconds(body: dict[str, Any], most: int) -> int | None:
    """Return how long a run is to search; None for as long as the stage's setting says."""
    if "automl_seconds" not in body:
        return None
    # Where no run can search, 0 is the one number that asks for what happens anyway.
    if not most and body["automl_seconds"] not in (0, None):
        raise InvalidInputError("automl_seconds", NO_AUTOML)
    seconds: int = Number(0, most, whole=True, unit="seconds").read(body, "automl_seconds")
    return seconds if most else None


def _new_name(now: datetime) -> str:
    return f"{now:%Y%m%dT%H%M%SZ}-{secrets.token_hex(4)}"
