"""Checks of this machine: what synthesizes, builds and uploads a stage."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from layer_build.errors import LayerError
from layer_build.install import run_pip
from layer_build.pythons import find_python
from layer_build.targets import find_target
from tools.cost.prices import read_prices
from tools.doctor.finding import Finding, cannot_tell, ok, will_fail

if TYPE_CHECKING:
    from tools.doctor.stage import Stage  # starts Node, which may be missing

PROJECT = Path(__file__).resolve().parents[2]
PACKAGE = json.loads((PROJECT / "package.json").read_text(encoding="utf-8"))
NODE_RANGE = PACKAGE["engines"]["node"]  # what Vite runs on, which builds the studio
NODE = "Node 20.19 or a later 20, or 22.12 or later, with npm"
CDK_VERSION = PACKAGE["devDependencies"]["aws-cdk"]
# All layers of a target are .5 GB, once more while they are zipped, and pip keeps what it fetches.
DISK_GB = 2
GB = 1e9
PRICES_LAST_DAYS = 365
ANSWER_SECONDS = 10
SMALL_PACKAGE = "threadpoolctl"  # of the ML layer, 20 kB


def check_node() -> Finding:
    """Check the Node that the CDK runs on."""
    node = shutil.which("node")
    if node is None:
        return will_fail("there is no Node on the PATH", f"install {NODE}")
    version = _output([node, "--version"]).removeprefix("v")
    if not re.match(r"\d+\.\d+\.\d+", version):
        return cannot_tell(f"{node} --version prints {version!r}", f"it must be {NODE}")
    if not _in_range(version):
        return will_fail(f"{node} is Node {version}", f"install {NODE}")
    return ok(f"{version} ({node})")


def _in_range(version: str) -> bool:
    """Return whether package.json's engines (``^20.19.0 || >=22.12.0``) take a version of Node."""
    here = _numbers(version)
    for part in NODE_RANGE.split(" || "):
        least = _numbers(part)
        if here >= least and (here[0] == least[0] or part.startswith(">=")):
            return True
    return False


def _numbers(version: str) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", version)[:3]]


def check_cdk(project: Path = PROJECT) -> Finding:
    """Check npm, and the CDK's command line, which it installs into the project."""
    npm = shutil.which("npm")
    if npm is None:
        return will_fail("there is no npm on the PATH", f"install {NODE}")
    install = "run `npm ci` in the project's folder"
    manifest = project / "node_modules" / "aws-cdk" / "package.json"
    if not manifest.exists():
        return will_fail("node_modules has no aws-cdk", install)
    version = json.loads(manifest.read_text(encoding="utf-8"))["version"]
    if version != CDK_VERSION:
        return will_fail(f"aws-cdk is {version}, and package.json pins {CDK_VERSION}", install)
    return ok(f"{version}, npm {_output([npm, '--version'])}")


def check_python(stage: Stage) -> Finding:
    """Check the Python that builds what the stage's functions run."""
    settings = stage.settings
    here = ".".join(map(str, sys.version_info[:3]))
    if settings.bundling == "docker":
        return ok(f"{here}; {settings.runtime} is in the build image")
    if find_python(settings.runtime) is None:
        version = settings.runtime.removeprefix("python")
        return will_fail(
            f"there is no Python {version} on this machine to build for the runtime {settings.runtime} with",
            f"run `uv python install {version}`, or set bundling to docker",
        )
    return ok(f"{here}, and one for {settings.runtime}")


def check_wheels(stage: Stage) -> Finding | None:
    """Check that pip gets what layers are made of, by fetching a small package as the build would."""
    settings = stage.settings
    if settings.bundling == "docker":
        return None
    target = find_target(settings.runtime, settings.architecture)
    options = ("--no-deps", "--no-cache-dir", "--timeout=5", "--retries=1", SMALL_PACKAGE)
    with TemporaryDirectory() as folder:
        try:
            run_pip("download", target, f"--dest={folder}", *options, fix="no wheel was fetched")
        except LayerError as error:
            return will_fail(
                str(error).partition("\n")[0],
                "check the network, the proxy and pip's index (`pip config list`)",
            )
    return ok("pip fetches wheels")


def check_docker(stage: Stage) -> Finding | None:
    """Check that containers can be built, where the stage needs one."""
    if not (stage.has_images or stage.settings.bundling == "docker"):
        return None
    # The CDK's own variable: https://docs.aws.amazon.com/cdk/v2/guide/build-containers.html
    program = os.environ.get("CDK_DOCKER", "docker")
    need = "the stage's image is" if stage.has_images else "layers and code are"
    if shutil.which(program) is None:
        return will_fail(
            f"{need} built with {program}, which isn't on the PATH",
            "install Docker or name another program in CDK_DOCKER; docs/settings.md says what needs none",
        )
    try:
        done = subprocess.run(
            [program, "info"], capture_output=True, text=True, timeout=ANSWER_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        return cannot_tell(
            f"`{program} info` says nothing for {ANSWER_SECONDS} s", f"start {program}'s service"
        )
    if done.returncode:
        reason = (done.stderr.strip().splitlines() or ["it doesn't say why"])[-1]
        return will_fail(
            f"{need} built with {program}, which doesn't work: {reason}", f"start {program}'s service"
        )
    return ok(program)


def check_disk(folder: Path = PROJECT) -> Finding:
    """Check the room for what is built."""
    free = shutil.disk_usage(folder).free / GB
    if free < DISK_GB:
        return will_fail(
            f"{folder} has {free:.1f} GB free, and layers take up to {DISK_GB}", "make room there"
        )
    return ok(f"{free:.0f} GB free")


def check_prices(today: date | None = None) -> Finding:
    """Check the age of the prices by which a synthesis says what a month can cost."""
    day = read_prices().date
    age = (today or datetime.now(UTC).date()) - date.fromisoformat(day)
    if age.days > PRICES_LAST_DAYS:
        return cannot_tell(
            f"the prices are of {day}, {age.days} days ago: the worst month may cost otherwise than printed",
            "compare tools/cost/prices.json with the pages that it names",
        )
    return ok(f"of {day}")


def _output(command: list[str]) -> str:
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=ANSWER_SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip()
