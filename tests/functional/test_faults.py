"""The table of ``python -m benchmarks.faults``, with short waits: the function in a process, S3 over HTTP."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from aws_kit import connection
from benchmarks.build import HERE
from benchmarks.faults.cases import FAULTS
from benchmarks.faults.drive import Timings, measure_all
from benchmarks.faults.report import as_table
from inference import model_store
from stacks.config import read_settings

pytestmark = pytest.mark.slow

TIMINGS = Timings(refresh_s=0.3, timeout_s=0.3, answer_s=0.45, retry_s=1, wait_s=1.2, dns_s=0.8)
BUSY_SECONDS = 1.5  # this machine may have other things to do
DEGRADING = [fault for fault in FAULTS if fault.reason is not None]


@pytest.fixture(scope="module")
def started():
    """Give a moment before the first fault."""
    return datetime.now(UTC) - timedelta(seconds=1)


@pytest.fixture(scope="module")
def rows(started):
    """Give the table's rows by the fault's name."""
    return {row["fault"]: row for row in measure_all(FAULTS, TIMINGS)}


@pytest.mark.parametrize("fault", DEGRADING, ids=lambda fault: fault.name)
def test_warm_function_keeps_the_last_good_model_and_says_why_and_since_when(rows, started, fault):
    warm, (reason, *_) = rows[fault.name]["warm"], rows[fault.name]["failed_loads"]["warm"]

    assert (warm["status"], warm["model_version"]) == (200, "1")
    assert (warm["degraded"], warm["reason"]) == (True, fault.reason)
    assert started <= datetime.fromisoformat(warm["since"]) <= datetime.now(UTC)
    assert reason.startswith(f"model {fault.reason}: ")


def test_cold_function_answers_503_and_when_to_come_back(rows):
    cold = [rows[fault.name]["cold"] for fault in DEGRADING if not fault.cold_default]

    assert {(seen["status"], seen["retry_after"]) for seen in cold} == {(503, "1")}


def test_cold_function_answers_by_the_default_model_where_nothing_was_published(rows):
    cold = [rows[fault.name]["cold"] for fault in DEGRADING if fault.cold_default]

    assert {(seen["status"], seen["degraded"]) for seen in cold} == {(200, False)}
    assert all(seen["model_version"].startswith("default-") for seen in cold)


@pytest.mark.parametrize("name", [fault.name for fault in FAULTS if fault.reason is None])
def test_fault_that_the_function_copes_with_is_no_failure(rows, name):
    row = rows[name]

    for seen in (row["warm"], row["cold"]):
        assert (seen["status"], seen["model_version"], seen["degraded"]) == (200, "2", False)
    assert row["failed_loads"] == {"warm": [], "cold": []}


def test_both_recover_by_themselves_once_the_last_try_has_ended_and_the_wait_is_over(rows):
    for name, row in rows.items():
        tried = 2 * (TIMINGS.dns_s if name == "DNS hangs" else TIMINGS.answer_s)
        longest = tried + max(TIMINGS.retry_s, TIMINGS.refresh_s) + BUSY_SECONDS
        assert max(row["recovery_s"].values()) <= longest, name


def test_no_call_takes_longer_than_stated(rows):
    slowest = {seen: max(row["slowest_call_s"][seen] for row in rows.values()) for seen in ("warm", "cold")}

    assert slowest["warm"] < 2 * TIMINGS.timeout_s  # less than a hanging S3 takes
    assert slowest["cold"] < TIMINGS.wait_s + BUSY_SECONDS


def test_nothing_is_written_to_any_disk(rows):
    assert {name: row["written"] for name, row in rows.items() if row["written"]} == {}


def test_longest_wait_ends_before_the_functions_own_timeout():
    context = json.loads((HERE.parent / "cdk.json").read_text(encoding="utf-8"))["context"]

    for stage in context["stages"]:
        assert read_settings(context | {"stage": stage}).timeout_seconds > model_store.WAIT_SECONDS + 1


def test_kept_table_has_every_fault_and_the_functions_own_waits():
    results = json.loads((HERE / "faults.json").read_text(encoding="utf-8"))
    waits = {
        "timeout_s": connection.TIMEOUT_SECONDS,
        "answer_s": connection.ANSWER_SECONDS,
        "retry_s": model_store.RETRY_AFTER_SECONDS,
        "wait_s": model_store.WAIT_SECONDS,
    }

    assert [row["fault"] for row in results["faults"]] == [fault.name for fault in FAULTS]
    assert as_table(results["faults"]) == (HERE / "faults.md").read_text(encoding="utf-8")
    assert waits.items() <= results["seconds"].items()
