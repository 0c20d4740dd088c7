"""Lambda's limit on the unzipped size of a function and its layers, checked on what a synthesis has built."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from aws_cdk import cx_api

from layer_build.checks import check_total, size_of
from layer_build.errors import LayerError


def check_sizes(assembly: cx_api.CloudAssembly) -> None:
    """Check every function of an assembly together with its layers.

    Assets that the synthesis didn't build, as for `cdk list`, count as what they are built from.

    Raises
    ------
    layer_build.errors.LayerError
        If a function and its layers are over the limit.
    """
    for stack in assembly.stacks:
        resources = stack.template.get("Resources", {})
        for name, resource in resources.items():
            if resource["Type"] == "AWS::Lambda::Function":
                _check(
                    f"{stack.stack_name}: {name}", resource["Properties"], resources, Path(assembly.directory)
                )


def _check(where: str, function: Mapping[str, Any], resources: Mapping[str, Any], folder: Path) -> None:
    layers = [resources[layer["Ref"]]["Properties"]["Content"] for layer in function.get("Layers", ())]
    try:
        check_total(_size(function["Code"], folder), sum(_size(layer, folder) for layer in layers))
    except LayerError as error:
        raise LayerError(f"{where}: {error}") from error


def _size(code: Mapping[str, Any], folder: Path) -> int:
    """Return the bytes of an asset; code in the template and images count nothing: they have other limits."""
    key = code.get("S3Key")
    return size_of(folder / f"asset.{key.removesuffix('.zip')}") if isinstance(key, str) else 0
