"""The one way in which a function serves HTTP: find the endpoint, call it, log the outcome once."""

from __future__ import annotations

import os
import sys
import time
from json.encoder import (
    encode_basestring_ascii as quote,  # what json.dumps calls for text, in a tenth of the time
)

from http_kit.errors import MethodNotAllowedError, UnavailableError, UnknownPathError
from http_kit.request import Request
from http_kit.response import compressed, encode, error_response, takes_gzip, unexpected_error_response
from http_kit.telemetry import write_exception
from recall.errors import RecallError

TYPE_CHECKING = False  # `typing` itself costs a cold start 2 ms
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from http_kit.response import Response
    from http_kit.telemetry import Metrics

    Endpoint = Callable[[Request, Any], Response]
    Routes = Mapping[str, Mapping[str, Endpoint]]
    Handler = Callable[[dict[str, Any], object], dict[str, Any]]

# What every function with metrics measures of a request, beside its own metrics.
REQUEST_METRICS = {"Requests": "Count", "Latency": "Milliseconds", "ColdStarts": "Count"}
LONGEST_METHOD, LONGEST_PATH = 10, 100  # characters of them in a log line
HEADERS = {
    "Content-Type": "application/json",
    "Cache-Control": "no-store",
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "X-Request-Id, Retry-After, Link",
}
COMPRESSED_FROM_BYTES = 1_400  # less than that is one packet anyway


class Service:
    """One execution environment's service.

    Parameters
    ----------
    routes : mapping of str to mapping of str to callable
        The endpoint of each path and method. An endpoint takes the request and the resources, and returns the
        response. A path may have parameters, as API Gateway writes them: ``/v1/training/runs/{name}``.
    resources : object
        What this environment keeps between requests, such as a model or AWS's clients.
    metrics : Metrics, optional
        Writes each request's metrics, `REQUEST_METRICS` among them; without it a request has a log line only.
    facts : mapping of str to (str or None, JSON value), optional
        The facts that a response may have, by their names in the log: the name in the metrics line (None: not
        there), and the value where a response doesn't have it.
    """

    def __init__(
        self,
        routes: Routes,
        resources: Any,
        metrics: Metrics | None = None,
        facts: Mapping[str, tuple[str | None, Any]] | None = None,
    ) -> None:
        self._routes = routes
        self._resources = resources
        self._metrics = metrics
        self._facts = facts or {}
        self._cold_start = True

    def respond(self, event: dict[str, Any]) -> dict[str, Any]:
        """Respond to an event of API Gateway's REST proxy integration; every outcome is a response."""
        started = time.perf_counter()
        request = Request(event)
        try:
            response = find_endpoint(self._routes, request)(request, self._resources)
        except RecallError as error:
            if isinstance(error, UnavailableError) and error.event:
                write_exception(error.event, request.id)
            response = error_response(error, request.id)
        except Exception:  # noqa: BLE001 - the caller gets a response without a trace, the log gets the trace
            write_exception("unexpected_error", request.id)
            response = unexpected_error_response(request.id)
        self._log(request, response, (time.perf_counter() - started) * 1000)
        return for_gateway(request, response)

    def _log(self, request: Request, response: Response, milliseconds: float) -> None:
        """Write the log line and the metrics line, put together as text, in a tenth of json.dumps' time."""
        cold_start, self._cold_start = self._cold_start, False
        # As the API declares it where it has parameters: their values may be learners' ids.
        path = request.resource if request.parameters else request.path
        logged = measured = ""
        facts = response.facts or {}
        for name, (metric, default) in self._facts.items():
            value = _json(facts.get(name, default))
            logged += f', "{name}": {value}'
            if metric:
                measured += f', "{metric}": {value}'
        if request.caller:
            logged += f', "caller": {quote(request.caller)}'
        lines = (
            f'{{"level": "INFO", "message": "request", "request_id": {quote(request.id)}, '
            f'"method": {quote(request.method[:LONGEST_METHOD])}, '
            f'"path": {quote(path[:LONGEST_PATH])}, '
            f'"status": {response.status}, "latency_ms": {milliseconds:.3f}, '
            f'"cold_start": {"true" if cold_start else "false"}{logged}}}\n'
        )
        if self._metrics:
            lines += (
                f"{self._metrics.before_time}{int(time.time() * 1000)}{self._metrics.after_time}"
                f'"Requests": 1, "Latency": {milliseconds:.3f}, "ColdStarts": {int(cold_start)}{measured}}}\n'
            )
        sys.stdout.write(lines)


def lambda_handler(make: Callable[[Mapping[str, str]], Service]) -> Handler:
    """Return a Lambda handler that makes its service in the first call and keeps it for the next ones.

    Parameters
    ----------
    make : callable
        Takes the environment variables, returns the service.
    """
    service: Service | None = None

    def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
        nonlocal service
        if service is None:
            service = make(os.environ)
        return service.respond(event)

    return handler


def deferred(module: str, name: str) -> Endpoint:
    """Return an endpoint whose module is imported by its first request."""

    def endpoint(request: Request, resources: Any) -> Response:
        from importlib import import_module  # noqa: PLC0415 - with its warnings 0.5 ms of a bare start

        found: Endpoint = getattr(import_module(module), name)
        return found(request, resources)

    return endpoint


def find_endpoint(routes: Routes, request: Request) -> Endpoint:
    """Return the endpoint of a request; a slash at the end of its path doesn't matter, and HEAD finds GET's.

    Raises
    ------
    UnknownPathError, MethodNotAllowedError
        Naming what there is instead.
    """
    methods = routes.get(request.path) or routes.get(request.path.rstrip("/"))
    if methods is None and request.parameters:
        methods = routes.get(request.resource)
    if methods is None:
        raise UnknownPathError("path", f"is unknown; known are {', '.join(routes)}")
    method = "GET" if request.method == "HEAD" else request.method
    if method not in methods:
        raise MethodNotAllowedError(request.path, tuple(methods))
    return methods[method]


def for_gateway(request: Request, response: Response) -> dict[str, Any]:
    """Return what API Gateway takes from a proxy integration.

    A long body is compressed where it may be; the response to HEAD has none.
    """
    headers = {**HEADERS, "X-Request-Id": request.id}
    if response.headers:
        headers.update(response.headers)
    body = response.body if request.method != "HEAD" else ""
    if len(body) >= COMPRESSED_FROM_BYTES:
        headers["Vary"] = "Accept-Encoding"
        if takes_gzip(request.headers):
            headers["Content-Encoding"] = "gzip"
            return {
                "statusCode": response.status,
                "headers": headers,
                "body": compressed(body),
                "isBase64Encoded": True,
            }
    return {"statusCode": response.status, "headers": headers, "body": body}


def _json(value: Any) -> str:
    """Return a fact as JSON; text and whole numbers without the encoder, which takes 2 µs."""
    if type(value) is str:
        return quote(value)
    return str(value) if type(value) is int else encode(value)
