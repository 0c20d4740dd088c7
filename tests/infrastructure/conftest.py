"""The synthesized stages, each made once a session, without building assets."""

import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import cx_api

from app import build_app

PROJECT = Path(__file__).parents[2]
STAGES = ("local", "dev", "prod")
STACKS = ("DataLake", "Inference", "Api", "Console", "Monitoring")


def new_app(stage: str, outdir: Path | None = None) -> cdk.App:
    """Return the app of a stage, with the context of cdk.json, which a bare `App()` ignores."""
    context = json.loads((PROJECT / "cdk.json").read_text())["context"]
    skip_bundling = {"aws:cdk:bundling-stacks": []}
    return build_app(
        cdk.App(context=context | {"stage": stage} | skip_bundling, outdir=str(outdir) if outdir else None)
    )


@cache
def assembly(stage: str) -> cx_api.CloudAssembly:
    """Return a stage as it is shipped, synthesized in this process and in the project's own folder."""
    return new_app(stage).synth()


@cache
def synthesized_stage(stage: str) -> dict[str, dict[str, Any]]:
    """Return the templates of that stage, by stack."""
    return {stack.id: stack.template for stack in assembly(stage).stacks}


@pytest.fixture(scope="session")
def templates() -> Callable[[str], dict[str, dict[str, Any]]]:
    """Give the templates of a stage, by stack."""
    return synthesized_stage


@pytest.fixture(scope="session")
def prod() -> dict[str, dict[str, Any]]:
    """Give the templates of the stage prod, by stack."""
    return synthesized_stage("prod")


def resources(template: dict[str, Any], kind: str, start: str = "") -> list[dict[str, Any]]:
    """Return the properties of all resources of a type, whose logical ids begin so."""
    return [
        resource.get("Properties", {})
        for logical_id, resource in template["Resources"].items()
        if resource["Type"] == kind and logical_id.startswith(start)
    ]


def only(template: dict[str, Any], kind: str, start: str = "") -> dict[str, Any]:
    """Return the properties of the one resource of a type, whose logical id begins so."""
    (found,) = resources(template, kind, start)
    return found
