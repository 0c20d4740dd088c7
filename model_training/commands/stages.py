"""Which stage a command looks at, and in which cloud: what `doctor` and `tune` have in common."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from recall.errors import RecallError

if TYPE_CHECKING:
    from tools.doctor.cloud import Cloud

LOCAL = "local"


class StageError(RecallError):
    """A stage or its cloud can't be looked at: says why, and the fix."""


def stage_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add which stage, where it is, and with whose credentials to look."""
    stage = click.option(
        "--stage", metavar="NAME", help="The stage.  [default: local if `make up` runs it, else cdk.json's]"
    )
    region = click.option(
        "--region", metavar="NAME", help="The region of the stage.  [default: AWS_REGION, or the profile's]"
    )
    profile = click.option(
        "--profile", metavar="NAME", help="The profile of the AWS configuration to look with."
    )
    endpoint = click.option("--endpoint-url", metavar="URL", help="A cloud other than AWS.")
    return stage(region(profile(endpoint(function))))


def read_context() -> dict[str, Any]:
    """Return the context of cdk.json, which holds every stage's settings.

    Raises
    ------
    StageError
        If the file isn't there, or isn't such a file.
    """
    from tools.doctor.machine import PROJECT

    path = PROJECT / "cdk.json"
    try:
        context: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))["context"]
        if isinstance(context["stages"], dict) and isinstance(context["stage"], str):
            return context
    except (ValueError, KeyError, TypeError) as error:
        raise StageError(
            f"{path}: {error!r}; it must be JSON with context.stage and context.stages"
        ) from error
    raise StageError(
        f"{path}: context.stage must be a name, and context.stages an object of settings per stage"
    )


def choose_stage(stage: str | None, context: dict[str, Any], *, elsewhere: bool) -> str:
    """Return the stage that is meant.

    Parameters
    ----------
    stage : str or None
        What the user chose, if anything.
    context : dict
        From `read_context`.
    elsewhere : bool
        Whether the user chose a region, a profile or an endpoint, which the local stage has none of.

    Raises
    ------
    click.BadParameter
        If cdk.json has no such stage.
    """
    from model_training.registry.lake import LOCAL_OUTPUTS

    if stage is None:
        stage = LOCAL if LOCAL_OUTPUTS.exists() and not elsewhere else str(context["stage"])
    if stage not in context["stages"]:
        known = ", ".join(sorted(context["stages"]))
        raise click.BadParameter(f"{stage!r} isn't in cdk.json; known are {known}", param_hint="'--stage'")
    return stage


def cloud_of(stage: str, region: str | None, profile: str | None, endpoint_url: str | None) -> Cloud:
    """Return where the stage is deployed: `local` never with the user's own credentials.

    Raises
    ------
    click.BadParameter
        If the endpoint is no URL.
    StageError
        If there is no such profile.
    model_training.registry.lake.LakeError
        If the stage is the local one, and nothing is up.
    """
    import boto3
    from botocore.exceptions import BotoCoreError
    from botocore.utils import is_valid_endpoint_url

    from model_training.registry.lake import LOCAL_CREDENTIALS, local_outputs
    from tools.doctor.cloud import Cloud

    if endpoint_url is not None and not is_valid_endpoint_url(endpoint_url):
        raise click.BadParameter(
            f"{endpoint_url!r} isn't a URL such as http://127.0.0.1:4566", param_hint="'--endpoint-url'"
        )
    if stage == LOCAL:
        if endpoint_url is None:
            outputs = local_outputs("endpoint", "where is the local cloud? give --endpoint-url")
            endpoint_url = outputs["endpoint"]
        return Cloud(boto3.Session(**LOCAL_CREDENTIALS), LOCAL_CREDENTIALS["region_name"], endpoint_url)
    try:
        # The CDK reads AWS_REGION, which boto3 doesn't.
        session = boto3.Session(profile_name=profile, region_name=region or os.environ.get("AWS_REGION"))
        return Cloud(session, session.region_name, endpoint_url)
    except BotoCoreError as error:
        raise StageError(f"{error}; check --profile and ~/.aws/config") from error
