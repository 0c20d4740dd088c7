"""`up` and `down` themselves: what they leave, what they recover from, what they refuse. Runs last."""

import json
import os
import signal
import socket
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from tests.e2e.conftest import PROJECT, run_up

# Slow: each `up` is a synthesis, and one of them a deployment into an empty cloud.
pytestmark = [pytest.mark.e2e, pytest.mark.slow]


def processes_of(home):
    """Return the numbers of all running processes whose environment names the home's folder."""
    return [
        process.name
        for process in Path("/proc").glob("[0-9]*")
        if str(home.path).encode() in environ(process)
    ]


def environ(process):
    try:
        return (process / "environ").read_bytes()
    except OSError:  # it has ended meanwhile
        return b""


def test_up_on_a_busy_port_names_it_and_says_how_to_choose_another(home, tmp_path, service):
    other = replace(home, path=tmp_path)
    (tmp_path / "model").mkdir()
    for file in home.model.iterdir():
        (tmp_path / "model" / file.name).write_bytes(file.read_bytes())

    done = run_up(other)

    assert done.returncode == 2
    problem = f"error: port {home.port} is in use by another program"
    assert done.stderr.splitlines()[-1] == f"{problem}; choose another one: make up PORT={home.port + 1}"


def test_up_with_unreadable_reviews_ends_with_one_line_and_keeps_the_model(home, service, tmp_path):
    (tmp_path / "bad.csv").write_text("no,such,columns\n1,2,3\n")
    model = (home.model / "model.json").read_bytes()

    done = run_up(home, "--reviews", str(tmp_path / "bad.csv"))

    assert done.returncode == 2
    assert "bad.csv: missing columns" in done.stderr.splitlines()[-1]
    assert "Traceback" not in done.stderr
    assert (home.model / "model.json").read_bytes() == model


def test_up_recovers_from_a_killed_cloud(home, service):
    pid = json.loads(home.process_file.read_text())["pid"]
    os.kill(pid, signal.SIGKILL)

    done = run_up(home)

    assert done.returncode == 0, done.stderr
    assert json.loads(home.process_file.read_text())["pid"] != pid
    assert 0 < json.loads(done.stdout.splitlines()[-1])["recall_probability"] < 1


def test_down_leaves_no_process_no_folder_and_no_port(home, service):
    assert processes_of(home)
    command = [sys.executable, "-m", "tools.local_cloud", "down", "--home", str(home.path)]

    done = subprocess.run(command, cwd=PROJECT, check=True, capture_output=True, text=True)

    assert done.stdout == "stopped\n"
    assert processes_of(home) == []
    assert not home.cloud.exists()
    assert not home.outputs.exists()
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", home.port)) != 0
    again = subprocess.run(command, cwd=PROJECT, check=True, capture_output=True, text=True)
    assert again.stdout == "nothing was running\n"
