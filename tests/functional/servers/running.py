"""Other implementations of S3 and DynamoDB than the local cloud's: moto, and `rclone serve s3`."""

import os
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

PROJECT = Path(__file__).parents[3]
PROGRAMS = PROJECT / ".venv-servers" / "bin"
REGION = "us-east-1"
# rclone takes no other key; moto and the local cloud take any.
KEYS = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
START_SECONDS = 30


@contextmanager
def moto(folder: Path) -> Iterator[str]:
    """Run moto's server; give its URL."""
    with _running(folder, lambda port: ["moto_server", "-H", "127.0.0.1", "-p", str(port)]) as url:
        yield url


@contextmanager
def rclone(folder: Path) -> Iterator[str]:
    """Run rclone's S3 over a folder; give its URL."""
    stored = folder / "rclone"
    stored.mkdir()

    def command(port: int) -> list[str]:
        keys = ",".join(KEYS.values())
        return ["rclone", "serve", "s3", "--addr", f"127.0.0.1:{port}", "--auth-key", keys, str(stored)]

    with _running(folder, command) as url:
        yield url


@contextmanager
def _running(folder: Path, command: Callable[[int], list[str]]) -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    name, *options = command(port)
    if not (PROGRAMS / name).exists():
        raise RuntimeError(f"{PROGRAMS / name} is missing: make .venv-servers/ready")
    # Neither another cloud's variables nor rclone's own.
    others = ("AWS_", "RCLONE_", "PYTHON")
    kept = {key: value for key, value in os.environ.items() if not key.startswith(others)}
    with (folder / f"{name}.log").open("wb") as log:
        process = subprocess.Popen([PROGRAMS / name, *options], cwd=folder, env=kept, stdout=log, stderr=log)
    try:
        _wait(process, port, folder / f"{name}.log")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(10)


def _wait(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port)):
            return
        time.sleep(0.05)
    raise RuntimeError(f"{process.args}: not there after {START_SECONDS} s: {log.read_text()[-2000:]}")
