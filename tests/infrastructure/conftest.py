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
ADDRESS = "someone@example.org"
STACKS = ("DataLake", "Inference", "Api", "Studio", "Monitoring")


def new_app(stage: str, outdir: Path | None = None, **settings: Any) -> cdk.App:
    """Return the app of a stage, with some of its settings changed, not synthesized yet.

    It has the context of cdk.json, which a bare `App()` ignores.
    """
    context = json.loads((PROJECT / "cdk.json").read_text())["context"]
    context["stages"][stage] |= settings
    skip_bundling = {"aws:cdk:bundling-stacks": []}
    return build_app(
        cdk.App(context=context | {"stage": stage} | skip_bundling, outdir=str(outdir) if outdir else None)
    )


@cache
def assembly(stage: str, **settings: Any) -> cx_api.CloudAssembly:
    """Return that stage, synthesized in this process and in the project's own folder."""
    return new_app(stage, **settings).synth()


@cache
def synthesized_stage(stage: str, **settings: Any) -> dict[str, dict[str, Any]]:
    """Return the templates of that stage, by stack."""
    return {stack.id: stack.template for stack in assembly(stage, **settings).stacks}


def learning_stage() -> dict[str, dict[str, Any]]:
    """Return the templates of prod as it is with reviews, retraining and an address that is mailed."""
    return synthesized_stage("prod", reviews_retention_days=400, retrain_every_days=7, alarm_email=ADDRESS)


@pytest.fixture(scope="session")
def templates() -> Callable[..., dict[str, dict[str, Any]]]:
    """Give the templates of a stage, by stack."""
    return synthesized_stage


@pytest.fixture(scope="session")
def prod() -> dict[str, dict[str, Any]]:
    """Give the templates of the stage prod, by stack."""
    return synthesized_stage("prod")


@pytest.fixture(scope="session")
def stacks() -> dict[str, dict[str, Any]]:
    """Give the templates of prod with reviews, by stack."""
    return learning_stage()


@pytest.fixture(scope="session")
def learning() -> dict[str, Any]:
    """Give the learning stack of prod with reviews."""
    return learning_stage()["Learning"]


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


def paths(template: dict[str, Any]) -> dict[str, str]:
    """Return the path of each resource of an API, by its logical id."""
    parts = {
        logical_id: (each["Properties"]["ParentId"].get("Ref"), each["Properties"]["PathPart"])
        for logical_id, each in template["Resources"].items()
        if each["Type"] == "AWS::ApiGateway::Resource"
    }

    def path(logical_id: str | None) -> str:
        parent, part = parts.get(logical_id, (None, None))
        return f"{path(parent)}/{part}" if part else ""

    return {logical_id: path(logical_id) for logical_id in parts}


def called(template: dict[str, Any], path: str) -> dict[str, str]:
    """Return what each method of a path calls, as text, without the preflight."""
    path_of = paths(template)
    return {
        method["HttpMethod"]: json.dumps(method["Integration"]["Uri"])
        for method in resources(template, "AWS::ApiGateway::Method")
        if path_of.get(method["ResourceId"].get("Ref", "")) == path and method["HttpMethod"] != "OPTIONS"
    }
