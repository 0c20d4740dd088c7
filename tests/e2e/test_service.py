"""The whole road, over HTTP: deployed by the real CDK CLI, run by a real Lambda worker, model from S3."""

import hashlib
import json
import math
import re
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from recall import artifact
from recall.learner import START
from recall.learner_text import decode_state
from tests.e2e.conftest import PROJECT, Service

pytestmark = pytest.mark.e2e

DEFAULT_MODEL = PROJECT / "lambda_src" / "inference" / "default_model"
CARD = {"days_since_last_review": 3, "review_count": 4, "difficulty": 5.5}
LOG_PAGE = 10_000  # events


def test_a_cold_start_on_a_broken_pointer_is_503_with_retry_after(before_up):
    answer = before_up.broken

    assert answer.status == 503
    assert answer.headers["retry-after"] == "5"
    assert answer.body["error"]["code"] == "model_unavailable"
    assert set(answer.body) == {"error", "request_id"}


def test_without_any_pointer_the_default_model_answers_under_its_own_version(before_up):
    expected = artifact.decode((DEFAULT_MODEL / "model.json").read_bytes())

    assert before_up.default.status == 200
    assert before_up.default.body["model_version"].startswith("default-")
    assert before_up.default.body["recall_probability"] == expected.three_inputs.recall_probability(**CARD)


def test_learners_state_learns_from_outcomes_and_moves_predictions(service):
    model = stored_model(service)
    state = service.predict(CARD | {"learner_state": None, "recalled": True}).body["learner_state"]
    known = service.predict(CARD | {"learner_state": state}).body

    learned = model.three_inputs.learner_after(START, *CARD.values(), recalled=True)
    read = decode_state(state, model.fingerprint)
    assert read.mean == pytest.approx(learned.mean, rel=1e-6)
    assert known["recall_probability"] == model.three_inputs.recall_probability(**CARD, state=read)
    assert known["learner_state"] == state


def test_up_prints_endpoint_key_and_the_answer_it_got(up, service):
    assert service.endpoint in up.stdout
    assert service.api_key in up.stdout
    assert "simulated learners" in up.stdout
    printed = json.loads(up.stdout.splitlines()[-1])
    assert printed == service.predict(CARD).body


def test_up_writes_the_outputs_that_clients_need(home, service):
    written = json.loads(home.outputs.read_text())

    assert {"endpoint", "api_key", "bucket", "model_version"} <= set(written)
    assert written["endpoint"].endswith("/local")
    assert service.call("GET", "/v1/health").body["model_version"] == written["model_version"]


def stored_model(service):
    """Read the model as the pointer in the lake names it."""
    s3 = service.client("s3")
    pointer = json.loads(s3.get_object(Bucket=service.bucket, Key="models/current.json")["Body"].read())
    stored = s3.get_object(Bucket=service.bucket, Key=pointer["key"])["Body"].read()
    assert hashlib.sha256(stored).hexdigest() == pointer["sha256"]
    return artifact.decode(stored)


def test_predictions_are_those_of_the_model_in_the_lake(service):
    model = stored_model(service).three_inputs
    cards = [
        {"days_since_last_review": 0.37 * i, "review_count": 1 + i % 40, "difficulty": 1 + i % 90 / 10}
        for i in range(1000)
    ]

    answer = service.predict({"cards": cards})

    assert answer.status == 200
    expected = [model.recall_probability(**card) for card in cards]
    assert [result["recall_probability"] for result in answer.body["results"]] == expected
    assert service.predict(cards[7]).body["recall_probability"] == expected[7]
    assert all(0 <= p <= 1 for p in expected)


def test_the_readmes_answer_is_the_real_one(service):
    text = (PROJECT / "README.md").read_text(encoding="utf-8")
    shown = float(re.search(r'{"recall_probability": ([\d.]+)', text).group(1))

    assert service.predict(CARD).body["recall_probability"] == pytest.approx(shown, abs=1e-4)


def test_model_tells_where_it_comes_from(service):
    body = service.call("GET", "/v1/model").body

    assert body["training"]["simulated"] is True
    assert body["training"]["reviews"] > 10_000
    assert body["training"]["learners"] == 20
    assert body["training"]["metrics"]["log_loss"] < body["training"]["metrics"]["baseline_log_loss"]
    assert [f["name"] for f in body["features"]] == list(CARD)
    assert body["trained_at"].startswith("20")


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        (CARD | {"difficulty": "hard"}, 400, "difficulty"),
        (CARD | {"difficulty": 11}, 400, "difficulty"),
        (CARD | {"days_since_last_review": -1}, 400, "days_since_last_review"),
        (CARD | {"colour": 1}, 400, "colour"),
        ({"cards": [CARD, CARD | {"review_count": 0}]}, 400, "cards[1].review_count"),
        ({"cards": []}, 400, "cards"),
        ({"cards": [CARD] * 1001}, 400, "cards"),
        (b'{"days_since_last_review": NaN}', 400, "days_since_last_review"),
        (b"not JSON", 400, "body"),
        (b" " * 3_000_001, 413, "body"),
    ],
)
def test_wrong_input_is_refused_by_name(service, body, status, field):
    answer = service.predict(body)

    assert (answer.status, answer.body["error"]["field"]) == (status, field)
    assert answer.headers["x-request-id"] == answer.body["request_id"]
    assert answer.headers["access-control-allow-origin"] == "*"


def test_without_a_key_or_with_a_wrong_one_the_answer_is_403_in_the_same_shape(service):
    for key in (None, "wrong"):
        answer = service.call("POST", "/v1/predict", CARD, x_api_key=key)

        assert answer.status == 403
        assert answer.body["error"] == {
            "code": "forbidden",
            "message": "x-api-key must be a valid API key",
            "field": "x-api-key",
        }
        assert answer.headers["access-control-allow-origin"] == "*"


def test_health_needs_no_key(service):
    answer = service.call("GET", "/v1/health", x_api_key=None)

    assert (answer.status, answer.body["status"]) == (200, "ok")


@pytest.mark.parametrize(
    ("method", "path", "status", "field"),
    [
        ("GET", "/", 404, "path"),
        ("GET", "/v1", 404, "path"),
        ("GET", "/v1/nothing", 404, "path"),
        ("POST", "/nothing/at/all", 404, "path"),
        ("GET", "/v1/predict", 405, "method"),
        ("DELETE", "/v1/model", 405, "method"),
    ],
)
def test_unknown_paths_and_methods_are_named(service, method, path, status, field):
    answer = service.call(method, path)

    assert (answer.status, answer.body["error"]["field"]) == (status, field)


def test_other_content_types_are_415(service):
    answer = service.call("POST", "/v1/predict", CARD, content_type="text/plain")

    assert (answer.status, answer.body["error"]["field"]) == (415, "Content-Type")


def test_preflight_allows_the_key_header_and_needs_no_key(service):
    answer = service.call("OPTIONS", "/v1/predict", x_api_key=None, origin="https://app.example")

    assert answer.status == 204
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "X-Api-Key" in answer.headers["access-control-allow-headers"]
    assert "POST" in answer.headers["access-control-allow-methods"]


def test_a_throttled_key_gets_429_with_retry_after(service):
    gateway = service.client("apigateway")
    api_id = service.endpoint.split("/")[-2]
    key = gateway.create_api_key(name="slow", enabled=True)
    plan = gateway.create_usage_plan(
        name="slow",
        apiStages=[{"apiId": api_id, "stage": "local"}],
        throttle={"rateLimit": 1.0, "burstLimit": 1},
    )
    gateway.create_usage_plan_key(usagePlanId=plan["id"], keyId=key["id"], keyType="API_KEY")

    answers = [service.call("POST", "/v1/predict", CARD, x_api_key=key["value"]) for _ in range(5)]

    assert {answer.status for answer in answers} == {200, 429}
    refused = next(answer for answer in answers if answer.status == 429)
    assert refused.body["error"]["code"] == "throttled"
    assert refused.headers["retry-after"] == "1"


def log_messages(service):
    """Read every line that the functions have written."""
    logs = service.client("logs")
    groups = [group["logGroupName"] for group in logs.describe_log_groups()["logGroups"]]
    return [
        event["message"] for group in groups if "AccessLog" not in group for event in events_of(logs, group)
    ]


def events_of(logs, group):
    """Read a group's events to the last: the local cloud gives LOG_PAGE, and no token for those after."""
    events, start = [], 0
    while True:
        page = logs.filter_log_events(logGroupName=group, startTime=start)["events"]
        events = [event for event in events if event["timestamp"] < start] + page
        if len(page) < LOG_PAGE:
            return events
        start = page[-1]["timestamp"]


def test_each_request_is_logged_and_measured_and_the_key_never_is(service):
    request_id = service.predict(CARD | {"review_count": 17}).headers["x-request-id"]
    messages = log_messages(service)

    (line,) = [json.loads(m) for m in messages if request_id in m]
    assert (line["status"], line["path"], line["predictions"]) == (200, "/v1/predict", 1)
    assert any('"_aws"' in m and '"Predictions": 1' in m for m in messages)
    assert not [m for m in messages if service.api_key in m]


def test_a_new_model_is_served_without_a_failed_request_or_a_redeploy(home, service):
    before = stored_model(service).three_inputs
    document = json.loads((home.model / "model.json").read_text())
    document["three_inputs"]["slip_logit"] += 1.0
    data = (json.dumps(document, indent=2, sort_keys=True) + "\n").encode()
    sha256 = hashlib.sha256(data).hexdigest()
    s3 = service.client("s3")
    s3.put_object(Bucket=service.bucket, Key="models/next/model.json", Body=data)
    pointer = {"schema_version": 1, "version": "next", "key": "models/next/model.json", "sha256": sha256}
    s3.put_object(Bucket=service.bucket, Key="models/current.json", Body=json.dumps(pointer).encode())

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda _: ask_slowly(service), range(100)))

    after = artifact.decode(data).three_inputs
    expected = {"next": after.recall_probability(**CARD)}
    versions = [answer.body["model_version"] for answer in answers]
    for answer in answers:
        curve_of_version = expected.get(answer.body["model_version"], before.recall_probability(**CARD))
        assert answer.status == 200
        assert math.isclose(answer.body["recall_probability"], curve_of_version, rel_tol=1e-12)
    assert versions[-1] == "next"


def ask_slowly(service: Service):
    """Ask about ten times a second."""
    time.sleep(0.1)
    return service.predict(CARD)


def test_a_broken_model_leaves_the_last_good_one_serving(service):
    good = service.call("GET", "/v1/health").body["model_version"]
    pointer = {"schema_version": 1, "version": "broken", "key": "models/next/model.json", "sha256": "0" * 64}
    service.client("s3").put_object(
        Bucket=service.bucket, Key="models/current.json", Body=json.dumps(pointer).encode()
    )

    answers = [ask_slowly(service) for _ in range(40)]

    assert {(a.status, a.body["model_version"]) for a in answers} == {(200, good)}
    reasons = [m for m in log_messages(service) if "model_load_failed" in m]
    assert "sha256" in reasons[-1]
