"""Calls of the real function and the real canary, and the metric data that AWS publishes of such calls."""

import time

from canary.handler import handler as canary
from inference import s3
from inference.handler import make_service
from inference.s3 import S3Reader
from tests.cloudwatch import emf
from tests.cloudwatch.alarms import Sample
from tests.cloudwatch.definitions import resolve

from .calls import CARD, post, response_of
from .fakes import publish
from .s3_server import status

SLOW_SECONDS = 0.26  # each of the two objects that a new function reads


class Traffic:
    """A stage's calls: each is made now, and its metric data are of the time that a test says.

    Namespaces, names and dimensions are AWS's own:
    https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html and
    https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-metrics-and-dimensions.html.
    """

    def __init__(self, templates, lake, capsys, monkeypatch):
        self.samples = []
        self._lake = lake
        self._capsys = capsys
        stack = templates["Inference"]
        self._function, self._canary = _names(stack, "Inference"), _names(stack, "Canary")
        (function,) = [
            r["Properties"] for n, r in stack["Resources"].items() if n == self._function["FunctionName"]
        ]
        variables = resolve(function["Environment"]["Variables"], stack, templates)
        self._variables = variables | {
            "MODEL_BUCKET": "lake", "AWS_ENDPOINT_URL": lake.url, "AWS_REGION": "eu-central-1",
            "AWS_ACCESS_KEY_ID": "AKID", "AWS_SECRET_ACCESS_KEY": "secret",
        }  # fmt: skip
        self._api = {"ApiName": f"recall-{variables['STAGE']}"}
        self._stage = self._api | {"Stage": variables["STAGE"]}
        self._readers = []
        monkeypatch.setattr(s3, "S3Reader", self._open_reader)
        self._warm = self._service(MODEL_REFRESH_SECONDS="3600")

    def close(self):
        """Close the functions' connections to the lake."""
        for reader in self._readers:
            reader.close()

    def _open_reader(self, *arguments):
        self._readers.append(S3Reader(*arguments))
        return self._readers[-1]

    def well(self, at, body=CARD):
        """Ask a warm function; by default for a prediction of one card."""
        self._call(at, self._warm.respond, body)

    def wrong(self, at):
        """Send what the function refuses."""
        self.well(at, {})

    def crash(self, at):
        """Ask a new function whose environment lacks what it needs."""
        self._call(at, lambda event: make_service({}).respond(event))

    def refuse(self, at):
        """Have Lambda refuse an invocation: no function knows of it, and the gateway answers 500."""
        self._publish(at, "AWS/Lambda", {"Throttles": 1}, *self._both())
        self._publish(at, "AWS/ApiGateway", _responses(500), self._api, self._stage)

    def slow(self, at):
        """Ask a new function while the lake is slow."""
        self._lake.fault = _slow_object
        self._call(at, lambda event: self._service().respond(event))
        self._lake.fault = None

    def without_model(self, at):
        """Ask a new function whose lake fails twice."""
        self._broken_lake(at, self._service())

    def degraded(self, at):
        """Ask a function that has a model while its lake fails twice."""
        service = self._service(MODEL_REFRESH_SECONDS="0")
        service.respond(post(CARD))
        self._broken_lake(at, service)

    def hiccup(self, at):
        """Ask a function whose lake fails once, and works when it is asked again."""
        service = self._service(MODEL_REFRESH_SECONDS="0")
        self._lake.script = [status(503)]
        self._call(at, service.respond)
        assert self._lake.script == []

    def wrong_layer(self, at, monkeypatch):
        """Have the daily rule ask a canary that finds another version than was locked."""
        monkeypatch.setenv("LOCKED", "numpy==1.0.0")
        self._invoke(at, lambda event: canary(event, None), {}, self._canary)

    def canary_runs(self, at):
        """Have the daily rule ask the canary, and Lambda count the invocation."""
        self._publish(at, "AWS/Lambda", {"Invocations": 1}, self._canary)

    def _service(self, **changed):
        return make_service(self._variables | changed)

    def _broken_lake(self, at, service):
        self._lake.fault = status(500)
        self._call(at, service.respond)
        self._lake.fault = None

    def _call(self, at, respond, body=CARD):
        """Send a request through the gateway, which counts each response as an error or not."""
        response = self._invoke(at, respond, post(body), *self._both())
        code = 502 if response is None else response_of(response).status
        self._publish(at, "AWS/ApiGateway", _responses(code), self._api, self._stage)

    def _invoke(self, at, respond, event, *dimensions):
        """Invoke a function: what leaves its handler counts as an error, what it writes is read."""
        started, response = time.perf_counter(), None
        try:
            response = respond(event)
        except Exception:  # noqa: BLE001 - Lambda counts whatever it is
            self._publish(at, "AWS/Lambda", {"Errors": 1}, *dimensions)
        else:
            self._publish(at, "AWS/Lambda", {"Errors": 0}, *dimensions)
        milliseconds = (time.perf_counter() - started) * 1000
        self._publish(at, "AWS/Lambda", {"Throttles": 0, "Duration": milliseconds}, *dimensions)
        written = emf.samples(self._capsys.readouterr().out.splitlines())
        self.samples += [sample._replace(timestamp=at) for sample in written]
        return response

    def _both(self):
        """Return the dimensions of a call through the alias: Lambda publishes its data under both."""
        return self._function, self._function | {"Resource": f"{self._function['FunctionName']}:live"}

    def _publish(self, at, namespace, values, *dimensions):
        self.samples += [
            Sample(namespace, name, its, at, value) for its in dimensions for name, value in values.items()
        ]


def _responses(status):
    """Return what API Gateway counts of a response."""
    return {"Count": 1} | {f"{kind}XXError": int(status // 100 == kind) for kind in (4, 5)}


def lake_with_model(server):
    """Put a model and its pointer into a lake, and return it."""
    objects = {}
    publish(objects, "1")
    server.objects |= {f"/lake/{key}": content for key, content in objects.items()}
    return server


def _names(template, start):
    (logical_id,) = [
        name for name, resource in template["Resources"].items()
        if resource["Type"] == "AWS::Lambda::Function" and name.startswith(start)
    ]  # fmt: skip
    return {"FunctionName": logical_id}


def _slow_object(request):
    time.sleep(SLOW_SECONDS)
    request.reply(200, request.server.objects[request.path], ETag='"1"')
