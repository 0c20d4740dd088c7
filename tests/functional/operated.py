"""A stage that its owner operates: the operations function on AWS's services in memory."""

import json
from datetime import UTC, datetime
from types import SimpleNamespace

from botocore.exceptions import ClientError

from http_kit.service import Service
from model_training.jobs.handler import handler
from operations.alarms import Alarms
from operations.cost import Cost
from operations.models import Models
from operations.moves import Moves
from operations.objects import Objects
from operations.reviews import Reviews
from operations.routes import ROUTES
from operations.runs import Runs
from operations.stage import Stage
from tests.functional.calls import response_of
from tests.training.fake_s3 import FakeS3

MACHINE = "arn:aws:states:eu-central-1:123456789012:stateMachine:Retraining"
EXECUTION = "arn:aws:states:eu-central-1:123456789012:execution:Retraining:"
BEGAN, ENDED = datetime(2026, 11, 21, 3, tzinfo=UTC), datetime(2026, 11, 21, 4, tzinfo=UTC)
CALLER = "arn:aws:sts::123456789012:assumed-role/Operators/ann"
AUTOML_MOST = 3_600


def error_of_aws(code, status=400):
    """Make the error that boto3 raises for an error response of AWS."""
    return ClientError({"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": status}}, "Call")


class FakeStates:
    """A client of Step Functions with one machine."""

    def __init__(self):
        self.executions = {}
        self.inputs = {}

    def add(self, name, status="SUCCEEDED"):
        ended = {} if status == "RUNNING" else {"stopDate": ENDED}
        facts = {"name": name, "status": status, "startDate": BEGAN, **ended}
        self.executions[EXECUTION + name] = facts
        return facts

    def start_execution(self, *, stateMachineArn, name, input):  # noqa: A002 - boto3's own name
        assert stateMachineArn == MACHINE
        there = self.executions.get(EXECUTION + name)
        if there and (there["status"] != "RUNNING" or self.inputs.get(name) != input):
            raise error_of_aws("ExecutionAlreadyExists")
        self.inputs[name] = input
        return there or self.add(name, "RUNNING")

    def describe_execution(self, *, executionArn):
        if executionArn not in self.executions:
            raise error_of_aws("ExecutionDoesNotExist")
        return self.executions[executionArn]

    def list_executions(self, *, stateMachineArn, maxResults):
        assert stateMachineArn == MACHINE
        return {"executions": list(reversed(self.executions.values()))[:maxResults]}


class FakeJobs:
    """A client of Lambda whose one function is the real one, in this process."""

    def __init__(self):
        self.events = []

    def invoke(self, *, FunctionName, Payload):
        assert FunctionName == "training-jobs"
        self.events.append(json.loads(Payload))
        try:
            handler(self.events[-1], None)
        except Exception:  # noqa: BLE001 - as Lambda does
            return {"StatusCode": 200, "FunctionError": "Unhandled"}
        return {"StatusCode": 200}


class FakeCloudWatch:
    """A client of CloudWatch with some alarms, one a page."""

    def __init__(self):
        self.alarms = []

    def get_paginator(self, operation):
        assert operation == "describe_alarms"
        return SimpleNamespace(paginate=self.pages)

    def pages(self, *, AlarmNamePrefix):
        for alarm in self.alarms:
            if alarm["AlarmName"].startswith(AlarmNamePrefix):
                yield {"MetricAlarms": [alarm], "CompositeAlarms": []}


class FakeBudgets:
    """A client of AWS Budgets."""

    def __init__(self):
        self.budgets = {}

    def describe_budget(self, *, AccountId, BudgetName):
        assert AccountId == "123456789012"
        if BudgetName not in self.budgets:
            raise error_of_aws("NotFoundException")
        return {"Budget": self.budgets[BudgetName]}


class Operated:
    """The function with what it works on; `budget` is the budget's name, and `usd` what it allows."""

    def __init__(self, *, automl_most_seconds=0, budget="", usd=0):
        self.states, self.s3, self.jobs = FakeStates(), FakeS3(), FakeJobs()
        self.cloudwatch, self.budgets = FakeCloudWatch(), FakeBudgets()
        objects = Objects(self.s3, "lake")
        stage = Stage(
            Runs(self.states, objects, MACHINE, automl_most_seconds),
            Models(objects),
            Moves(self.jobs, "training-jobs", objects),
            Reviews(objects),
            Alarms(self.cloudwatch, "dev"),
            Cost(self.budgets, "123456789012", budget, usd),
        )
        self._service = Service(ROUTES, stage)

    def call(self, method, resource, body=None, **parameters):
        """Send a request to a path as the API declares it, with the values of its parameters."""
        event = {
            "resource": resource, "path": resource.format(**parameters), "httpMethod": method,
            "pathParameters": parameters or None,
            "requestContext": {"requestId": "r1", "identity": {"userArn": CALLER}},
        }  # fmt: skip
        if body is not None:
            event |= {"body": json.dumps(body), "headers": {"Content-Type": "application/json"}}
        return self.respond(event)

    def respond(self, event):
        """Return the response to an event of API Gateway."""
        return response_of(self._service.respond(event))

    def keep(self, key, record):
        """Put an object into the lake."""
        self.s3.lake.write(key, json.dumps(record).encode())

    def break_all(self, error):
        """Let every call of AWS raise an error."""

        def call(*_, **__):
            raise error

        for client in (self.states, self.jobs, self.cloudwatch, self.budgets):
            for name in ("start_execution", "list_executions", "describe_execution", "invoke", "pages",
                         "describe_budget"):  # fmt: skip
                setattr(client, name, call)
        self.s3.get_object = self.s3.list_objects_v2 = self.s3.put_object = self.s3._objects = call
