"""A deployed service, as the import calls it."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Any
from urllib.parse import quote, urlsplit
from urllib.request import getproxies, proxy_bypass

import urllib3

from model_training.registry.lake import LOCAL_OUTPUTS
from recall.errors import RecallError

# What is tried again: too many requests, and a service that can't answer at the moment. A review that is sent
# again is stored once.
RETRIES = urllib3.Retry(
    total=8,
    connect=2,  # a mistyped endpoint is no outage
    status_forcelist=[429, 502, 503, 504],
    allowed_methods=["POST"],
    backoff_factor=0.5,
    backoff_max=20,
    raise_on_status=False,
)
TIMEOUT = urllib3.Timeout(connect=10, read=40)  # seconds; API Gateway waits 29 for the function


class ServiceError(RecallError):
    """The service can't be found or reached, or refuses a request: names it, the problem and the fix."""


class Service:
    """The memory of a service.

    Parameters
    ----------
    endpoint : str
        Base URL of the service, such as ``https://….amazonaws.com/prod``.
    api_key : str
        A key of its usage plan.

    Raises
    ------
    ServiceError
        If the endpoint isn't an HTTP URL.
    """

    def __init__(self, endpoint: str, api_key: str) -> None:
        self.endpoint = endpoint.rstrip("/")
        url = urlsplit(self.endpoint)
        if url.scheme not in ("http", "https") or not url.hostname:
            raise ServiceError(
                f"{endpoint}: isn't a service's URL; give --endpoint https://….amazonaws.com/prod"
            )
        proxy = None if proxy_bypass(url.hostname) else getproxies().get(url.scheme)
        self._http: urllib3.PoolManager = (
            urllib3.ProxyManager(proxy, retries=RETRIES, timeout=TIMEOUT)
            if proxy
            else urllib3.PoolManager(retries=RETRIES, timeout=TIMEOUT)
        )
        self._headers = {"x-api-key": api_key, "Content-Type": "application/json"}

    def import_reviews(self, learner: str, body: dict[str, Any]) -> dict[str, Any]:
        """Send cards' reviews, and return the service's response.

        Raises
        ------
        ServiceError
            If the service refuses the request as a whole, or doesn't answer.
        """
        path = f"/v1/learners/{quote(learner, safe='')}/import"
        return self._post(path, body, HTTPStatus.OK, "memory: true")

    def store_reviews(self, body: dict[str, Any]) -> dict[str, Any]:
        """Send reviews of any learners, and return the service's response; errors as of `import_reviews`."""
        return self._post("/v1/reviews", body, HTTPStatus.ACCEPTED, "reviews_retention_days")

    def _post(self, path: str, body: dict[str, Any], status: HTTPStatus, needs: str) -> dict[str, Any]:
        data = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
        try:
            response = self._http.request("POST", self.endpoint + path, body=data, headers=self._headers)
        except urllib3.exceptions.HTTPError as error:
            why = error.reason if isinstance(error, urllib3.exceptions.MaxRetryError) else error
            raise ServiceError(f"{self.endpoint}: can't be reached ({why}); check --endpoint") from error
        if response.status != status:
            raise ServiceError(f"{self.endpoint}: {_problem(response.status, response.data, needs)}")
        try:
            answer: dict[str, Any] = json.loads(response.data)
        except ValueError as error:
            raise ServiceError(f"{self.endpoint}: isn't the service; check --endpoint") from error
        return answer


def find_service(endpoint: str | None, api_key: str | None) -> Service:
    """Return the named service, or without a name the one that `make up` deployed on this machine.

    Raises
    ------
    ServiceError
        If only one of both is given, or none and nothing is up.
    """
    if endpoint is not None and api_key is not None:
        return Service(endpoint, api_key)
    if endpoint is not None or api_key is not None:
        missing = "--api-key or RECALL_API_KEY" if api_key is None else "--endpoint or RECALL_ENDPOINT"
        raise ServiceError(f"which service? give {missing}, too")
    try:
        outputs = json.loads(LOCAL_OUTPUTS.read_text(encoding="utf-8"))
        return Service(outputs["endpoint"], outputs["api_key"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ServiceError("which service? give --endpoint and --api-key, or run `make up` first") from error


def reason(rejected: dict[str, Any]) -> str:
    """Return why the service rejected a review, without its place in the request."""
    place, _, problem = str(rejected["error"]["message"]).partition(" ")
    return f"{place.rpartition('.')[2]} {problem}"


def _problem(status: int, body: bytes, needs: str) -> str:
    """Say why a request was refused, and what to do."""
    try:
        said = str(json.loads(body)["error"]["message"])
    except (ValueError, KeyError, TypeError):
        said = "no reason given"
    fix = {
        HTTPStatus.FORBIDDEN: "; check --api-key, and whose learners it may reach",
        HTTPStatus.NOT_FOUND: f"; check --endpoint, and that the stage has {needs} in cdk.json",
    }
    again = "; what was stored stays: run it again later" if status in RETRIES.status_forcelist else ""
    return f"{said} (status {status}){fix.get(HTTPStatus(status), again)}"
