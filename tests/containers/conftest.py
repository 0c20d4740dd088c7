"""Containers run with `pytest -m container` only: they need podman and root, and take minutes."""

import json
import os
import platform
import subprocess
import sys
from pathlib import Path

import pytest

from stacks.studio_page import IMAGE
from tests.containers.engine import Engine, EngineError
from tests.containers.stand_in import PYTHON, import_build_image, import_function_image, import_node_image

PROJECT = Path(__file__).parents[2]
ARCHITECTURE = {"aarch64": "arm64"}.get(platform.machine(), "x86_64")


@pytest.fixture(scope="session")
def engine(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory):
    """Give a container engine that holds the stand-ins; skip where there can't be one, and say why."""
    if "container" not in request.config.option.markexpr:
        pytest.skip("containers run with `pytest -m container` (.ci/run does)")
    folder = tmp_path_factory.mktemp("engine")
    build_image = f"public.ecr.aws/sam/build-python{PYTHON}"
    try:
        engine = Engine(folder)
        import_build_image(engine, build_image, folder)
        engine.run("run", "--rm", build_image, f"python{PYTHON}", "-m", "pip", "--version")
        import_node_image(engine, IMAGE, folder)
    except EngineError as error:
        pytest.skip(f"NO CONTAINERS HERE, the Docker road is not tested: {error}")
    import_function_image(engine, f"public.ecr.aws/lambda/python:{PYTHON}", folder)
    yield engine
    engine.close()


def synthesize(outdir: Path, settings: dict[str, str], environment: dict[str, str]) -> Path:
    """Run the app of the stage dev, for this Python and machine, with other settings; return its folder."""
    context = json.loads((PROJECT / "cdk.json").read_text())["context"]
    context["stages"]["dev"] |= {"runtime": f"python{PYTHON}", "architecture": ARCHITECTURE} | settings
    app = {"CDK_CONTEXT_JSON": json.dumps(context), "CDK_OUTDIR": str(outdir)}
    command = [sys.executable, "app.py"]
    done = subprocess.run(
        command, cwd=PROJECT, env=environment | app, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return outdir


@pytest.fixture(scope="session")
def zip_on_host(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the synthesized stage whose layer and code this machine built."""
    return synthesize(tmp_path_factory.mktemp("host"), {"bundling": "local"}, dict(os.environ))
