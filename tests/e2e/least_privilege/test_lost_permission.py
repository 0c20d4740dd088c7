"""What the function does when its permission to read models goes, and comes back.

Its responses are collected once, in order: the first of them has to be its first at all.
"""

import json
import time
from typing import NamedTuple

import pytest

from recall import artifact
from tests.e2e.conftest import Response, Service
from tests.e2e.least_privilege.conftest import CARD, MODEL, VERSION, Guarded

pytestmark = [pytest.mark.e2e, pytest.mark.slow]

WAIT_SECONDS = 30


class Story(NamedTuple):
    """The responses while the permission was gone, back, gone, and back."""

    cold_without: Response
    cold_again: Response
    warm_without: list[Response]
    degraded: Response
    reasons: list[str]
    healed: Response


@pytest.fixture(scope="module")
def story(guarded: Guarded) -> Story:
    """Take the one statement away before the first request and later again, and put it back each time."""
    whole = guarded.statements(guarded.role)
    without = [statement for statement in whole if statement["Action"] != "s3:GetObject"]
    assert len(without) == len(whole) - 1
    guarded.allow(without)
    cold_without = guarded.service.predict(CARD)
    guarded.allow(whole)
    time.sleep(int(cold_without.headers["retry-after"]) + 0.5)
    cold_again = guarded.service.predict(CARD)
    before = len(failures(guarded))
    guarded.allow(without)
    degraded, warm_without = until(guarded.service, degraded=True)
    reasons = failures(guarded)[before:]
    guarded.allow(whole)
    healed, _ = until(guarded.service, degraded=False)
    return Story(cold_without, cold_again, warm_without, degraded, reasons, healed)


def until(service: Service, *, degraded: bool) -> tuple[Response, list[Response]]:
    """Predict until the health says so; return it, and the predictions up to then."""
    predictions, deadline = [], time.monotonic() + WAIT_SECONDS
    while time.monotonic() < deadline:
        predictions.append(service.predict(CARD))
        health = service.call("GET", "/v1/health")
        if health.body.get("degraded") is degraded:
            return health, predictions
        time.sleep(0.2)
    raise AssertionError(f"never degraded={degraded}; the last health: {health}")


def failures(guarded: Guarded) -> list[str]:
    """Return the reasons of the model loads that failed."""
    lines = [json.loads(message) for message in guarded.log_messages() if "model_load_failed" in message]
    return [line["reason"] for line in lines]


def test_without_permission_a_cold_function_responds_503_with_retry_after(story):
    assert story.cold_without.status == 503
    assert story.cold_without.headers["retry-after"] == "5"
    assert story.cold_without.body["error"]["code"] == "model_unavailable"


def test_once_permission_is_back_the_function_recovers_by_itself(story):
    expected = artifact.decode(MODEL).three_inputs.recall_probability(**CARD)

    assert story.cold_again.status == 200
    assert story.cold_again.body["model_version"] == VERSION
    assert story.cold_again.body["recall_probability"] == expected


def test_without_permission_a_warm_function_keeps_its_model_and_says_so(story):
    assert {(a.status, a.body["model_version"]) for a in story.warm_without} == {(200, VERSION)}
    assert (story.degraded.body["status"], story.degraded.body["reason"]) == ("ok", "unreachable")
    assert story.degraded.body["model_version"] == VERSION
    assert story.reasons
    assert all("status 403" in reason for reason in story.reasons)


def test_once_permission_is_back_a_warm_function_is_well_again(story):
    assert story.healed.body == {"status": "ok", "model_version": VERSION, "degraded": False}
