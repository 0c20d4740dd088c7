"""The logs after failures of every kind: what functions, canary, jobs, Lambda and gateway write."""

import contextlib
import io
import json
import re
import traceback
from functools import partial

import pytest
from awslambdaric.bootstrap import StandardLogSink, log_error, make_error

from canary.checks import CanaryError
from canary.handler import handler as canary
from http_kit.errors import MemoryUnavailableError
from http_kit.response import Response
from http_kit.service import Service
from inference.handler import make_service
from inference.lake_source import LakeSource
from inference.model_store import ModelStore
from inference.routes import ROUTES
from inference.s3 import S3Error
from inference.telemetry import load_failure_reporter
from lake.errors import TableError
from lake.table import Applied
from loader import handler as loader
from memory.routes import FACTS
from model_training.jobs.telemetry import JobLog
from tests.cloudwatch.log_lines import record

from .calls import CARD, load_event, post
from .fakes import FakeClock, FakeReader, publish, refresh
from .texts import text_service

CALIBRATED = ("LiveLogLoss", "LiveCalibrationError", "LiveAuc", "InputDrift")
FAILURE_SECONDS = 5.5  # after which the next call tries the lake again
STREAM = "2026/11/21/[7]0a1b2c3d"
# Lambda's own lines, as its documentation has them, in its log format text and in JSON: queries find both.
# https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-view.html and
# https://docs.aws.amazon.com/lambda/latest/dg/telemetry-schema-reference.html.
METRICS = {"durationMs": 10010.0, "billedDurationMs": 10010, "memorySizeMB": 512, "maxMemoryUsedMB": 48}
REPORT = {"requestId": "8f507cfc", "metrics": METRICS, "status": "timeout"}
WELL = (
    "START RequestId: 79104eda Version: 7",
    "END RequestId: 79104eda",
    "REPORT RequestId: 79104eda\tDuration: 2.07 ms\tBilled Duration: 3 ms\tMemory Size: 512 MB\t"
    "Max Memory Used: 48 MB",
    json.dumps({"type": "platform.report", "record": REPORT | {"status": "success"}}),
)
FAILED = (
    "2026-11-21T12:00:00.123Z 8f507cfc Task timed out after 10.01 seconds",
    "REPORT RequestId: 8f507cfc\tDuration: 10010.00 ms\tBilled Duration: 10010 ms\tMemory Size: 512 MB\t"
    "Max Memory Used: 48 MB\tStatus: timeout",
    json.dumps({"time": "2026-11-21T12:00:00.123Z", "type": "platform.report", "record": REPORT}),
    json.dumps({"type": "platform.report", "record": REPORT}, separators=(",", ":")),
    "RequestId: 8f507cfc Error: Runtime exited with error: signal: killed",
)


def records(lines):
    """Return the fields of lines that came a second apart."""
    return [record(line, 1_700_000_000.0 + second, STREAM) for second, line in enumerate(lines)]


def error_of_runtime(error):
    """Return what Lambda's own runtime client says of an exception that left the handler."""
    trace = traceback.format_list(traceback.extract_tb(error.__traceback__))
    return make_error(str(error), type(error).__name__, trace, "8f507cfc")


def text_line(error):
    """Return what the runtime client writes of it in the log format text: one log event."""
    with contextlib.redirect_stdout(io.StringIO()) as stream:
        log_error(error_of_runtime(error), StandardLogSink())
    return stream.getvalue().rstrip("\n")


def function_log(environment):
    """Return what a function writes that answers, refuses, breaks, loses its lake, crashes and times out."""
    with contextlib.redirect_stdout(io.StringIO()) as stream:
        service = make_service(environment)
        for event in (post(CARD), post({"cards": [CARD] * 7}), post({}), load_event("health")):
            service.respond(event)
        with pytest.MonkeyPatch.context() as patch:
            patch.setitem(ROUTES["/v1/predict"], "POST", lambda *_: 1 / 0)
            service.respond(post(CARD))
        _lose_the_lake()
    written = stream.getvalue().splitlines()
    try:
        make_service({})
    except KeyError as error:
        as_json = {"timestamp": "2026-11-21T12:00:00Z", "level": "ERROR", **error_of_runtime(error)}
        crashed = [text_line(error), json.dumps(as_json)]
    return [*written, *WELL, *FAILED, *crashed]


def _lose_the_lake():
    """Load a model, then fail to load the next one three times, for two reasons."""
    lake, clock = FakeReader(), FakeClock()
    publish(lake.objects, "1")
    store = ModelStore(LakeSource(lake), 1, load_failure_reporter("Recall", "test"), clock)
    store.current()
    for status in (403, 403, 500):
        lake.error = S3Error(f"GET models/current.json: status {status}", status)
        clock.now += FAILURE_SECONDS
        refresh(store)


def canary_log():
    """Return what a canary writes that finds another version than was locked, and Lambda around it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LOCKED", "numpy==1.0.0")
        with pytest.raises(CanaryError) as raised:
            canary({}, None)
    return ["START RequestId: 8f507cfc Version: $LATEST", text_line(raised.value), *WELL]


def jobs_log():
    """Return what the jobs function writes: jobs that are done or fail, figures, Lambda's lines."""
    with contextlib.redirect_stdout(io.StringIO()) as stream:
        jobs = JobLog("Recall", "test")
        jobs.finished(["expire"], 1.25)
        jobs.finished(["retrain"], 60.0)
        jobs.finished(["due"], 2.5, failure="s3://lake/decks/a.csv: has no column learner; add it")
        jobs.measured("calibrate", dict.fromkeys(CALIBRATED, 0.1))
    return [*stream.getvalue().splitlines(), *WELL, *FAILED]


class EmptyTable:
    """Takes every change, and has no rows."""

    def apply(self, _rows, _removed):
        """Do nothing."""
        return Applied(0, 0, 0)


def loader_log():
    """Return what the loader writes that commits a batch, then fails at one, and Lambda around it."""
    settings = loader.Settings(
        {"TABLE_BUCKET_ARN": "arn", "LAKE_JOBS_FUNCTION": "jobs", "FAILED_QUEUE_URL": "http://queue"}
    )
    with contextlib.redirect_stdout(io.StringIO()) as stream, pytest.MonkeyPatch.context() as patch:
        patch.setattr(loader, "_loader", lambda: loader.Loader(EmptyTable(), None, None, settings))
        loader.handler({"Records": []}, None)
    unreached = TableError("arn: the catalogue doesn't answer (403)")
    return [*stream.getvalue().splitlines(), text_line(unreached), *WELL, *FAILED]


def memory_log():
    """Return what the memory writes that stores reviews, answers, and finds its table out of reach."""
    study = "/v1/learners/{learner}/reviews"
    routes = {
        study: {"POST": lambda *_: Response(200, "{}", facts={"accepted": 3})},
        "/v1/reviews": {"POST": _out_of_reach},
    }
    with contextlib.redirect_stdout(io.StringIO()) as stream:
        service = Service(routes, None, facts=FACTS)
        for path, parameters in ((study, {"learner": "ann"}), ("/v1/reviews", None)):
            service.respond(load_event("predict_single", resource=path, path=path, pathParameters=parameters))
        _lose_the_lake()
    return [*stream.getvalue().splitlines(), *WELL, *FAILED]


def text_log():
    """Return what the text function writes that answers two requests, and Lambda around it."""
    bodies = {"/v1/similar": ["the dog", "a", "b"], "/v1/embed": ["dog"]}
    with contextlib.redirect_stdout(io.StringIO()) as stream:
        service = text_service()
        for path, texts in bodies.items():
            event = load_event("predict_single", resource=path, path=path, body=json.dumps({"texts": texts}))
            service.respond(event)
    return [*stream.getvalue().splitlines(), *WELL, *FAILED]


def _out_of_reach(_request, _resources):
    raise MemoryUnavailableError("the learners can't be reached now", 1, "memory_unavailable")


def access_log(template, responses):
    """Return the gateway's lines in the stage's own format, for responses given as ``$context``'s values."""
    (stage,) = [r for r in template["Resources"].values() if r["Type"] == "AWS::ApiGateway::Stage"]
    line = stage["Properties"]["AccessLogSetting"]["Format"]
    return [re.sub(r"\$context\.([\w.]+)", partial(_value, given), line) for given in responses]


def _value(given, variable):
    # What a request has no value of, the gateway writes as a dash.
    return given.get(variable[1], "-")
