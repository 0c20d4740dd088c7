"""The whole road: deployed by the real CDK CLI, run by a real Lambda worker, with a model from the lake."""

import hashlib
import json
import math
import re
import time
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urljoin

import pytest

from recall import artifact
from tools.local_cloud.home import REGION, open_url

pytestmark = pytest.mark.e2e

CARD = {"days_since_last_review": 3, "review_count": 4, "difficulty": 5.5}
POINTER = "models/current.json"
PATIENCE_SECONDS = 30


def stored_model(service):
    """Read the model as the pointer in the lake names it."""
    s3 = service.client("s3")
    pointer = json.loads(s3.get_object(Bucket=service.bucket, Key=POINTER)["Body"].read())
    stored = s3.get_object(Bucket=service.bucket, Key=pointer["key"])["Body"].read()
    assert hashlib.sha256(stored).hexdigest() == pointer["sha256"]
    return artifact.decode(stored)


def put_pointer(service, version, sha256):
    """Point the service at the model `next`."""
    pointer = {"schema_version": 1, "version": version, "key": "models/next/model.json", "sha256": sha256}
    service.client("s3").put_object(Bucket=service.bucket, Key=POINTER, Body=json.dumps(pointer).encode())


def predict_until(service, condition):
    """Predict ten times a second until a condition on all responses so far holds; return them."""
    responses, deadline = [], time.monotonic() + PATIENCE_SECONDS
    while not condition(responses):
        assert time.monotonic() < deadline, f"never; the last responses: {responses[-3:]}"
        time.sleep(0.1)
        responses.append(service.predict(CARD))
    return responses


def newest_versions(responses):
    """Return which models gave the last ten predictions."""
    return [response.body.get("model_version") for response in responses[-10:]]


def test_up_prints_the_call_that_stores_a_review_and_the_next_date_that_it_got(up, service):
    command, body, response = up.stdout.split("\n\n")[-2].splitlines()
    again = service.call("POST", "/v1/learners/the-first/reviews", json.loads(body.split("'")[1])).body

    assert command.startswith(f"curl -s {service.endpoint}/v1/learners/the-first/reviews -H 'x-api-key: ")
    assert json.loads(response)["results"][0]["status"] == "accepted"
    assert json.loads(response)["results"][0]["due_at"] == again["results"][0]["due_at"]
    assert again["results"][0]["status"] == "repeated"


def test_up_prints_endpoint_and_key_and_the_prediction_that_it_got(up, service):
    assert service.endpoint in up.stdout
    assert service.api_key in up.stdout
    assert json.loads(up.stdout.splitlines()[-1]) == service.predict(CARD).body


def test_up_writes_the_outputs_that_clients_need(home, service):
    written = json.loads(home.outputs.read_text())

    assert {"endpoint", "api_key", "bucket", "model_version"} <= set(written)
    assert written["endpoint"].endswith("/local")
    assert service.call("GET", "/v1/health").body["model_version"] == written["model_version"]


def test_up_serves_the_studio_with_each_files_type_and_what_it_has_to_know(up, home, service):
    page = json.loads(home.outputs.read_text())["studio"]
    headers = {}

    def get(name):
        with open_url(urljoin(page, name), timeout=30) as response:
            headers[name] = (response.headers["Content-Type"], response.headers["Cache-Control"])
            return response.read()

    (script,) = re.findall(r'src="(\./assets/index-[\w-]+\.js)"', get(page).decode())
    parts = {path.name for path in (home.studio / "page" / "assets").iterdir()}
    get(script)
    config = json.loads(get("config.json"))
    for name in parts:
        get(f"assets/{name}")

    assert f"studio    {page}\n" in up.stdout
    assert headers[page] == ("text/html; charset=utf-8", "no-cache")
    assert headers["config.json"] == ("application/json", "no-cache")
    assert headers[script] == ("text/javascript; charset=utf-8", "public, max-age=31536000, immutable")
    types = {name.rpartition(".")[2]: kind for name, (kind, _) in headers.items() if "assets/" in name}
    assert types.items() >= {("woff2", "font/woff2"), ("css", "text/css; charset=utf-8")}
    assert types.get("wasm", "application/wasm") == "application/wasm"
    assert config["endpoint"] == service.endpoint
    assert config["operations"].items() >= {("region", REGION), ("signed", False)}


def test_predictions_are_those_of_the_model_in_the_lake(service):
    curve = stored_model(service).three_inputs
    cards = [
        {"days_since_last_review": 0.37 * i, "review_count": 1 + i % 40, "difficulty": 1 + i % 90 / 10}
        for i in range(1000)
    ]

    response = service.predict({"cards": cards})

    assert response.status == 200
    expected = [curve.recall_probability(**card) for card in cards]
    assert [result["recall_probability"] for result in response.body["results"]] == expected
    assert service.predict(cards[7]).body["recall_probability"] == expected[7]


def test_model_names_the_reviews_that_it_was_trained_on(service):
    body = service.call("GET", "/v1/model").body

    training = body["training"]
    assert (training["simulated"], training["learners"]) == (True, 5)
    assert training["metrics"]["log_loss"] < training["metrics"]["baseline_log_loss"]
    assert [feature["name"] for feature in body["features"]] == list(CARD)


def test_throttled_key_gets_429_with_retry_after(service):
    gateway = service.client("apigateway")
    api_id = service.endpoint.split("/")[-2]
    key = gateway.create_api_key(name="slow", enabled=True)
    plan = gateway.create_usage_plan(
        name="slow",
        apiStages=[{"apiId": api_id, "stage": "local"}],
        throttle={"rateLimit": 1.0, "burstLimit": 1},
    )
    gateway.create_usage_plan_key(usagePlanId=plan["id"], keyId=key["id"], keyType="API_KEY")

    responses = [service.call("POST", "/v1/predict", CARD, x_api_key=key["value"]) for _ in range(5)]

    assert {response.status for response in responses} == {200, 429}
    refused = next(response for response in responses if response.status == 429)
    assert refused.body["error"]["code"] == "throttled"
    assert refused.headers["retry-after"] == "1"


def test_each_request_is_logged_and_measured_and_the_key_never_is(service):
    request_id = service.predict(CARD | {"review_count": 17}).headers["x-request-id"]
    messages = service.log_messages()

    (line,) = [json.loads(m) for m in messages if request_id in m]
    assert (line["status"], line["path"], line["predictions"]) == (200, "/v1/predict", 1)
    assert any('"_aws"' in m and '"Predictions": 1' in m for m in messages)
    assert not [m for m in messages if service.api_key in m]


def test_new_model_is_served_without_a_failed_request_or_a_redeploy(home, service):
    before = stored_model(service).three_inputs
    document = json.loads((home.model / "model.json").read_text())
    document["three_inputs"]["slip_logit"] += 1.0
    data = (json.dumps(document, indent=2, sort_keys=True) + "\n").encode()
    service.client("s3").put_object(Bucket=service.bucket, Key="models/next/model.json", Body=data)
    put_pointer(service, "next", hashlib.sha256(data).hexdigest())

    def follow(_client):
        return predict_until(service, lambda responses: newest_versions(responses) == ["next"] * 10)

    with ThreadPoolExecutor(2) as clients:
        responses = [response for some in clients.map(follow, range(2)) for response in some]

    next_curve = artifact.decode(data).three_inputs
    for response in responses:
        assert response.status == 200
        curve = next_curve if response.body["model_version"] == "next" else before
        assert math.isclose(
            response.body["recall_probability"], curve.recall_probability(**CARD), rel_tol=1e-12
        )


def test_broken_model_leaves_the_last_good_one_serving(service):
    good = service.call("GET", "/v1/health").body["model_version"]
    put_pointer(service, "broken", "0" * 64)

    def failed():
        return [m for m in service.log_messages() if "model_load_failed" in m and "sha256" in m]

    responses = predict_until(service, lambda _responses: failed())

    assert {(r.status, r.body["model_version"]) for r in responses} == {(200, good)}
    assert service.predict(CARD).body["model_version"] == good
