"""Over a thousand requests, valid and not, made from the OpenAPI document: the service holds to it."""

import pytest

from .fuzzing import fuzz
from .gateway import API_KEY, DOCUMENT, running

CASES = 1_200
EXAMPLES_PER_OPERATION = 60


@pytest.mark.slow
def test_running_service_holds_to_its_document_in_every_check(memory, tmp_path):
    options = ["--max-examples", str(EXAMPLES_PER_OPERATION), "--continue-on-failure"]
    with running(memory=memory) as endpoint:
        report = fuzz(endpoint, API_KEY, tmp_path / "report.json", *options)

    assert report["complete"]
    assert report["test_cases"]["generated"] >= CASES
    assert report["test_cases"]["with_failures"] == 0
    documented = sum(map(len, DOCUMENT["paths"].values()))
    assert report["operations"]["tested"] == documented - 1  # without the document's own
    # Cards of every kind got through: nothing hides behind refusals.
    for operation, rates in report["valid_rates"].items():
        fuzzed = rates["fuzzing"]
        assert fuzzed["rejected"] == 0, operation
        stored = operation.startswith(("POST", "GET /v1/learners"))
        assert not stored or fuzzed["accepted"] > 15, operation
