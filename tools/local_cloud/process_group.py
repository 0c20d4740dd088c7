"""A process group, which a program leads and its children are in."""

import os
import signal
import subprocess
import time
from contextlib import suppress
from pathlib import Path

STOP_SECONDS = 10


def end_group(pid: int, number: signal.Signals) -> None:
    """Send a process group a signal, and kill what hasn't ended after `STOP_SECONDS`."""
    _signal_group(pid, number)
    deadline = time.monotonic() + STOP_SECONDS
    while group_alive(pid) and time.monotonic() < deadline:
        time.sleep(0.1)
    _signal_group(pid, signal.SIGKILL)


def start_time(pid: int) -> str:
    """Return when a running process was started, in the system's own format; empty if it doesn't run."""
    stat = Path(f"/proc/{pid}/stat")
    if Path("/proc/self").exists():
        # proc(5): after the name in parentheses come the state (Z: ended) and, as 20th, the start time.
        state, *rest = stat.read_text().rpartition(")")[2].split() if stat.exists() else ["Z"]
        return "" if state == "Z" else rest[18]
    ps = subprocess.run(["ps", "-o", "lstart=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return ps.stdout.strip()


def _signal_group(pid: int, number: signal.Signals) -> None:
    try:
        os.killpg(pid, number)
    except ProcessLookupError:
        return


def group_alive(pid: int) -> bool:
    """Return whether any process of a group still runs."""
    # Where this very process started it, it stays in its group until waited for.
    with suppress(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)
    try:
        os.killpg(pid, 0)
    except ProcessLookupError:
        return False
    return True
