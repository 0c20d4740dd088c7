"""Runs the commands of which `up` consists, in an environment that has this cloud and no other."""

import errno
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from layer_build.layers import LAYERS
from tools.local_cloud.home import FULL_DISK, PROJECT, CanaryFailedError, Home, LocalCloudError
from tools.local_cloud.process_group import end_group

# How the lines start that `layer_build` prints for each layer, and the CDK for stacks/runtime_age.py.
SHOWN_LINES = (*(f"{layer.title}: " for layer in LAYERS.values()), "WARNING runtime ")


def run(home: Home, *command: str) -> None:
    """Run a command of the project, with its output on the terminal."""
    code = subprocess.run(command, cwd=PROJECT, env=home.environment(), check=False).returncode
    if code:
        sys.exit(code)  # the command has said why, in one line


def run_briefly(home: Home, *command: str | Path, cwd: Path = PROJECT) -> None:
    """Run the CDK: milestones go to the terminal, its hundreds of events only if it fails."""
    lines = []
    with _group(home, command, cwd) as process:
        for line in process.stdout or ():
            lines.append(line)
            if "✅" in line or line.startswith(SHOWN_LINES):
                print(f"          {line.strip()}", file=sys.stderr, flush=True)
    if process.returncode:
        _raise_canary_problem(lines)
        sys.stderr.writelines(lines)
        full = os.strerror(errno.ENOSPC)
        if any(full in line for line in lines):
            raise LocalCloudError(f"{full}, see above: {FULL_DISK}")
        raise LocalCloudError(f"{_name(command)} ended with exit code {process.returncode}; see above")


@contextmanager
def _group(home: Home, command: Sequence[str | Path], cwd: Path) -> Iterator[subprocess.Popen[str]]:
    """Run a command in a process group of its own; if that is interrupted, no process of it is left."""
    with subprocess.Popen(
        command,
        cwd=cwd,
        env=home.environment(),
        text=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        process_group=0,
    ) as process:
        try:
            yield process
        except BaseException:
            end_group(process.pid, signal.SIGINT)
            raise


def _raise_canary_problem(lines: Sequence[str]) -> None:
    """Raise the canary's message, if it was the canary that stopped a deployment."""
    for line in lines:
        # An event: stack | progress | time | status | type | path (logical id) reason
        found = re.search(r"_FAILED *\| Custom::Canary *\| .*?\(\w+\) (.*)", line)
        if found:
            raise CanaryFailedError(
                f"the canary stopped the deployment: {found[1].strip()}; see CanaryErrors in docs/runbook.md"
            )


def output(home: Home, *command: str | Path) -> str:
    """Run a command and return its stdout."""
    done = subprocess.run(
        command, cwd=PROJECT, env=home.environment(), check=False, text=True, stdout=subprocess.PIPE
    )
    if done.returncode:
        raise LocalCloudError(f"{_name(command)} ended with exit code {done.returncode}; see above")
    return done.stdout.strip()


def _name(command: Sequence[str | Path]) -> str:
    return " ".join(Path(part).name if isinstance(part, Path) else part for part in command[:4])
