"""The queries of the runbook's pages work on the lines that function, canary, Lambda and gateway write."""

import json

import pytest

from stacks.saved_queries import read_queries
from tests.cloudwatch.insights import run
from tests.infrastructure.conftest import synthesized_stage

from .alarm_logs import (
    FAILED,
    access_log,
    canary_log,
    function_log,
    jobs_log,
    loader_log,
    memory_log,
    records,
    text_log,
)

pytestmark = pytest.mark.slow

QUERIES = {name: (log, query) for name, log, query in read_queries()}
GATEWAY = [
    {"requestId": "a", "resourcePath": "/v1/predict", "status": "200", "identity.apiKeyId": "k1"},
    {"requestId": "b", "resourcePath": "/v1/predict", "status": "400", "identity.apiKeyId": "k1"},
    {"requestId": "c", "resourcePath": "/v1/predict", "status": "400", "identity.apiKeyId": "k1"},
    {"requestId": "d", "resourcePath": "/v1/rank", "status": "429", "identity.apiKeyId": "k2",
     "error.responseType": "THROTTLED"},
    {"requestId": "e", "resourcePath": "/v1/rank", "status": "503", "identity.apiKeyId": "k2"},
    {"requestId": "f", "resourcePath": "/v1/rank", "status": "500", "identity.apiKeyId": "k2",
     "error.responseType": "INTEGRATION_FAILURE"},
]  # fmt: skip


@pytest.fixture(scope="module")
def log(environment):
    """Give the log lines of function, canary, jobs, loader, memory, text function and gateway."""
    return {
        "function's": records(function_log(environment)),
        "canary's": records(canary_log()),
        "jobs'": records(jobs_log()),
        "loader's": records(loader_log()),
        "memory's": records(memory_log()),
        "text function's": records(text_log()),
        "access": records(access_log(synthesized_stage("prod")["Api"], GATEWAY)),
    }


@pytest.fixture(scope="module")
def rows_of(log):
    """Give the rows of a page's queries: `rows_of("FunctionErrors/1")`."""

    def rows(name):
        of_whom, query = QUERIES[name]
        return run(query, log[of_whom])

    return rows


def test_every_query_finds_something_and_shows_only_what_the_lines_have(rows_of):
    for name in QUERIES:
        rows = rows_of(name)
        assert rows, name
        for column in rows[0]:
            assert any(row[column] is not None for row in rows), f"{name}: {column} is always empty"


@pytest.mark.parametrize("name", ["FunctionErrors/1", "ReleaseFunctionErrors/1"])
def test_crashes_and_timeouts_are_found_in_both_formats_of_lambdas_log(log, name):
    _log, query = QUERIES[name]
    lines = {line["@message"] for line in run(f"fields @message | {_filter(query)}", log["function's"])}
    as_json, as_text = sorted(line for line in lines if "KeyError" in line and "MODEL_BUCKET" in line)[::-1]

    assert lines == {*FAILED, as_json, as_text}
    assert as_text.startswith("[ERROR] KeyError: 'MODEL_BUCKET'")
    assert json.loads(as_json)["errorType"] == "KeyError"


def _filter(query):
    (line,) = [line for line in query.splitlines() if "filter" in line]
    return line.removeprefix("| ")


def test_slow_requests_are_grouped_by_path_start_and_size(rows_of):
    rows = {(row["path"], row["cold_start"]): row for row in rows_of("FunctionP99Duration/1")}

    assert set(rows) == {("/v1/predict", True), ("/v1/predict", False), ("/v1/health", False)}
    assert rows["/v1/predict", False]["requests"] == 3
    assert rows["/v1/predict", False]["largest"] == 7
    assert 0 < rows["/v1/predict", True]["median_ms"] <= rows["/v1/predict", True]["p99_ms"]


def test_server_errors_are_grouped_by_their_origin_and_the_traceback_is_found(rows_of):
    rows = rows_of("ApiServerErrorRate/1")
    (trace,) = rows_of("ApiServerErrorRate/2")

    assert {(row["status"], row["error"]) for row in rows} == {("503", "-"), ("500", "INTEGRATION_FAILURE")}
    assert trace["traceback"].endswith("ZeroDivisionError: division by zero\n")
    assert trace["request_id"]


def test_client_errors_are_grouped_by_key_most_of_them_first(rows_of):
    rows = rows_of("ApiClientErrorRate/1")
    (refused,) = rows_of("ApiClientErrorRate/2")

    assert [(row["status"], row["key_id"], row["error"], row["answers"]) for row in rows] == [
        ("400", "k1", "-", 2), ("429", "k2", "THROTTLED", 1),
    ]  # fmt: skip
    assert (refused["status"], refused["path"]) == (400, "/v1/predict")


def test_load_failures_are_grouped_by_reason_most_of_them_first(rows_of):
    rows = rows_of("ModelLoadFailures/1")
    served = rows_of("ModelLoadFailures/2")

    assert [(row["failures"], row["reason"]) for row in rows] == [
        (2, "model unreachable: S3Error: GET models/current.json: status 403, though it is there"),
        (1, "model unreachable: S3Error: GET models/current.json: status 500"),
    ]
    assert rows[1]["last_seen"] > rows[0]["last_seen"]
    assert ("file", 200, 3) in {(row["model_version"], row["status"], row["requests"]) for row in served}


def test_canarys_line_names_the_package(rows_of):
    (row,) = rows_of("CanaryErrors/1")

    assert row["@message"].startswith("[ERROR] CanaryError: numpy 1.0.0 is locked, found ")


def test_batches_of_the_loader_are_counted_and_the_error_of_the_last_one_is_found(rows_of):
    (batches,) = rows_of("LoaderDelayed/1")
    messages = [row["@message"] for row in rows_of("LoaderDelayed/2")]

    assert (batches["batches"], batches["changes"]) == (1, 0)
    assert any("TableError: arn: the catalogue doesn't answer (403)" in message for message in messages)


def test_requests_that_the_memory_could_not_do_are_counted_by_path(rows_of):
    (refused,) = rows_of("MemoryTableThrottles/1")
    (failed,) = rows_of("MemoryTableErrors/1")

    assert (refused["path"], refused["refused"]) == ("/v1/reviews", 1)
    assert (failed["path"], failed["status"], failed["failed"]) == ("/v1/reviews", 503, 1)


def test_slow_requests_of_the_memory_are_grouped_by_path_as_the_api_declares_it(rows_of):
    rows = {row["path"]: row for row in rows_of("MemoryP99Duration/1")}

    assert rows["/v1/learners/{learner}/reviews"]["most_reviews"] == 3


def test_requests_of_the_text_function_are_grouped_with_the_tokens_that_they_had(rows_of):
    rows = {row["path"]: row for row in rows_of("TextP99Duration/1")}
    (minute,) = rows_of("TextThrottles/1")

    assert rows["/v1/similar"]["most_tokens"] == 10
    assert (minute["calls"], minute["tokens_in_all"]) == (2, 10 + 3)
