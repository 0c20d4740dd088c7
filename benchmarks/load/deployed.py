"""The stage that `make up` deployed into the local cloud: address, lake and throttle, and a slower key."""

from __future__ import annotations

import json
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

import boto3

from benchmarks.errors import BenchmarkError
from model_training.registry.lake import LOCAL_CREDENTIALS, Lake, s3_client

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class Throttle(NamedTuple):
    """Sustained requests a second, and how many at once beyond that."""

    rate: float
    burst: int


# Of the slower key. A second refills it for all users of the benchmark.
SLOW = Throttle(20.0, 20)


class Deployed:
    """A stage in a local cloud.

    Parameters
    ----------
    home : Path
        The folder that `make up` keeps its files in.

    Raises
    ------
    BenchmarkError
        If nothing is up there.
    """

    def __init__(self, home: Path) -> None:
        outputs = home / "outputs.json"
        try:
            written = json.loads(outputs.read_text(encoding="utf-8"))
            self.endpoint, self.api_key = written["endpoint"], written["api_key"]
            bucket = written["bucket"]
        except (OSError, ValueError, KeyError) as error:
            raise BenchmarkError(f"{outputs} doesn't say what is up; run make up first") from error
        url, _, address = self.endpoint.partition("/_aws/execute-api/")
        self._api_id, self._stage = address.split("/")
        self._lake = Lake(s3_client(url, **LOCAL_CREDENTIALS), bucket)
        self._gateway = boto3.client("apigateway", endpoint_url=url, **LOCAL_CREDENTIALS)

    def read(self, key: str) -> bytes:
        """Return an object of the lake.

        Raises
        ------
        BenchmarkError
            If there is none.
        """
        stored = self._lake.read(key)
        if stored is None:
            raise BenchmarkError(f"s3://{self._lake.bucket}/{key} isn't there; run make up again")
        return stored.body

    @property
    def throttle(self) -> Throttle:
        """The stage's own."""
        stage = self._gateway.get_stage(restApiId=self._api_id, stageName=self._stage)
        settings = stage["methodSettings"]["*/*"]
        return Throttle(settings["throttlingRateLimit"], settings["throttlingBurstLimit"])

    @contextmanager
    def slow_key(self, throttle: Throttle = SLOW) -> Iterator[str]:
        """Give a key with a usage plan of its own, for as long as the context lasts."""
        key = self._gateway.create_api_key(name="load", enabled=True)
        plan = self._gateway.create_usage_plan(
            name="load",
            apiStages=[{"apiId": self._api_id, "stage": self._stage}],
            throttle={"rateLimit": throttle.rate, "burstLimit": throttle.burst},
        )
        self._gateway.create_usage_plan_key(usagePlanId=plan["id"], keyId=key["id"], keyType="API_KEY")
        try:
            yield key["value"]
        finally:
            self._gateway.delete_usage_plan_key(usagePlanId=plan["id"], keyId=key["id"])
            self._gateway.delete_usage_plan(usagePlanId=plan["id"])
            self._gateway.delete_api_key(apiKey=key["id"])
