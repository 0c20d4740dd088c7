"""Commands of `model_training` in processes of their own, and what they take."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

from benchmarks.build import HERE
from benchmarks.errors import BenchmarkError

KIBIBYTES_PER_MEGABYTE = 1_000_000 / 1_024


def run(*arguments: str, code: Path = HERE.parent) -> dict[str, float]:
    """Run a command to its end; return its seconds, those of the processors, and its peak memory.

    Parameters
    ----------
    *arguments : str
        The command and its arguments.
    code : Path
        Root of the checkout whose code runs.

    Raises
    ------
    BenchmarkError
        If it fails.
    """
    print(f"{arguments[0]} ...", flush=True)
    path = os.pathsep.join([str(code), str(code / "lambda_src")])
    began = time.perf_counter()
    child = subprocess.Popen(
        [sys.executable, "-m", "model_training", *arguments], cwd=code, env=os.environ | {"PYTHONPATH": path}
    )
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)  # it is reaped already
    if child.returncode:
        raise BenchmarkError(f"{arguments[0]} failed; it says why above")
    return {
        "seconds": round(time.perf_counter() - began, 1),
        "cpu_seconds": round(usage.ru_utime + usage.ru_stime, 1),
        "peak_megabytes": round(usage.ru_maxrss / KIBIBYTES_PER_MEGABYTE),
    }
