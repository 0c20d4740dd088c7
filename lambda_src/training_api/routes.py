"""Every route of the training API: what it takes, what it answers."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from http_kit.errors import MethodNotAllowedError, UnknownPathError
from http_kit.request import Request
from http_kit.response import Response, encode
from recall.errors import InvalidInputError
from training_api.runs import Runs, checked

PATH = "/v1/training/runs"
HTML = {"Content-Type": "text/html; charset=utf-8"}
EXAMPLE = '{"name": "after-the-exams"}, or empty'

Event = dict[str, Any]
Route = Callable[[Event, Runs, str], Response]


def start(event: Event, runs: Runs, _name: str) -> Response:
    """``POST /v1/training/runs``: start one, of the given name or one made of the time; 202."""
    run = runs.start(_asked_name(event) or _new_name(datetime.now(UTC)))
    return Response(202, encode(run), headers={"Location": f"{PATH}/{run['name']}"})


def list_newest(_event: Event, runs: Runs, _name: str) -> Response:
    """``GET /v1/training/runs``: the newest hundred."""
    return Response(200, encode({"runs": runs.newest()}))


def read(_event: Event, runs: Runs, name: str) -> Response:
    """``GET /v1/training/runs/{name}``: how far it is, and what each step found."""
    return Response(200, encode(runs.read(name)))


def report(_event: Event, runs: Runs, name: str) -> Response:
    """``GET /v1/training/runs/{name}/report``: the page that it wrote."""
    return Response(200, runs.report(name), headers=HTML)


# By the resource, as API Gateway names it, which lets nothing else through.
ROUTES: dict[str, dict[str, Route]] = {
    PATH: {"GET": list_newest, "POST": start},
    f"{PATH}/{{name}}": {"GET": read},
    f"{PATH}/{{name}}/report": {"GET": report},
}


def answer(event: Event, runs: Runs) -> Response:
    """Answer a request.

    Raises
    ------
    UnknownPathError, MethodNotAllowedError, InvalidInputError
        Naming what is wrong with it.
    """
    path = event.get("path") or ""
    methods = ROUTES.get(event.get("resource") or "")
    if methods is None:
        raise UnknownPathError("path", f"{path[:100]} isn't one of {', '.join(ROUTES)}")
    route = methods.get(event.get("httpMethod") or "")
    if route is None:
        raise MethodNotAllowedError(path, tuple(methods))
    parameters = event.get("pathParameters") or {}
    return route(event, runs, checked(parameters["name"]) if parameters else "")


def _asked_name(event: Event) -> str | None:
    """Return the name that a request gives its run, if any; a request needs no body."""
    if not event.get("body"):
        return None
    body = Request(event).json(EXAMPLE)
    if not isinstance(body, dict):
        raise InvalidInputError("body", f"must be an object, such as {EXAMPLE}")
    for field in body:
        if field != "name":
            raise InvalidInputError(field, "is unknown; a run takes a name and nothing else")
    return checked(body["name"]) if "name" in body else None


def _new_name(now: datetime) -> str:
    return f"{now:%Y%m%dT%H%M%SZ}-{secrets.token_hex(4)}"
