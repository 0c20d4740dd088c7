"""The layers of `layer_build` as constructs; always the same bytes, wherever built."""

import shlex
from collections.abc import Iterable
from pathlib import Path

import aws_cdk as cdk
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from layer_build.digest import sources
from layer_build.errors import LayerError
from layer_build.layers import ML, ONNX, Layer
from layer_build.targets import Target, find_target
from layer_build.versions import check_versions, read_requirements
from stacks.bundling import LAMBDA_ARCHITECTURES, LAMBDA_RUNTIMES, Command, code_from
from stacks.config import ConfigError, StageSettings
from stacks.function_package import FunctionPackage, image_package, zip_package

PROJECT = Path(__file__).parent.parent
LAYER_BUILD = PROJECT / "layer_build"


class LockedLayer(Construct):
    """A layer version with what a lock of ``layer_build`` pins.

    Parameters
    ----------
    target : layer_build.targets.Target
        The layer, its runtime and architecture, see `layer_target`.
    use_docker : bool
        Build in the container of Lambda's build image; otherwise with pip of the Python that runs the app.

    Attributes
    ----------
    version : aws_cdk.aws_lambda.LayerVersion
        For ``layers=[…]`` of a function of that runtime and architecture.
    """

    def __init__(self, scope: Construct, construct_id: str, *, target: Target, use_docker: bool) -> None:
        super().__init__(scope, construct_id)
        runtime = LAMBDA_RUNTIMES[target.runtime]
        code = code_from(
            LAYER_BUILD, sources(target), _build_command(target), runtime=runtime, use_docker=use_docker
        )
        self.version = lambda_.LayerVersion(
            self,
            "Version",
            code=code,
            compatible_runtimes=[runtime],
            compatible_architectures=[LAMBDA_ARCHITECTURES[target.arch]],
            description=", ".join(f"{name} {version}" for name, version in read_requirements(target).items()),
            license=f"{target.layer.licence}; for the libraries inside the wheels see the licence files",
            # Functions and versions that use a deleted layer version keep it; kept ones would only pile up.
            removal_policy=cdk.RemovalPolicy.DESTROY,
        )


def layer_target(settings: StageSettings, layer: Layer = ML) -> Target:
    """Return what a layer of the stage is built for.

    Raises
    ------
    stacks.config.ConfigError
        If there are no wheels for that runtime and architecture, or other versions than models are trained
        with.
    """
    try:
        target = find_target(settings.runtime, settings.architecture, layer)
        check_versions(target, PROJECT / "pyproject.toml")
    except LayerError as error:
        raise ConfigError(f"stage {settings.stage}: {error}") from error
    return target


def package_on_layers(stack: cdk.Stack, settings: StageSettings, layers: Iterable[Layer]) -> FunctionPackage:
    """Return the functions' code on layers.

    Parameters
    ----------
    stack : aws_cdk.Stack
        The function's, which gets layers of its own: an exported layer version could never be replaced while
        it is in use.
    layers : iterable of layer_build.layers.Layer
        The layers in the order in which Lambda puts them down.
    """
    if settings.packaging == "image":
        return image_package(settings, layers)
    return zip_package(settings, locked_layers(stack, settings, layers))


def serving_layers(settings: StageSettings) -> tuple[Layer, ...]:
    """Return the layers of the functions that serve models, in the order in which Lambda puts them down."""
    return (ML, ONNX) if settings.onnx else (ML,)


def locked_layers(
    stack: cdk.Stack, settings: StageSettings, layers: Iterable[Layer]
) -> list[lambda_.ILayerVersion]:
    """Return layers as constructs of the stack's own, in their order."""
    use_docker = settings.bundling == "docker"
    return [
        LockedLayer(
            stack,
            f"{layer.name.capitalize()}Layer",
            target=layer_target(settings, layer),
            use_docker=use_docker,
        ).version
        for layer in layers
    ]


def _build_command(target: Target) -> Command:
    """Build by a link to the folder: it is a package, and is mounted under another name in the container.

    Pip is given the target platform, so any machine or container builds the same layer.
    """

    def command(python: str, out: str) -> list[str]:
        what = f"--runtime {target.runtime} --arch {target.arch} --layer {target.layer.name}"
        options = f"{what} --out {shlex.quote(out)} --no-record"
        steps = [
            "link=$(mktemp -d)",
            "trap 'rm -rf \"$link\"' EXIT",
            'ln -s "$PWD" "$link/layer_build"',
            'cd "$link"',
            f"{shlex.quote(python)} -B -m layer_build build {options}",
        ]
        return ["sh", "-ec", "\n".join(steps)]

    return command
