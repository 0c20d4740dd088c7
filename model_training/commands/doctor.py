"""``recall doctor``."""

from __future__ import annotations

import json
import os
from collections import Counter
from typing import TYPE_CHECKING, Any

import click

from model_training.commands.options import command, endpoint
from model_training.commands.output import Output
from recall.errors import RecallError

if TYPE_CHECKING:
    from tools.doctor.cloud import Cloud
    from tools.doctor.run import Check

LOCAL = "local"


class DoctorError(RecallError):
    """The preflight can't begin: says why, and the fix."""


@command
@click.option(
    "--stage", metavar="NAME", help="The stage.  [default: local if `make up` runs it, else cdk.json's]"
)
@click.option("--region", metavar="NAME", help="Where to deploy to.  [default: AWS_REGION, or the profile's]")
@click.option("--profile", metavar="NAME", help="The profile of the AWS configuration to look with.")
@endpoint
def doctor(stage: str | None, region: str | None, profile: str | None, endpoint_url: str | None) -> Output:
    """Look for what would make a deployment fail, on this machine and in the account; it changes nothing.

    The exit code is 1 if something will fail, and 0 if not.
    """
    from model_training.progress import Progress
    from model_training.registry.lake import LOCAL_OUTPUTS

    try:
        from tools.doctor.run import examine
    except ImportError as error:
        raise DoctorError(f"{error}: doctor runs in a checkout of the project, in its environment") from error

    context = _context()
    if stage is None:
        chosen = region or profile or endpoint_url
        stage = LOCAL if LOCAL_OUTPUTS.exists() and not chosen else context["stage"]
    if stage not in context["stages"]:
        known = ", ".join(sorted(context["stages"]))
        raise click.BadParameter(f"{stage!r} isn't in cdk.json; known are {known}", param_hint="'--stage'")
    cloud = _cloud(stage, region, profile, endpoint_url)
    with Progress(1) as progress, progress.step("looking at this machine and at the account"):
        checks = examine(cloud, context | {"stage": stage})
    return _output(stage, cloud, checks)


def _context() -> dict[str, Any]:
    """Return the context of cdk.json, which holds every stage's settings."""
    from tools.doctor.machine import PROJECT

    path = PROJECT / "cdk.json"
    try:
        context: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))["context"]
        if isinstance(context["stages"], dict) and isinstance(context["stage"], str):
            return context
    except (ValueError, KeyError, TypeError) as error:
        raise DoctorError(
            f"{path}: {error!r}; it must be JSON with context.stage and context.stages"
        ) from error
    raise DoctorError(
        f"{path}: context.stage must be a name, and context.stages an object of settings per stage"
    )


def _cloud(stage: str, region: str | None, profile: str | None, endpoint_url: str | None) -> Cloud:
    """Return where the stage is deployed: `local` never with the user's own credentials."""
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
        raise DoctorError(f"{error}; check --profile and ~/.aws/config") from error


def _output(stage: str, cloud: Cloud, checks: list[Check]) -> Output:
    data = {
        "stage": stage,
        "region": cloud.region,
        "endpoint_url": cloud.endpoint_url,
        "checks": [{"check": each.name, **each.finding._asdict()} for each in checks],
    }
    counts = Counter(each.finding.verdict.value for each in checks)
    where = cloud.endpoint_url or f"AWS, {cloud.region}"
    summary = ", ".join(f"{counts[verdict]} {verdict}" for verdict in ("will fail", "can't tell", "ok"))
    lines = [_line(each) for each in checks]
    shown = [f"The stage {stage} in {where}", "\n".join(lines), summary]
    return Output(data, shown, exit_code=1 if counts["will fail"] else 0)


def _line(check: Check) -> str:
    verdict, why, fix = check.finding
    return f"{verdict:<10}  {check.name:<13}  {why}" + (f"; fix: {fix}" if fix else "")
