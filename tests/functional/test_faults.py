"""The table of ``python -m benchmarks.faults``, with short waits: the function in a process, S3 over HTTP."""

import json
import re
from datetime import UTC, datetime, timedelta

import pytest

from benchmarks.build import HERE
from benchmarks.faults.cases import FAULTS
from benchmarks.faults.drive import Timings, measure_all
from benchmarks.faults.report import as_table
from inference import model_store, s3
from stacks.config import read_settings

TIMINGS = Timings(refresh_s=0.3, timeout_s=0.3, answer_s=0.45, retry_s=1, wait_s=1.2, dns_s=0.8)
BUSY_SECONDS = 1.5  # this machine may have other things to do
KEPT = {fault.name for fault in FAULTS if fault.reason is not None}
NAMES = [fault.name for fault in FAULTS]
LOGGED = {
    "S3 answers 403": "status 403",
    "S3 answers 404": "status 404",
    "S3 answers 500": "status 500",
    "S3 answers 503": "status 503",
    "body trickles": "TimeoutError",
    "header trickles": "TimeoutError",
    "S3 hangs": "TimeoutError",
    "connection reset": "ConnectionResetError|RemoteDisconnected",
    "body truncated": "IncompleteRead",
    "model of another hash": "the artifact's sha256 isn't the pointer's",
    "model of an unknown schema": "the artifact's schema_version is 99",
    "model that isn't JSON": "the artifact isn't JSON",
    "model over the size cap": "models/2/model.json: larger than 16777216 bytes",
    "pointer of an unknown schema": "the pointer isn't of schema version 1",
    "pointer that isn't JSON": "the pointer isn't JSON",
    "pointer over the size cap": "the pointer is larger than 65536 bytes",
    "pointer to nothing": "models/9/model.json: status 404",
    "pointer missing": "models/current.json: status 404",
    "DNS fails": "gaierror",
    "DNS hangs": "gaierror",
}


@pytest.fixture(scope="module")
def rows():
    started = datetime.now(UTC) - timedelta(seconds=1)
    measured = {row["fault"]: row for row in measure_all(FAULTS, TIMINGS)}
    return started, measured


def faults(*, kept):
    return pytest.mark.parametrize(
        "fault", [pytest.param(fault, id=fault.name) for fault in FAULTS if (fault.name in KEPT) is kept]
    )


@faults(kept=True)
def test_warm_function_keeps_the_last_good_model_and_says_why_and_since_when(rows, fault):
    started, measured = rows
    warm = measured[fault.name]["warm"]

    assert (warm["status"], warm["model_version"]) == (200, "1")
    assert (warm["degraded"], warm["reason"]) == (True, fault.reason)
    assert started <= datetime.fromisoformat(warm["since"]) <= datetime.now(UTC)


@faults(kept=True)
def test_failure_that_is_counted_is_the_one_that_was_meant(rows, fault):
    reason = rows[1][fault.name]["failed_loads"]["warm"][0]

    assert reason.startswith(f"model {fault.reason}: ")
    assert re.search(LOGGED[fault.name], reason)


@faults(kept=True)
def test_cold_function_answers_503_and_when_to_come_back(rows, fault):
    cold = rows[1][fault.name]["cold"]

    if fault.cold_default:  # a lake without a pointer is one in which nothing was published
        assert (cold["status"], cold["degraded"]) == (200, False)
        assert cold["model_version"].startswith("default-")
    else:
        assert (cold["status"], cold["retry_after"], cold["model_version"]) == (503, "1", None)


@faults(kept=False)
def test_fault_that_the_function_copes_with_is_no_trouble(rows, fault):
    row = rows[1][fault.name]

    for seen in (row["warm"], row["cold"]):
        assert (seen["status"], seen["model_version"], seen["degraded"]) == (200, "2", False)
    assert row["failed_loads"] == {"warm": [], "cold": []}


@pytest.mark.parametrize("name", NAMES)
def test_both_recover_by_themselves_once_what_was_tried_has_ended_and_the_wait_is_over(rows, name):
    tried = 2 * (TIMINGS.dns_s if name == "DNS hangs" else TIMINGS.answer_s)
    longest = tried + max(TIMINGS.retry_s, TIMINGS.refresh_s) + BUSY_SECONDS
    recovery = rows[1][name]["recovery_s"]

    assert recovery["warm"] <= longest
    assert recovery["cold"] <= longest


@pytest.mark.parametrize("name", NAMES)
def test_no_call_takes_longer_than_stated(rows, name):
    slowest = rows[1][name]["slowest_call_s"]

    assert slowest["warm"] < 2 * TIMINGS.timeout_s  # less than a hanging S3 takes
    assert slowest["cold"] < TIMINGS.wait_s + BUSY_SECONDS


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_written_to_any_disk(rows, name):
    assert rows[1][name]["written"] == []


@pytest.mark.parametrize("stage", ["local", "dev", "prod"])
def test_longest_wait_ends_before_the_functions_own_timeout(stage):
    context = json.loads((HERE.parent / "cdk.json").read_text(encoding="utf-8"))["context"]

    assert read_settings(context | {"stage": stage}).timeout_seconds > model_store.WAIT_SECONDS + 1


def test_kept_table_has_every_fault_and_the_functions_own_waits():
    results = json.loads((HERE / "faults.json").read_text(encoding="utf-8"))

    assert [row["fault"] for row in results["faults"]] == NAMES
    assert as_table(results["faults"]) == (HERE / "faults.md").read_text(encoding="utf-8")
    assert (
        results["seconds"]
        | {
            "timeout_s": s3.TIMEOUT_SECONDS,
            "answer_s": s3.ANSWER_SECONDS,
            "retry_s": model_store.RETRY_AFTER_SECONDS,
            "wait_s": model_store.WAIT_SECONDS,
        }
        == results["seconds"]
    )
