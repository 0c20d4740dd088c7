"""A disk that is full: the message says so, and `make up` works as soon as there is space."""

import json
import os
import subprocess
from contextlib import contextmanager

import pytest

from tests.e2e.conftest import free_port

pytestmark = [
    pytest.mark.machine,
    pytest.mark.skipif(os.geteuid() != 0, reason="needs root, to mount a small disk"),
]


@contextmanager
def small_disk(folder, size):
    """Mount a small disk on a folder, with the folder's owner."""
    folder.mkdir(exist_ok=True)
    owner = folder.parent.stat()
    os.chown(folder, owner.st_uid, owner.st_gid)
    options = f"size={size},mode=700,uid={owner.st_uid}"
    subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", folder], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


def assert_full(done):
    assert done.returncode == 2
    assert "No space left on device" in done.stderr + done.stdout
    assert "Traceback" not in done.stderr


def test_full_disk_is_said_and_up_works_when_there_is_space(up, other):
    port = f"PORT={free_port()}"
    with small_disk(other.folder / ".venv", "100m"):
        assert_full(other.make("up", port))
    for size in ("1m", "30m"):
        with small_disk(other.folder / ".local", size):
            full = other.make("up", port)
            assert_full(full)
            assert "free some space" in full.stderr.splitlines()[-2]
            assert other.make("down").returncode == 0
            assert other.processes() == []
    other.copy_layers(up.checkout)

    done = other.make("up", port)

    assert done.returncode == 0, done.stderr
    assert 0 < json.loads(done.stdout.splitlines()[-1])["recall_probability"] < 1
