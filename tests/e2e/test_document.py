"""The deployed service holds to its OpenAPI document, over HTTP through the local cloud's gateway."""

import json

import pytest

from memory.endpoints.quality import KEY
from tests.robustness.fuzzing import fuzz
from tests.robustness.gateway import QUALITY

# Slow: a thousand requests, at 20 a second.
pytestmark = [pytest.mark.e2e, pytest.mark.slow]


def test_deployed_service_holds_to_its_document_in_every_check(service, tmp_path):
    # Else there is nothing yet to be asked for, and 404 says so.
    service.client("s3").put_object(Bucket=service.bucket, Key=KEY, Body=json.dumps(QUALITY).encode())
    # Few: the local cloud takes 50 ms a call, and both stage and key are throttled. Each value of each field
    # is tried by `tests/robustness`, without a gateway.
    options = ["--max-examples", "10", "--phases", "examples,fuzzing", "--rate-limit", "20/s"]
    report = fuzz(service.endpoint, service.api_key, tmp_path / "report.json", *options)

    assert report["complete"]
    assert report["test_cases"]["with_failures"] == 0
    assert report["test_cases"]["generated"] > 100
