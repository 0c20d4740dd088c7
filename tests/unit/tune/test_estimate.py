"""What a run will cost, worked out by hand from the two calls that try the payload."""

import re

import pytest

from tests.unit.tune.runs import PRICES, call
from tools.tune.estimate import Plan, estimate
from tools.tune.source import Source

SNAP_START = {"SnapStart": {"ApplyOn": "PublishedVersions"}}


def said(plan, **configuration):
    source = Source({"MemorySize": 512, **configuration}, {})
    return estimate(source, "the-copy", plan, PRICES, call(100.0, 1900.0), call(100.0))


def test_calls_get_shorter_with_their_share_of_a_processor_and_dearer_with_their_memory():
    line = said(Plan((1024, 4096), 1_000, 10, b""))

    assert line.startswith("estimate: 2,020 calls of 20 versions of the copy the-copy, ")
    # At 1,024 MB calls take half of what they do at 512, at 4,096 MB 512/1769, since 1,769 MB are one CPU.
    seconds = 1_000 * 0.1 + 10 * 2
    gb_seconds = seconds / 2 + 4 * seconds * 512 / 1769
    assert float(re.search(r"([0-9.]+) USD", line)[1]) == pytest.approx(
        2_020 * 2e-7 + gb_seconds * 1e-5, rel=1e-3
    )
    # Beside its duration a call takes 0.1 s, and a version 3 s.
    minutes = (seconds / 2 + seconds * 512 / 1769 + 202 + 60) / 60
    assert line.endswith(f" USD, {minutes:.0f} minutes")


def test_short_run_is_told_in_seconds():
    # 1.8 s of calls (2.1 s at 512 MB), 0.2 s beside them, and a version.
    assert said(Plan((600,), 1, 1, b"")).endswith(" USD, 5 s")


def test_snapshots_are_charged_for_three_hours_each():
    without, with_snapshots = (said(Plan((1024,), 1, 10, b""), **each) for each in ({}, SNAP_START))

    more = [float(re.search(r"([0-9.]+) USD", line)[1]) for line in (without, with_snapshots)]
    assert more[1] - more[0] == pytest.approx(10 * 3 * 3600 * 1e-6, abs=2e-6)
    assert "snapshots of its versions take minutes more" in with_snapshots
