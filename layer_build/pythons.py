"""Finds a Python of the target's version on this machine: only that can compile and run the layer."""

from __future__ import annotations

import platform
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from layer_build.targets import Target


def find_python(runtime: str) -> str | None:
    """Return the path of a Python of a runtime's version: this one, or one on the PATH, of pyenv or of uv."""
    if runtime == "python{}.{}".format(*sys.version_info):
        return sys.executable
    return next((python for python in _candidates(runtime) if _lines_of([python, "-c", "print(1)"])), None)


def _candidates(runtime: str) -> Iterator[str]:
    on_path = shutil.which(runtime)
    if on_path:
        yield on_path  # may be a version manager's stand-in for one that isn't chosen
    if shutil.which("pyenv"):
        yield from _lines_of(["pyenv", "whence", "--path", runtime])
    uv = find_uv()
    if uv:
        yield from _lines_of([uv, "python", "find", "--offline", runtime.removeprefix("python")])


def find_uv() -> str | None:
    """Return the path of uv: in this Python's environment, or on the PATH."""
    beside = Path(sys.executable).with_name("uv")
    return str(beside) if beside.exists() else shutil.which("uv")


def _lines_of(command: Sequence[str]) -> list[str]:
    """Return the lines that a command prints; none if it fails."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout.split("\n")[:-1] if done.returncode == 0 else []


def runs_here(target: Target) -> bool:
    """Return whether this machine runs the target's machine code."""
    return sys.platform == "linux" and platform.machine() == target.wheel_arch
