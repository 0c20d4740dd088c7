"""Real trouble in the local cloud."""

import json
from contextlib import contextmanager
from typing import Any

from model_training.registry.pointer import POINTER_KEY
from tests.cloudwatch import emf
from tests.cloudwatch.alarms import Sample
from tests.functional.s3_server import S3Server
from tests.functional.scripted_server import hang

HEALTH = {"httpMethod": "GET", "path": "/v1/health", "headers": {}, "requestContext": {"requestId": "alarms"}}
CARD = {"days_since_last_review": 3, "review_count": 4, "difficulty": 5.5}


class Trouble:
    """The deployed functions, the API and the lake, broken for a while."""

    def __init__(self, service):
        self._service = service
        self._lambda = service.client("lambda")
        handlers = {f["Handler"]: f for f in self._lambda.list_functions()["Functions"]}
        self._deployed = handlers["inference.handler.handler"]
        self._checker = handlers["canary.handler.handler"]
        self.function, self.canary = self._deployed["FunctionName"], self._checker["FunctionName"]

    def invoke(self, event: dict[str, Any] = HEALTH) -> str | None:
        """Invoke the alias that callers get; return how it failed, if it did."""
        response = self._lambda.invoke(
            FunctionName=self.function, Qualifier="live", Payload=json.dumps(event).encode()
        )
        return response.get("FunctionError")

    @contextmanager
    def release(self, **changed: str):
        """Have the alias at a version whose environment differs, as a release that went wrong."""
        live = self._lambda.get_alias(FunctionName=self.function, Name="live")["FunctionVersion"]
        variables = self._deployed["Environment"]["Variables"]
        self._configure(self.function, variables | changed)
        bad = self._lambda.publish_version(FunctionName=self.function)["Version"]
        self._configure(self.function, variables)
        self._lambda.update_alias(FunctionName=self.function, Name="live", FunctionVersion=bad)
        try:
            yield
        finally:
            self._lambda.update_alias(FunctionName=self.function, Name="live", FunctionVersion=live)

    @contextmanager
    def slow_lake(self):
        """Have the alias at a version whose lake says nothing."""
        with S3Server() as server:
            server.fault = hang
            with self.release(AWS_ENDPOINT_URL=server.url):
                yield

    def refused(self) -> str | None:
        """Invoke the function while no concurrency is left to it; return how Lambda refuses.

        Not through the alias: the local cloud knows a function's reserved concurrency, but not its versions'.
        """
        self._lambda.put_function_concurrency(FunctionName=self.function, ReservedConcurrentExecutions=0)
        try:
            self._lambda.invoke(FunctionName=self.function, Payload=json.dumps(HEALTH).encode())
        except self._lambda.exceptions.TooManyRequestsException as error:
            return error.response["Reason"]
        finally:
            self._lambda.delete_function_concurrency(FunctionName=self.function)
        return None

    def fail_canary(self) -> str | None:
        """Invoke the canary while another version is locked; return how it failed."""
        variables = self._checker["Environment"]["Variables"]
        self._configure(self.canary, variables | {"LOCKED": "numpy==1.0.0"})
        try:
            return self.invoke_canary()
        finally:
            self._configure(self.canary, variables)

    def invoke_canary(self) -> str | None:
        """Invoke the canary as the daily rule does; return how it failed, if it did."""
        return self._lambda.invoke(FunctionName=self.canary, Payload=b"{}").get("FunctionError")

    @contextmanager
    def damaged_pointer(self):
        """Have something in the lake that is no pointer."""
        lake = self._service.client("s3")
        place = {"Bucket": self._service.bucket, "Key": POINTER_KEY}
        pointer = lake.get_object(**place)["Body"].read()
        lake.put_object(**place, Body=b"{}")
        try:
            yield
        finally:
            lake.put_object(**place, Body=pointer)

    def log_lines(self, function: str, since: float) -> list[str]:
        """Return what a function wrote since then."""
        group = self._lambda.get_function_configuration(FunctionName=function)["LoggingConfig"]["LogGroup"]
        pages = self._service.client("logs").get_paginator("filter_log_events")
        found = pages.paginate(logGroupName=group, startTime=int(since * 1000))
        return [event["message"].rstrip("\n") for page in found for event in page["events"]]

    def emf(self, name: str, since: float) -> list[Sample]:
        """Return what the function's log has of a metric in the embedded metric format."""
        return [s for s in emf.samples(self.log_lines(self.function, since)) if s.name == name]

    def statuses(self, *bodies: Any, **headers: str | None) -> list[int]:
        """Request predictions through the API and return the statuses of the responses."""
        return [self._service.call("POST", "/v1/predict", body, **headers).status for body in bodies]

    def _configure(self, function: str, variables: dict[str, str]) -> None:
        self._lambda.update_function_configuration(
            FunctionName=function, Environment={"Variables": variables}
        )
