"""The ML layer: scikit-learn for Lambda, built on this machine or in a container, always the same bytes."""

from __future__ import annotations

import hashlib
import re
import subprocess
import sys
from pathlib import Path

import aws_cdk as cdk
import jsii
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

LAYER_BUILD = Path(__file__).parent.parent / "layer_build"
RUNTIME = lambda_.Runtime.PYTHON_3_11
ARCHITECTURE = lambda_.Architecture.X86_64
LOCK = f"locks/{RUNTIME.name}-{ARCHITECTURE.name}.txt"

# What the layer's bytes depend on, as paths in LAYER_BUILD.
SOURCES = ("build.py", "checks.py", LOCK)
# Raise it when the layer must be built anew though none of the sources changed.
SCHEMA = 1


class MlLayer(Construct):
    """A layer version with what ``layer_build/locks`` pins.

    Parameters
    ----------
    use_docker : bool
        Build in the container of Lambda's build image; otherwise with pip of the running Python. Both give
        the same layer, so it isn't part of the asset's hash.

    Attributes
    ----------
    version : aws_cdk.aws_lambda.LayerVersion
        For ``layers=[…]`` of a python3.11 function on x86_64.
    """

    def __init__(self, scope: Construct, construct_id: str, *, use_docker: bool) -> None:
        super().__init__(scope, construct_id)
        self.version = lambda_.LayerVersion(
            self,
            "Version",
            code=lambda_.Code.from_asset(
                str(LAYER_BUILD),
                asset_hash_type=cdk.AssetHashType.CUSTOM,
                asset_hash=source_hash(LAYER_BUILD),
                bundling=_bundling(LAYER_BUILD / "build.py", use_docker=use_docker),
            ),
            compatible_runtimes=[RUNTIME],
            compatible_architectures=[ARCHITECTURE],
            description=", ".join(locked_versions(LAYER_BUILD)),
            license="BSD-3-Clause; for the libraries inside the wheels see the licence files in *.dist-info",
            # Functions and versions that use a deleted layer version keep it; kept ones would only pile up.
            removal_policy=cdk.RemovalPolicy.DESTROY,
        )


@jsii.implements(cdk.ILocalBundling)
class LocalBundling:
    """Builds an asset with a script on this machine instead of in a container.

    Parameters
    ----------
    script : pathlib.Path
        Run by the Python that runs the app, with ``--out`` and the asset's folder.
    use_docker : bool
        Leave it to the container.
    """

    def __init__(self, script: Path, *, use_docker: bool) -> None:
        self._script = script
        self._use_docker = use_docker

    # jsii passes the bundling options as one struct, ILocalBundling declares its fields; neither is needed.
    def try_bundle(self, output_dir: str, *_options: object, **_fields: object) -> bool:
        """Build into ``output_dir``; return False if the container has to.

        Raises
        ------
        RuntimeError
            With the script's last line if it fails, or if it made nothing: CDK would keep the empty asset and
            take it for built the next time.
        """
        if self._use_docker:
            return False
        _run([sys.executable, "-B", str(self._script), "--out", output_dir])
        if not any(Path(output_dir).iterdir()):
            raise RuntimeError(f"{self._script} built nothing; see its output above")
        return True


def source_hash(layer_build: Path) -> str:
    """Return a sha256, in hex, of all that decides the layer's bytes, and of nothing of this machine."""
    digest = hashlib.sha256(f"{SCHEMA} {RUNTIME.name} {ARCHITECTURE.name}\n".encode())
    for name in SOURCES:
        content = (layer_build / name).read_bytes()
        digest.update(f"{name} {hashlib.sha256(content).hexdigest()}\n".encode())
    return digest.hexdigest()


def locked_versions(layer_build: Path) -> list[str]:
    """Return what the lock pins, such as ``numpy 2.2.6``."""
    pins = re.findall(r"^([\w.-]+)==(\S+)", (layer_build / LOCK).read_text(encoding="utf-8"), re.MULTILINE)
    return [f"{name} {version}" for name, version in pins]


def _bundling(script: Path, *, use_docker: bool) -> cdk.BundlingOptions:
    """Describe the build to CDK, which hashes these options: they must name no path of this machine."""
    return cdk.BundlingOptions(
        image=RUNTIME.bundling_image,
        # No platform: pip is told the target, so an ARM container builds the same layer without emulation.
        command=["python3.11", "-B", script.name, "--out", cdk.AssetStaging.BUNDLING_OUTPUT_DIR],
        local=LocalBundling(script, use_docker=use_docker),
    )


def _run(command: list[str]) -> None:
    """Run a command, pass its stderr on line by line, and raise with the last line if it fails."""
    last = ""
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        for line in process.stderr or ():
            sys.stderr.write(line)
            last = line.strip() or last
    if process.returncode:
        raise RuntimeError(last or f"{Path(command[2]).name} ended with exit code {process.returncode}")
