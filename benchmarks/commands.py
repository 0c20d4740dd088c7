"""Commands of `model_training` in processes of their own, and what they take."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from benchmarks.build import HERE
from benchmarks.errors import BenchmarkError

KIBIBYTES_PER_MEGABYTE = 1_000_000 / 1_024


class Taken(NamedTuple):
    """What a process took.

    Attributes
    ----------
    figures : dict of str to float
        ``seconds``, ``cpu_seconds`` of the processors, and ``peak_megabytes`` of memory.
    output : str
        What it printed.
    """

    figures: dict[str, float]
    output: str


def run(
    *arguments: str, code: Path = HERE.parent, environment: Mapping[str, str] = os.environ
) -> dict[str, float]:
    """Run a command of ``recall`` to its end; return the figures of `Taken`.

    Parameters
    ----------
    *arguments : str
        The command and its arguments.
    code : Path
        Root of the checkout whose code runs.
    environment : mapping of str to str
        The process's.

    Raises
    ------
    BenchmarkError
        If it fails.
    """
    print(f"{arguments[0]} ...", flush=True)
    taken = run_module("model_training", *arguments, code=code, environment=environment)
    print(taken.output, end="", flush=True)
    return taken.figures


def run_module(
    module: str, *arguments: str, code: Path = HERE.parent, environment: Mapping[str, str] = os.environ
) -> Taken:
    """Run a module in a process of its own, to its end; parameters and errors as of `run`."""
    path = os.pathsep.join([str(code), str(code / "lambda_src")])
    began = time.perf_counter()
    child = subprocess.Popen(
        [sys.executable, "-m", module, *arguments],
        cwd=code,
        env={**environment, "PYTHONPATH": path},
        stdout=subprocess.PIPE,
        text=True,
    )
    output = child.stdout.read() if child.stdout else ""
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)  # it is reaped already
    if child.returncode:
        raise BenchmarkError(f"{module} {arguments[0]} failed; it says why above")
    figures = {
        "seconds": round(time.perf_counter() - began, 1),
        "cpu_seconds": round(usage.ru_utime + usage.ru_stime, 1),
        "peak_megabytes": round(usage.ru_maxrss / KIBIBYTES_PER_MEGABYTE),
    }
    return Taken(figures, output)
