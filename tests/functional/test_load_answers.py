"""The comparison of `benchmarks.load`: every wrong response is seen, and every refusal that isn't clean."""

import hashlib
import json

import pytest

from benchmarks.build import LAMBDA_SOURCE
from benchmarks.errors import BenchmarkError
from benchmarks.load.oracle import Oracle, refusal_problem
from benchmarks.load.workloads import MANY, MIX, ONE, workloads
from recall.artifact import decode

STORED = (LAMBDA_SOURCE / "inference" / "default_model" / "model.json").read_bytes()
POINTER = {"version": "1", "key": "model.json", "sha256": hashlib.sha256(STORED).hexdigest()}
OBJECTS = {"models/current.json": json.dumps(POINTER).encode(), "model.json": STORED}


@pytest.fixture(scope="module")
def oracle():
    return Oracle(OBJECTS.__getitem__)


def test_expected_probabilities_are_the_curves(oracle):
    model = decode(STORED).three_inputs
    for request in workloads()[MANY]:
        cards, results = json.loads(request.body)["cards"], json.loads(oracle.expected(request))["results"]

        assert [r["recall_probability"] for r in results] == [model.recall_probability(**c) for c in cards]


def test_no_two_requests_with_a_body_have_the_same_response(oracle):
    requests = [request for found in workloads().values() for request in found if request.body]
    responses = {oracle.expected(request): request for request in requests}

    assert list(responses.values()) == requests
    assert not [response for response in responses if b'"error"' in response]


def test_mix_has_every_endpoint_that_a_model_answers():
    paths = {request.path for request in workloads()[MIX]}

    assert paths == {f"/v1/{name}" for name in ("predict", "schedule", "curve", "rank", "model", "health")}


def test_last_digit_of_one_of_twenty_probabilities_is_seen(oracle):
    request = workloads()[MANY][7]
    expected = oracle.expected(request)
    place = expected.rindex(b', "model": "three_inputs"') - 1
    wrong = expected[:place] + (b"1" if expected[place : place + 1] != b"1" else b"2") + expected[place + 1 :]

    found = oracle.problem(request, 200, wrong)

    assert found.startswith(f"/v1/predict: wrong from byte {place} on: ")


def test_any_other_status_is_a_problem(oracle):
    request = workloads()[ONE][0]

    assert oracle.problem(request, 502, b"gone") == "/v1/predict: status 502, b'gone'"


def test_artifact_that_is_not_the_pointers_is_refused():
    with pytest.raises(BenchmarkError, match="sha256 isn't the pointer's"):
        Oracle((OBJECTS | {"model.json": STORED + b" "}).__getitem__)


HEADERS = {"retry-after": "1", "x-request-id": "7"}
REFUSAL = {
    "error": {"code": "throttled", "message": "too many requests", "field": None},
    "request_id": "7",
}


def test_refusal_in_the_one_shape_with_retry_after_is_no_problem():
    assert refusal_problem(HEADERS, json.dumps(REFUSAL).encode()) is None


@pytest.mark.parametrize("given", [None, "0", "Sat, 21 Nov 2026 18:00:00 GMT"])
def test_refusal_without_a_whole_number_of_seconds_is_a_problem(given):
    headers = {name: value for name, value in (HEADERS | {"retry-after": given}).items() if value is not None}

    assert refusal_problem(headers, json.dumps(REFUSAL).encode()).startswith("429 with Retry-After ")


@pytest.mark.parametrize(
    "body",
    [
        b"Too Many Requests",
        json.dumps(REFUSAL | {"request_id": "8"}).encode(),
        json.dumps(REFUSAL | {"error": REFUSAL["error"] | {"code": "quota_exceeded"}}).encode(),
    ],
)
def test_refusal_in_another_shape_is_a_problem(body):
    assert refusal_problem(HEADERS, body).startswith("429 in another shape")
