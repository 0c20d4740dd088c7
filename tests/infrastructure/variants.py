"""A stage as it would be with other settings."""

import json
from pathlib import Path
from typing import Any

import aws_cdk as cdk

from app import build_app
from tests.infrastructure.conftest import PROJECT


def variant(stage: str, outdir: Path, **settings: Any) -> cdk.App:
    """Return the app of a stage with some of its settings changed, not synthesized yet."""
    context = json.loads((PROJECT / "cdk.json").read_text())["context"]
    context["stages"][stage] |= settings
    skip_bundling = {"aws:cdk:bundling-stacks": []}
    return build_app(cdk.App(context=context | {"stage": stage} | skip_bundling, outdir=str(outdir)))


def synthesized(stage: str, outdir: Path, **settings: Any) -> dict[str, dict[str, Any]]:
    """Return the templates of that app, by stack."""
    assembly = variant(stage, outdir, **settings).synth()
    return {stack.id: stack.template for stack in assembly.stacks}
