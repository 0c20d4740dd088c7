"""Events as API Gateway sends them, and responses as a caller sees them."""

import base64
import gzip
import json
from collections import namedtuple
from pathlib import Path

EVENTS = Path(__file__).parent / "events"
CARD = {"days_since_last_review": 3, "review_count": 4, "difficulty": 5.5}
# What a response would hold if it gave the code away.
TRACES = ("Traceback", "File ", ".py", "Error", "Exception")

Response = namedtuple("Response", "status headers body")


def load_event(name, **changes):
    """Return a stored event with some of its top-level parts replaced."""
    return json.loads((EVENTS / f"{name}.json").read_text()) | changes


def post(body):
    """Return the event of a prediction: `body` is sent as it is when it is text, else as JSON."""
    return load_event("predict_single", body=body if isinstance(body, str) else json.dumps(body))


def response_of(proxied):
    """Read a proxy response the way API Gateway and a strict client do."""
    assert set(proxied) - {"isBase64Encoded"} == {"statusCode", "headers", "body"}
    assert type(proxied["statusCode"]) is int
    assert all(type(value) is str for value in proxied["headers"].values())
    headers, body = proxied["headers"], proxied["body"]
    assert proxied.get("isBase64Encoded", False) == ("Content-Encoding" in headers)
    if "Content-Encoding" in headers:
        assert headers["Content-Encoding"] == "gzip"
        body = gzip.decompress(base64.b64decode(body)).decode()
    is_json = headers["Content-Type"] == "application/json"
    return Response(proxied["statusCode"], headers, strict_json(body) if is_json and body else body)


def error_of(response):
    """Return code, message and field of a response that has the shape of an error."""
    assert set(response.body) == {"error", "request_id"}
    assert response.body["request_id"] == response.headers["X-Request-Id"]
    error = response.body["error"]
    assert list(error) == ["code", "message", "field"]
    return error["code"], error["message"], error["field"]


def refused(response, status=400):
    """Return code, message and field of a refusal that gives nothing of the code away."""
    assert response.status == status
    code, message, field = error_of(response)
    assert not [trace for trace in TRACES if trace in message]
    assert "\n" not in message
    return code, message, field


def strict_json(text):
    """Parse JSON, without Python's NaN and Infinity."""

    def refuse(constant):
        raise AssertionError(f"{constant} isn't JSON")

    return json.loads(text, parse_constant=refuse)


def lines_of(capsys):
    """Return the lines written so far, as log lines and metrics lines."""
    lines = [strict_json(line) for line in capsys.readouterr().out.splitlines()]
    return [line for line in lines if "_aws" not in line], [line for line in lines if "_aws" in line]
