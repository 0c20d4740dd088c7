"""What a function is made of: code on its layers, or a container image that holds both."""

import shlex
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

import aws_cdk as cdk
from aws_cdk import aws_ecr_assets as ecr_assets
from aws_cdk import aws_lambda as lambda_

from layer_build.layers import Layer
from stacks.bundling import LAMBDA_ARCHITECTURES, LAMBDA_RUNTIMES, Command, code_from
from stacks.config import StageSettings

PROJECT = Path(__file__).parent.parent
LAMBDA_SRC = PROJECT / "lambda_src"
# What a job needs: the training side, and what it imports; and the model where a fit starts.
JOBS_SRC = (
    "model_training",
    "lambda_src/recall",
    "lambda_src/estimators",
    "lambda_src/onnx_models",
    "lambda_src/http_kit",
    "lambda_src/aws_kit",
    "lambda_src/inference",
    "lambda_src/lake",
    "lambda_src/memory",
)
# The image's build context, and nothing else of the project.
CONTEXT = ["*", "!lambda_src", "!layer_build", "**/__pycache__", "**/*.pyc"]
PLATFORMS = {"x86_64": ecr_assets.Platform.LINUX_AMD64, "arm64": ecr_assets.Platform.LINUX_ARM64}


class FunctionPackage(NamedTuple):
    """The arguments of a function in which zip and image differ.

    Attributes
    ----------
    function_id : str
        The construct id of a function that is made of it. A zip can't become an image in place: with an id of
        its own the other stacks, which refer to it, change as well.
    runtime : aws_cdk.aws_lambda.Runtime
        The Python that runs the code; an image has its own.
    architecture : aws_cdk.aws_lambda.Architecture
        The processor that it is built for.
    layers : list of aws_cdk.aws_lambda.ILayerVersion, or None
        What the code is put on; None for an image, which holds everything.
    code : callable
        Given the handler's name, returns the function's code.
    handler : callable
        Given the handler's name, returns what Lambda wants as the function's handler.
    """

    function_id: str
    runtime: lambda_.Runtime
    architecture: lambda_.Architecture
    layers: list[lambda_.ILayerVersion] | None
    code: Callable[[str], lambda_.Code]
    handler: Callable[[str], str]


def zip_package(settings: StageSettings, layers: list[lambda_.ILayerVersion]) -> FunctionPackage:
    """Return the functions' code as a zip, on the layers."""
    return _zip(settings, layers, LAMBDA_SRC, _sources(), build_command(["."], bundle=True))


def jobs_package(settings: StageSettings, layers: list[lambda_.ILayerVersion]) -> FunctionPackage:
    """Return the training side's code as a zip, on the layers: there is no image of it."""
    return _zip(settings, layers, PROJECT, jobs_files(), build_command(JOBS_SRC))


def jobs_files() -> list[str]:
    """Return the files of `JOBS_SRC`, relative to the project."""
    files = [path for folder in JOBS_SRC for path in (PROJECT / folder).rglob("*") if path.is_file()]
    return [path.relative_to(PROJECT).as_posix() for path in files if path.parent.name != "__pycache__"]


def _zip(
    settings: StageSettings,
    layers: list[lambda_.ILayerVersion],
    source: Path,
    files: Sequence[str],
    command: Command,
) -> FunctionPackage:
    runtime = LAMBDA_RUNTIMES[settings.runtime]
    architecture = LAMBDA_ARCHITECTURES[settings.architecture]
    use_docker = settings.bundling == "docker"
    code = code_from(source, files, command, runtime=runtime, use_docker=use_docker)
    return FunctionPackage("Function", runtime, architecture, layers, lambda _name: code, lambda name: name)


def image_package(settings: StageSettings, layers: Iterable[Layer]) -> FunctionPackage:
    """Return the container image, which `cdk deploy` builds from the project's Dockerfile.

    Synthesis only stages the build context, so it needs no Docker.

    Parameters
    ----------
    layers : iterable of layer_build.layers.Layer
        What the image holds in the place of layers.
    """
    names = " ".join(layer.name for layer in layers)

    def code(handler: str) -> lambda_.Code:
        return lambda_.Code.from_asset_image(
            str(PROJECT),
            cmd=[handler],
            exclude=CONTEXT,
            ignore_mode=cdk.IgnoreMode.DOCKER,
            platform=PLATFORMS[settings.architecture],
            build_args={
                "RUNTIME": settings.runtime,
                "PYTHON_VERSION": settings.runtime.removeprefix("python"),
                "ARCHITECTURE": settings.architecture,
                "LAYERS": names,
            },
        )

    architecture = LAMBDA_ARCHITECTURES[settings.architecture]
    return FunctionPackage(
        "ImageFunction",
        lambda_.Runtime.FROM_IMAGE,
        architecture,
        None,
        code,
        lambda _name: lambda_.Handler.FROM_IMAGE,
    )


def _sources() -> list[str]:
    files = [
        path for kind in ("*.py", "*.json", "*.pem", "*.skops", "*.onnx") for path in LAMBDA_SRC.rglob(kind)
    ]
    return [path.relative_to(LAMBDA_SRC).as_posix() for path in files]


def build_command(folders: Sequence[str], *, bundle: bool = False) -> Command:
    """Copy the code and compile it: /var/task is read-only, so without .pyc each cold start compiles again.

    Unchecked: a .pyc that carries its source's time is stale as soon as the source has been in a zip. What is
    in ``lambda_src`` comes to the root of the code, from where it is imported. Everybody may read it,
    whatever the umask is: functions run as another user
    (https://docs.aws.amazon.com/lambda/latest/dg/troubleshooting-deployment.html).

    Parameters
    ----------
    folders : sequence of str
        What is copied.
    bundle : bool
        Put the lean functions' modules into one file, too; see the code's own package `bundle`.
    """

    def command(python: str, out: str) -> list[str]:
        python, out = shlex.quote(python), shlex.quote(out)
        copies = [
            f"mkdir -p {out}/{place} && cp -R {folder}/. {out}/{place}"
            for folder in folders
            for place in [folder.removeprefix("lambda_src/")]
        ]
        steps = [
            *copies,
            f"find {out} -name __pycache__ -prune -exec rm -rf {{}} +",
            f"{python} -m compileall -q --invalidation-mode unchecked-hash -s {out} -p /var/task {out}",
            *([f"PYTHONPATH={out} {python} -B -m bundle {out}"] if bundle else []),
            f"chmod -R u=rwX,go=rX {out}",
        ]
        return ["sh", "-c", " && ".join(steps)]

    return command
