"""How assets are built: by a command that runs the same on this machine and in Lambda's build image."""

import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TypedDict

import aws_cdk as cdk
import jsii
from aws_cdk import aws_lambda as lambda_

from layer_build.digest import digest_of
from layer_build.pythons import find_python

LAMBDA_RUNTIMES = {
    runtime.name: runtime
    for runtime in (
        lambda_.Runtime.PYTHON_3_11,
        lambda_.Runtime.PYTHON_3_12,
        lambda_.Runtime.PYTHON_3_13,
        lambda_.Runtime.PYTHON_3_14,
    )
}
LAMBDA_ARCHITECTURES = {
    architecture.name: architecture
    for architecture in (lambda_.Architecture.X86_64, lambda_.Architecture.ARM_64)
}

# Given a Python and a folder for the result, the command that builds an asset; it is run in the sources.
Command = Callable[[str, str], list[str]]


class BundledAsset(TypedDict):
    """What an asset of the CDK that is built has, beside its path."""

    asset_hash_type: cdk.AssetHashType
    asset_hash: str
    bundling: cdk.BundlingOptions


def code_from(
    source: Path, files: Iterable[str], command: Command, *, runtime: lambda_.Runtime, use_docker: bool
) -> lambda_.AssetCode:
    """Return a function's or a layer's code that is built from a folder; see `bundled`."""
    return lambda_.Code.from_asset(
        str(source), **bundled(source, files, command, runtime=runtime, use_docker=use_docker)
    )


def bundled(
    source: Path, files: Iterable[str], command: Command, *, runtime: lambda_.Runtime, use_docker: bool
) -> BundledAsset:
    """Return how an asset is built from a folder.

    Parameters
    ----------
    source : pathlib.Path
        The folder.
    files : iterable of str
        What in it decides the result, as POSIX paths relative to it.
    command : callable
        Builds the result. CDK hashes it: it must name no path of this machine but those that it is given.
    runtime : aws_cdk.aws_lambda.Runtime
        Whose Python runs the command, in the container and on this machine: only that makes its bytecode.
    use_docker : bool
        Build in the container of Lambda's build image; otherwise on this machine. Both give the same result,
        so it isn't part of the asset's hash.
    """
    return built_asset(
        source,
        files,
        image=runtime.bundling_image,
        in_container=command(runtime.name, cdk.AssetStaging.BUNDLING_OUTPUT_DIR),
        here=lambda out: command(python_of(runtime.name), out),
        use_docker=use_docker,
    )


def built_asset(
    source: Path,
    files: Iterable[str],
    *,
    image: cdk.DockerImage,
    in_container: list[str],
    here: Callable[[str], list[str]],
    use_docker: bool,
) -> BundledAsset:
    """Return how an asset is built from a folder by a command of its own for each of the two places.

    Parameters
    ----------
    source : pathlib.Path
        The folder.
    files : iterable of str
        What in it decides the result, as POSIX paths relative to it.
    image : aws_cdk.DockerImage
        What the container is made of.
    in_container : list of str
        Builds the result there. CDK hashes it, as the image's name: it must name no path of this machine.
    here : callable
        Given a folder for the result, returns the command that builds it on this machine.
    use_docker : bool
        Build in the container; both places give the same result, so it isn't part of the asset's hash.
    """
    return {
        # Not of the result: templates are the same whether the asset has been built or not.
        "asset_hash_type": cdk.AssetHashType.CUSTOM,
        "asset_hash": digest_of(source, files),
        "bundling": cdk.BundlingOptions(
            image=image, command=in_container, local=LocalBundling(source, here, use_docker=use_docker)
        ),
    }


def bundling_failure(error: RuntimeError) -> str:
    """Return in one line why CDK couldn't build an asset; raise any other error of CDK's again.

    CDK names the folder that it was building in, and a build's own last line behind the class of its error.
    """
    what, _, why = str(error).partition(", bundle output is located at ")
    if not why:
        raise error
    reason = why.rpartition("RuntimeError: ")[2].strip().splitlines()[0]
    return f"{what}: {reason.removeprefix('error: ')}"


@jsii.implements(cdk.ILocalBundling)
class LocalBundling:
    """Builds an asset on this machine instead of in a container."""

    def __init__(self, source: Path, command: Callable[[str], list[str]], *, use_docker: bool) -> None:
        self._source = source
        self._command = command
        self._use_docker = use_docker

    # jsii passes the bundling options as one struct, ILocalBundling declares its fields; neither is needed.
    def try_bundle(self, output_dir: str, *_options: object, **_fields: object) -> bool:
        """Build into ``output_dir``; return False if the container has to.

        Raises
        ------
        RuntimeError
            If this machine lacks what the command needs; with its last line if it fails; or if it made
            nothing: CDK would keep the empty asset and take it for built the next time.
        """
        if self._use_docker:
            return False
        _run(self._command(str(Path(output_dir).resolve())), self._source)
        if not any(Path(output_dir).iterdir()):
            raise RuntimeError(f"building {self._source.name} made nothing; see its output above")
        return True


def python_of(runtime: str) -> str:
    """Return this machine's Python of a runtime.

    Raises
    ------
    RuntimeError
        With how to get it, if there is none.
    """
    python = find_python(runtime)
    if python is None:
        version = runtime.removeprefix("python")
        raise RuntimeError(
            f"runtime {runtime}: there is no Python {version} on this machine to build with: run "
            f"`uv python install {version}`, or set bundling to docker in cdk.json"
        )
    return python


def _run(command: list[str], folder: Path) -> None:
    """Run a command, pass its stderr on line by line, and raise with the last line if it fails."""
    last = ""
    with subprocess.Popen(command, cwd=folder, stderr=subprocess.PIPE, text=True) as process:
        for line in process.stderr or ():
            sys.stderr.write(line)
            last = line.strip() or last
    if process.returncode:
        raise RuntimeError(last or f"building {folder.name} ended with exit code {process.returncode}")
