"""The ML layer: scikit-learn for Lambda, built on this machine or in a container, always the same bytes."""

import re
from pathlib import Path

import aws_cdk as cdk
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from stacks.bundling import RUNTIME, code_from

LAYER_BUILD = Path(__file__).parent.parent / "layer_build"
ARCHITECTURE = lambda_.Architecture.X86_64
LOCK = f"locks/{RUNTIME.name}-{ARCHITECTURE.name}.txt"
# What the layer's bytes depend on, as paths in LAYER_BUILD.
SOURCES = ("build.py", "checks.py", LOCK)


class MlLayer(Construct):
    """A layer version with what ``layer_build/locks`` pins.

    Parameters
    ----------
    use_docker : bool
        Build in the container of Lambda's build image; otherwise with pip of the Python that runs the app.

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
            code=code_from(LAYER_BUILD, SOURCES, _build_command, use_docker=use_docker),
            compatible_runtimes=[RUNTIME],
            compatible_architectures=[ARCHITECTURE],
            description=", ".join(locked_versions(LAYER_BUILD)),
            license="BSD-3-Clause; for the libraries inside the wheels see the licence files in *.dist-info",
            # Functions and versions that use a deleted layer version keep it; kept ones would only pile up.
            removal_policy=cdk.RemovalPolicy.DESTROY,
        )


def locked_versions(layer_build: Path) -> list[str]:
    """Return what the lock pins, such as ``numpy 2.2.6``."""
    pins = re.findall(r"^([\w.-]+)==(\S+)", (layer_build / LOCK).read_text(encoding="utf-8"), re.MULTILINE)
    return [f"{name} {version}" for name, version in pins]


def _build_command(python: str, out: str) -> list[str]:
    # pip is told the target platform, so an ARM machine or container builds the same layer.
    return [python, "-B", "build.py", "--out", out]
