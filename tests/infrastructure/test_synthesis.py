"""Synthesis is pure: the same commit gives the same templates, in any folder, built assets or not."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from stacks.config import read_settings
from tests.infrastructure.conftest import STACKS, assembly
from tools.cost.worst_case import worst_case_line

# Slow: the CDK's own CLI in another checkout. The snapshots, too, see that processes agree on the templates.
pytestmark = pytest.mark.slow

PROJECT = Path(__file__).parents[2]
CONTEXT = json.loads((PROJECT / "cdk.json").read_text())["context"]
CDK = PROJECT / "node_modules" / ".bin" / "cdk"
NEEDED = (
    *("app.py", "cdk.json", "pyproject.toml", "uv.lock", "docs", "package.json", "package-lock.json"),
    *("stacks", "tools", "lambda_src", "layer_build", "model_training", "web", "clients"),
)


def checkout(folder):
    """Copy what synthesis needs, with other times, into another folder."""
    folder.mkdir()
    for name in NEEDED:
        source = PROJECT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, copy_function=shutil.copyfile)
        else:
            shutil.copyfile(source, folder / name)
    (folder / "node_modules").symlink_to(PROJECT / "node_modules")  # what builds the studio's page
    return folder


def run_cdk(folder, command, outdir):
    """Run the real CLI as `make synth` does, without credentials and without a way to the network."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("AWS_", "CDK_"))} | {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "CDK_DISABLE_CLI_TELEMETRY": "true",
        "CDK_DISABLE_VERSION_CHECK": "1",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        **(
            {"HTTPS_PROXY": "http://127.0.0.1:9", "HTTP_PROXY": "http://127.0.0.1:9"}
            if command == "list"
            else {}
        ),
    }
    arguments = [str(CDK), command, "-c", "stage=prod", "--output", str(outdir)]
    done = subprocess.run(arguments, cwd=folder, env=environment, check=True, capture_output=True, text=True)
    return read_templates(outdir), done


def read_templates(outdir):
    return {stack: (outdir / f"{stack}.template.json").read_bytes() for stack in STACKS}


@pytest.fixture(scope="module")
def listing(tmp_path_factory):
    """Give the templates of `cdk list`, which builds no assets, and what it printed."""
    folder = tmp_path_factory.mktemp("first")
    return run_cdk(checkout(folder / "checkout"), "list", folder / "out")


@pytest.fixture(scope="module")
def without_assets(listing):
    return listing[0]


def test_another_folder_process_and_environment_give_the_same_bytes(without_assets):
    assert without_assets == read_templates(Path(assembly("prod").directory))


def test_a_synth_that_builds_the_assets_gives_the_same_templates(without_assets, tmp_path):
    templates, _done = run_cdk(checkout(tmp_path / "checkout"), "synth", tmp_path / "out")
    assert templates == without_assets

    compiled = list(tmp_path.glob("out/asset.*/inference/__pycache__/handler.cpython-311.pyc"))
    layers = list(tmp_path.glob("out/asset.*/python/sklearn"))
    assert (len(compiled), len(layers)) == (1, 1)
    # Flags 0b01 at byte 4: a hash instead of a time, and nobody checks it (PEP 552).
    assert compiled[0].read_bytes()[4:8] == (1).to_bytes(4, "little")
    assert b"/var/task/inference/handler.py" in compiled[0].read_bytes()


def test_app_prints_the_worst_month_on_stderr_and_leaves_stdout_to_the_cli(listing):
    _templates, done = listing
    settings = read_settings(CONTEXT | {"stage": "prod"})
    templates = [stack.template for stack in assembly("prod").stacks]

    assert worst_case_line(settings, templates) in done.stderr.splitlines()
    assert {line.split(" ")[0] for line in done.stdout.splitlines()} == set(STACKS)


def test_templates_hold_no_path_of_this_machine(without_assets):
    text = b"".join(without_assets.values()).decode()

    assert str(PROJECT) not in text
    assert str(Path.home()) not in json.loads(json.dumps(text))
