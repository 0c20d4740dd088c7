"""Every path and method of the operations API, and the endpoint that answers it."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from http_kit.problems import no_object
from http_kit.request import Request
from http_kit.response import Response, encode
from operations.runs import Runs, checked_name
from recall.errors import InvalidInputError

if TYPE_CHECKING:
    from http_kit.service import Routes

PATH = "/v1/training/runs"
HTML = {"Content-Type": "text/html; charset=utf-8"}
EXAMPLE = '{"name": "after-the-exams"}, or empty'


def start(request: Request, runs: Runs) -> Response:
    """``POST /v1/training/runs``: start a run, by the name in the body or a new one."""
    run = runs.start(_name_in_body(request) or _new_name(datetime.now(UTC)))
    return Response(202, encode(run), headers={"Location": f"{PATH}/{run['name']}"})


def list_newest(_request: Request, runs: Runs) -> Response:
    """``GET /v1/training/runs``: the newest hundred."""
    return Response(200, encode({"runs": runs.newest()}))


def read(request: Request, runs: Runs) -> Response:
    """``GET /v1/training/runs/{name}``: the run's status, and what each step found."""
    return Response(200, encode(runs.read(_name_in_path(request))))


def report(request: Request, runs: Runs) -> Response:
    """``GET /v1/training/runs/{name}/report``: the run's report, a page of HTML."""
    return Response(200, runs.report(_name_in_path(request)), headers=HTML)


ROUTES: Routes = {
    PATH: {"GET": list_newest, "POST": start},
    f"{PATH}/{{name}}": {"GET": read},
    f"{PATH}/{{name}}/report": {"GET": report},
}


def _name_in_path(request: Request) -> str:
    return checked_name(request.parameters["name"])


def _name_in_body(request: Request) -> str | None:
    """Return the name that the body gives the run, if any; a request needs no body."""
    if not request.event.get("body"):
        return None
    body = request.json(EXAMPLE)
    if type(body) is not dict:
        raise no_object("body", body, EXAMPLE)
    for field in body:
        if field != "name":
            raise InvalidInputError(field, "is unknown; a run takes a name and nothing else")
    return checked_name(body["name"]) if "name" in body else None


def _new_name(now: datetime) -> str:
    return f"{now:%Y%m%dT%H%M%SZ}-{secrets.token_hex(4)}"
