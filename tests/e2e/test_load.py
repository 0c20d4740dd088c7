"""The deployed service under load: `python -m benchmarks.load`, shortened."""

import json
import subprocess
import sys

import pytest

from tests.e2e.conftest import PROJECT

# Slow: half a minute of load.
pytestmark = [pytest.mark.e2e, pytest.mark.slow]


@pytest.fixture(scope="module")
def rows(service, tmp_path_factory):
    """Run the benchmark; give its results over HTTP, by phase."""
    out = tmp_path_factory.mktemp("load")
    options = ["--home", service.home.path, "--calls", "500", "--seconds", "4", "--out", out]
    command = [sys.executable, "-m", "benchmarks.load", *map(str, options)]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    results = json.loads((out / "load.json").read_text(encoding="utf-8"))
    assert (out / "load.md").read_text(encoding="utf-8") in done.stdout
    return {row["phase"]: row for row in results["gateway"]["rows"]}


def test_below_the_throttle_every_prediction_is_the_models_and_none_is_an_error(rows):
    row = rows["below the throttle"]

    assert (row["wrong"], row["first_wrong"]) == (0, [])
    assert set(row["statuses"]) == {"200"}
    assert row["statuses"]["200"] > 50


def test_above_the_throttle_some_are_refused_cleanly_and_no_prediction_is_wrong(rows):
    row = rows["above the throttle"]

    assert (row["wrong"], row["first_wrong"]) == (0, [])
    assert set(row["statuses"]) == {"200", "429"}
    # 20 at once, and 20 in each of 4 seconds.
    assert 20 < row["statuses"]["200"] <= 20 + 20 * 5
    assert row["statuses"]["429"] > 20


def test_caller_who_waits_as_long_as_the_refusal_says_gets_a_prediction(rows):
    row = rows["after Retry-After"]

    assert (row["wrong"], row["statuses"]) == (0, {"200": 8})
