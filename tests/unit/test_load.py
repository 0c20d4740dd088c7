"""The verdict of `benchmarks.load`: what growing memory is, and what isn't well in the results."""

import json
import random

import pytest

from benchmarks.build import HERE
from benchmarks.load.memory import PER_CALLS, TOLERANCE_BYTES, Sample, growth
from benchmarks.load.report import as_text, problems


def memory_of(per_call, calls=90_000, noise=64 * 1024):
    """Return samples of a process that keeps so many bytes of each call; what else it has comes and goes."""
    source = random.Random(3)  # noqa: S311 - noise is no secret
    return [
        Sample(n, 25 * 2**20 + int(per_call * n) + source.randrange(noise))
        for n in range(100, calls + 1, 100)
    ]


def test_memory_that_comes_and_goes_has_not_grown():
    assert not growth(memory_of(5)).grown


def test_smallest_thing_that_can_be_kept_of_each_call_is_growth():
    found = growth(memory_of(24 + 8))

    assert found.grown
    assert found.slope_bytes == pytest.approx(32 * PER_CALLS, rel=0.01)
    assert found.end_bytes - found.start_bytes == pytest.approx(32 * 90_000, rel=0.05)


def test_memory_that_a_short_run_settles_at_has_not_grown():
    found = growth([Sample(n, 25 * 2**20 + min(n, 300) * 1024) for n in range(0, 2_001, 100)])

    assert found.slope_bytes > TOLERANCE_BYTES
    assert not found.grown


def kept_results():
    return json.loads((HERE / "load.json").read_text(encoding="utf-8"))


def test_kept_tables_are_of_the_kept_results_and_all_is_well():
    results = kept_results()

    assert as_text(results) == (HERE / "load.md").read_text(encoding="utf-8")
    assert problems(results) == []
    assert results["runtime"]["calls"] >= 100_000


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (lambda r: r["runtime"].update(wrong=1, first_wrong=["it is wrong"]), "it is wrong"),
        (lambda r: r["gateway"]["rows"][1].update(wrong=1, first_wrong=["no shape"]), "no shape"),
        (
            lambda r: r["runtime"]["memory"].update(grown=True),
            "the function's memory grows from call to call",
        ),
        (
            lambda r: r["gateway"]["rows"][0].update(statuses={"200": 9, "429": 1}),
            "below the throttle not every answer is 200: {'200': 9, '429': 1}",
        ),
        (
            lambda r: r["gateway"]["rows"][1].update(statuses={"200": 9, "429": 1, "504": 1}),
            "above the throttle not every answer is 200 or 429: {'200': 9, '429': 1, '504': 1}",
        ),
        (
            lambda r: r["gateway"]["rows"][1].update(statuses={"200": 10}),
            "above the throttle nobody was refused: {'200': 10}",
        ),
        (
            lambda r: r["gateway"]["rows"][2].update(statuses={"200": 7, "429": 1}),
            "after Retry-After not every answer is 200: {'200': 7, '429': 1}",
        ),
    ],
)
def test_problem_in_the_results_is_named(change, problem):
    results = kept_results()
    change(results)

    assert problems(results) == [problem]
