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
    owner = folder.parent.stat().st_uid
    options = f"size={size},mode=700,uid={owner}"
    subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", folder], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


def test_full_disk_is_said_and_up_works_when_there_is_space(up, other):
    port = f"PORT={free_port()}"
    for name, size in ((".venv", "100m"), (".local", "1m"), (".local", "30m")):
        with small_disk(other.folder / name, size):
            full = other.make("up", port)
            assert full.returncode == 2
            assert "No space left on device" in full.stderr + full.stdout
            assert "Traceback" not in full.stderr
            assert other.processes() == []
    other.copy_layers(up.checkout)

    done = other.make("up", port)

    assert done.returncode == 0, done.stderr
    assert 0 < json.loads(done.stdout.splitlines()[-1])["recall_probability"] < 1
