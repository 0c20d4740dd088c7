"""The preflight's checks of this machine, each with what it finds where something is missing."""

import json
import shutil
import subprocess
from datetime import date, timedelta

import pytest

from layer_build.errors import LayerError
from tests.unit.aws_account import stage_of
from tests.unit.cost import settings
from tools.cost.prices import read_prices
from tools.doctor import machine
from tools.doctor.finding import Verdict

OK, FAILS, UNKNOWN = Verdict.OK, Verdict.WILL_FAIL, Verdict.CANNOT_TELL


@pytest.fixture
def program(tmp_path, monkeypatch):
    """Give a function that puts a shell script on the PATH, which has nothing else but sleep."""
    monkeypatch.setenv("PATH", str(tmp_path))
    (tmp_path / "sleep").symlink_to("/bin/sleep")

    def write(name, script):
        (tmp_path / name).write_text(f"#!/bin/sh\n{script}\n")
        (tmp_path / name).chmod(0o755)

    return write


@pytest.mark.parametrize(
    ("prints", "verdict", "why"),
    [
        ("v24.1.0", OK, "24.1.0 ("),
        ("v22.12.0", OK, "22.12.0 ("),
        ("v22.11.9", FAILS, "is Node 22.11.9"),
        ("v21.7.3", FAILS, "is Node 21.7.3"),
        ("v20.19.0", OK, "20.19.0 ("),
        ("v20.18.3", FAILS, "is Node 20.18.3"),
        ("nonsense", UNKNOWN, "--version prints 'nonsense'"),
    ],
)
def test_node(program, prints, verdict, why):
    program("node", f"echo {prints}")
    found = machine.check_node()

    assert found.verdict is verdict
    assert why in found.why


def test_missing_node_fails(program):
    assert machine.check_node()[:2] == (FAILS, "there is no Node on the PATH")


@pytest.mark.parametrize(
    ("installed", "verdict", "why"),
    [
        (machine.CDK_VERSION, OK, f"{machine.CDK_VERSION}, npm 11.6.2"),
        ("3.0.0", FAILS, f"aws-cdk is 3.0.0, and package.json pins {machine.CDK_VERSION}"),
        (None, FAILS, "node_modules has no aws-cdk"),
    ],
)
def test_cdks_command_line(program, tmp_path, installed, verdict, why):
    program("npm", "echo 11.6.2")
    if installed is not None:
        folder = tmp_path / "node_modules" / "aws-cdk"
        folder.mkdir(parents=True)
        (folder / "package.json").write_text(json.dumps({"version": installed}))

    assert machine.check_cdk(tmp_path)[:2] == (verdict, why)


def test_missing_npm_fails(program, tmp_path):
    assert machine.check_cdk(tmp_path)[:2] == (FAILS, "there is no npm on the PATH")


def test_python_of_the_runtime_is_needed_unless_docker_builds(monkeypatch):
    monkeypatch.setattr(machine, "find_python", lambda runtime: None if runtime == "python3.14" else "p")

    assert machine.check_python(stage_of(settings(runtime="python3.13"))).verdict is OK
    missing = machine.check_python(stage_of(settings(runtime="python3.14")))
    assert (missing.verdict, "uv python install 3.14" in missing.fix) == (FAILS, True)
    assert machine.check_python(stage_of(settings(runtime="python3.14", bundling="docker"))).verdict is OK


def test_wheels_are_fetched_as_a_build_does(monkeypatch):
    asked = []
    monkeypatch.setattr(machine, "run_pip", lambda *arguments, **_: asked.append(arguments))
    stage = stage_of(settings(runtime="python3.13", architecture="arm64"))

    assert machine.check_wheels(stage).verdict is OK
    ((command, target, *options),) = asked
    assert (command, target.name, options[-1]) == ("download", "python3.13-arm64", "threadpoolctl")
    assert machine.check_wheels(stage_of(settings(bundling="docker"))) is None


def test_wheels_that_cannot_be_fetched_fail_with_pips_reason(monkeypatch):
    def no_network(*_, **__):
        raise LayerError("pip failed (Connection refused): no wheel was fetched")

    monkeypatch.setattr(machine, "run_pip", no_network)

    assert machine.check_wheels(stage_of(settings()))[:2] == (
        FAILS,
        "pip failed (Connection refused): no wheel was fetched",
    )


IMAGE = stage_of(settings(), has_images=True)


@pytest.mark.parametrize(
    ("script", "verdict", "why"),
    [
        ("exit 0", OK, "docker"),
        (
            "echo 'Cannot connect to the Docker daemon' >&2; exit 1",
            FAILS,
            "Cannot connect to the Docker daemon",
        ),
        ("exec sleep 5", UNKNOWN, "`docker info` says nothing"),
        (None, FAILS, "which isn't on the PATH"),
    ],
)
def test_docker_where_the_stage_needs_it(program, monkeypatch, script, verdict, why):
    monkeypatch.setattr(machine, "ANSWER_SECONDS", 0.5)
    if script is not None:
        program("docker", script)
    found = machine.check_docker(IMAGE)

    assert found.verdict is verdict
    assert why in found.why
    assert machine.check_docker(stage_of(settings())) is None


def test_other_program_than_docker_is_the_one_that_the_cdk_runs(program, monkeypatch):
    monkeypatch.setenv("CDK_DOCKER", "podman")
    program("podman", "exit 0")

    assert machine.check_docker(stage_of(settings(bundling="docker")))[:2] == (OK, "podman")


@pytest.mark.parametrize(("free", "verdict"), [(1.9, FAILS), (2.1, OK)])
def test_room_on_the_disk(monkeypatch, tmp_path, free, verdict):
    monkeypatch.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(0, 0, int(free * 1e9)))

    assert machine.check_disk(tmp_path).verdict is verdict


@pytest.mark.parametrize(("days", "verdict"), [(365, OK), (366, UNKNOWN)])
def test_age_of_the_prices(days, verdict):
    day = date.fromisoformat(read_prices().date) + timedelta(days)

    assert machine.check_prices(day).verdict is verdict


def test_node_that_cannot_be_run_is_told(monkeypatch):
    def broken(*_, **__):
        raise OSError("Exec format error")

    monkeypatch.setattr(subprocess, "run", broken)
    monkeypatch.setattr(shutil, "which", lambda _: "/usr/bin/node")

    assert machine.check_node().verdict is UNKNOWN
