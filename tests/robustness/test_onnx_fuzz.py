"""Damaged and crafted ONNX files: none ends, hangs or fills the process, and no error but ours is raised."""

import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]
A_FEW, SOME, MANY, AT_ONCE = 400, 10_400, 100_400, 5_000
MARKS = (pytest.mark.slow, pytest.mark.fuzz)
MOST_SECONDS = 5
MOST_KILOBYTES = 200 * 1024


def tried(first, last):
    """Try mutants in a process of their own; return what became of them, the longest time and more memory."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.robustness.onnx_child", str(first), str(last)],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    lines = [line.partition(" ") for line in done.stdout.splitlines()]
    said = {
        name: [rest for key, _, rest in lines if key == name] for name in ("seed", "became", "took", "peak")
    }
    assert done.returncode == 0, (said["seed"][-1:], done.returncode, done.stderr[-2_000:])
    before, after = map(int, said["peak"])
    return Counter(said["became"]), max(map(float, said["took"])), after - before


@pytest.mark.parametrize(
    ("first", "last"),
    [
        pytest.param(0, A_FEW, id="a few"),
        *(
            pytest.param(start, start + AT_ONCE, id=str(start), marks=MARKS[start >= SOME])
            for start in range(A_FEW, MANY, AT_ONCE)
        ),
    ],
)
def test_mutants_are_refused_or_served_in_bounded_time_and_memory(first, last):
    became, longest, more = tried(first, last)

    assert sum(became.values()) == last - first
    assert longest < MOST_SECONDS
    assert more < MOST_KILOBYTES
    # Enough of them reach onnxruntime for the test to say something about it.
    assert became["served"] + became["refused later"] > 0.1 * (last - first)
    assert became["refused"] > 0.1 * (last - first)
