"""``recall sign-in``."""

from __future__ import annotations

import json
import re
from base64 import urlsafe_b64encode
from typing import TYPE_CHECKING, Any

import click

from model_training.commands.options import command
from model_training.commands.output import Output
from model_training.commands.stages import StageError, choose_stage, cloud_of, read_context, stage_options

if TYPE_CHECKING:
    from botocore.exceptions import BotoCoreError, ClientError

    from tools.doctor.cloud import Cloud

# AWS's shortest session, and the longest of the role.
SHORTEST, LONGEST = 15, 60
LONGEST_NAME = 64  # of a session
SECONDS = 60  # of a minute


@command
@click.option(
    "--minutes",
    type=click.IntRange(SHORTEST, LONGEST),
    default=LONGEST,
    show_default=True,
    metavar="N",
    help="How long the link is good for.",
)
@click.option("--page", metavar="URL", help="The studio's page.  [default: the one of the stage]")
@stage_options
def sign_in(
    minutes: int,
    page: str | None,
    stage: str | None,
    region: str | None,
    profile: str | None,
    endpoint_url: str | None,
) -> Output:
    """Print a link to the studio's page for owners, with credentials that end within the hour.

    They may call the stage's operations API and nothing else. The link is a key until it ends: keep it to
    yourself.
    """
    from botocore.exceptions import BotoCoreError, ClientError

    stage = choose_stage(stage, read_context(), elsewhere=bool(region or profile or endpoint_url))
    cloud = cloud_of(stage, region, profile, endpoint_url)
    try:
        role = _output(cloud, stage, "learning", "StudioOperatorRole")
        page = page or _page(cloud, stage)
        who = cloud.identity["Arn"]
    except (BotoCoreError, ClientError) as error:
        raise _not_found(error) from error
    try:
        given = cloud.client("sts").assume_role(
            RoleArn=role, RoleSessionName=session_name(who), DurationSeconds=minutes * SECONDS
        )["Credentials"]
    except (BotoCoreError, ClientError) as error:
        raise StageError(
            f"{who} can't sign in as {role} ({error}): IAM must allow it sts:AssumeRole on that role"
        ) from error
    link = session_link(page, given)
    until = given["Expiration"].isoformat(timespec="seconds")
    return Output({"url": link, "expires_at": until}, [f"{link}\ngood until {until}"])


def session_name(who: str) -> str:
    """Return a session's name for an identity's ARN: its last part, in the characters that STS takes."""
    return re.sub(r"[^\w+=,.@-]", "-", re.split("[/:]", who)[-1], flags=re.ASCII)[:LONGEST_NAME].ljust(2, "-")


def session_link(page: str, given: dict[str, Any]) -> str:
    """Return a link to the page for owners, with STS's credentials behind ``#``, which no server gets."""
    session = {
        "accessKeyId": given["AccessKeyId"],
        "secretAccessKey": given["SecretAccessKey"],
        "sessionToken": given["SessionToken"],
        "expiration": given["Expiration"].isoformat(timespec="seconds"),
    }
    text = urlsafe_b64encode(json.dumps(session).encode()).decode().rstrip("=")
    return f"{page.partition('#')[0]}#/operate?session={text}"


def _page(cloud: Cloud, stage: str) -> str:
    if cloud.endpoint_url is None:
        return _output(cloud, stage, "studio", "Page")
    return (
        f"{cloud.endpoint_url}/{_output(cloud, stage, 'studio', 'Bucket')}/index.html"  # no CloudFront there
    )


def _output(cloud: Cloud, stage: str, part: str, name: str) -> str:
    """Return an output of one of the stage's stacks.

    Raises
    ------
    StageError
        If the stage isn't deployed there, or without this part.
    """
    stack = f"recall-{stage}-{part}"
    found = {}
    if cloud.stack_status(stack) is not None:
        (described,) = cloud.client("cloudformation").describe_stacks(StackName=stack)["Stacks"]
        found = {each["OutputKey"]: each["OutputValue"] for each in described.get("Outputs", ())}
    if name not in found:
        settings = {"learning": '"reviews_retention_days": 365', "studio": '"studio": true'}
        raise StageError(
            f"{stack} in {cloud.region} has no output {name}: set {settings[part]} in the stage's block of "
            "cdk.json and deploy it, or say with --stage, --region and --profile where it is"
        )
    return str(found[name])


def _not_found(error: BotoCoreError | ClientError) -> StageError:
    from tools.doctor.cloud import lookup_failed

    finding = lookup_failed(error)
    return StageError(f"{finding.why}; {finding.fix}")
