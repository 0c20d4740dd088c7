"""The process of the local cloud (MiniStack): started once, found again, stopped with all its children."""

import json
import os
import shutil
import signal
import socket
import subprocess
import time
from http import HTTPStatus
from typing import NamedTuple

from tools.local_cloud.home import PROJECT, Home, LocalCloudError, open_url
from tools.local_cloud.process_group import end_group, group_alive, start_time

PROGRAM = PROJECT / "tools" / "local_cloud" / "cloud.py"
START_SECONDS = 60
# Each Lambda worker unzips its own copy of the layer.
LAMBDA_CONCURRENCY = 10


class Record(NamedTuple):
    """A process that `start` started; it leads a process group, which its workers are in, too.

    Attributes
    ----------
    pid : int
        The process id, which is the group's id, too.
    started : str
        The start time, in the system's own format.
    port : int
        The port that the cloud listens on.
    python : str
        The path of the Python that runs it.
    """

    pid: int
    started: str
    port: int
    python: str


def start(home: Home) -> bool:
    """Make sure that the cloud runs on the home's port.

    Returns
    -------
    bool
        True if it was started now, and so is empty; False if it was running already.

    Raises
    ------
    LocalCloudError
        If another program uses the port, the cloud runs on another Python, or it doesn't start.
    """
    running = _recorded(home)
    if running is not None and running.port == home.port and _healthy(home):
        if running.python != str(home.python):
            raise LocalCloudError(
                f"the local cloud runs on {running.python}, and the stage's runtime needs {home.python}: "
                "`make down` ends it, with all that it holds; then `make up`"
            )
        return False
    stop(home)
    _refuse_busy_port(home.port)
    (home.cloud / "tmp").mkdir(parents=True)
    with (home.cloud / "cloud.log").open("wb") as log:
        process = subprocess.Popen(
            (home.python, "-P", PROGRAM),  # -P: the program's folder isn't searched for modules
            cwd=home.cloud,
            env=_environment(home),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        _record(home, process)
        _wait(home, process)
    except BaseException:  # an interrupt too
        end_group(process.pid, signal.SIGTERM)
        raise
    return True


def _record(home: Home, process: subprocess.Popen[bytes]) -> None:
    """Write down which process it is, for `stop`."""
    record = Record(process.pid, start_time(process.pid), home.port, str(home.python))
    home.process_file.write_text(json.dumps(record._asdict()))


def _wait(home: Home, process: subprocess.Popen[bytes]) -> None:
    """Wait until the cloud responds.

    Raises
    ------
    LocalCloudError
        If it ends instead, or takes too long.
    """
    deadline = time.monotonic() + START_SECONDS
    while not _healthy(home):
        if process.poll() is not None or time.monotonic() > deadline:
            raise LocalCloudError(f"the local cloud did not come up; see {home.cloud / 'cloud.log'}")
        time.sleep(0.1)


def stop(home: Home) -> bool:
    """Stop the cloud that `start` started and remove its files; return whether it was running."""
    running = _recorded(home)
    if running is not None:
        end_group(running.pid, signal.SIGTERM)
    shutil.rmtree(home.cloud, ignore_errors=True)
    home.outputs.unlink(missing_ok=True)
    return running is not None


def _environment(home: Home) -> dict[str, str]:
    # Its functions call it back, which the user's proxies can't.
    kept = {
        k: v for k, v in os.environ.items() if not k.startswith("AWS_") and not k.lower().endswith("_proxy")
    }
    return kept | {
        "GATEWAY_PORT": str(home.port),
        "BIND_HOST": "127.0.0.1",
        "MINISTACK_HOST": "127.0.0.1",
        "TMPDIR": str(home.cloud / "tmp"),
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        "LAMBDA_ACCOUNT_CONCURRENCY": str(LAMBDA_CONCURRENCY),
    }


def _recorded(home: Home) -> Record | None:
    """Return the record of a process that `start` started, if it or one of its workers still runs."""
    try:
        record = Record(**json.loads(home.process_file.read_text()))
    except (OSError, ValueError, TypeError):
        return None
    started = start_time(record.pid)
    # The id may be another process's by now: its start time shows that. It can't be another group's:
    # an id isn't given away while a group has it.
    ours = started == record.started if started else group_alive(record.pid)
    return record if ours else None


def _refuse_busy_port(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise LocalCloudError(
                f"port {port} is in use by another program; choose another one: make up PORT={port + 1}"
            ) from error


def _healthy(home: Home) -> bool:
    try:
        with open_url(f"{home.url}/_ministack/health", timeout=2) as response:
            return bool(response.status == HTTPStatus.OK)
    except OSError:
        return False
