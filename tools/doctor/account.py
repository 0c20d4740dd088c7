"""Checks of the account and the region: what a fresh account has otherwise than an old one."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from tools.doctor.cloud import (
    FALLBACK_REGION,
    NO_CREDENTIALS,
    SIGN_IN,
    UNUSABLE,
    Cloud,
    code_of,
    lookup_failed,
)
from tools.doctor.finding import Finding, cannot_tell, ok, will_fail

if TYPE_CHECKING:
    from tools.doctor.stage import Stage  # starts Node, which may be missing


def check_credentials(cloud: Cloud) -> Finding:
    """Check that there are credentials, and that AWS takes them."""
    try:
        return ok(f"account {cloud.account}, {cloud.identity['Arn']}")
    except NO_CREDENTIALS as error:
        return will_fail(str(error), SIGN_IN)
    except ClientError as error:
        if code_of(error) in UNUSABLE:
            return will_fail(f"AWS refuses them ({code_of(error)})", SIGN_IN)
        return lookup_failed(error)
    except BotoCoreError as error:
        return lookup_failed(error)


def check_region(cloud: Cloud) -> Finding:
    """Check that a region is chosen, and that the account has it turned on."""
    if cloud.chosen_region is None:
        return cannot_tell(
            f"no region is chosen: the CDK would take {cloud.region}, and so do these checks",
            "`export AWS_REGION=<region>`, and run again",
        )
    # A region that is turned off takes no requests: another one has to be asked.
    in_aws = cloud.session.get_partition_for_region(cloud.region) == "aws"
    found = cloud.client("ec2", FALLBACK_REGION if in_aws else None).describe_regions(
        AllRegions=True, Filters=[{"Name": "region-name", "Values": [cloud.region]}]
    )["Regions"]
    if not found:
        return will_fail(f"AWS has no region {cloud.region}", "choose another with AWS_REGION")
    if found[0].get("OptInStatus") == "not-opted-in":
        return will_fail(
            f"{cloud.region} isn't turned on in this account",
            f"`aws account enable-region --region-name {cloud.region}`, or choose another region",
        )
    return ok(cloud.region)


def check_services(cloud: Cloud, stage: Stage) -> Finding:
    """Check that the region has every service of the stage: CloudFormation knows one of its types there."""
    missing = []
    kinds = sorted({kind for kind in stage.kinds() if kind.startswith("AWS::")})
    for service, (kind, *_) in itertools.groupby(kinds, key=lambda kind: kind.split("::")[1]):
        try:
            cloud.client("cloudformation").describe_type(Type="RESOURCE", TypeName=kind)
        except ClientError as error:
            if code_of(error) != "TypeNotFoundException":
                raise
            missing.append(service)
    if missing:
        return will_fail(
            f"{cloud.region} has no {', '.join(missing)}",
            "choose another region, or settings that don't need them (docs/settings.md)",
        )
    return ok(f"{cloud.region} has all that the stage needs")


def check_cloudfront(cloud: Cloud, stage: Stage) -> Finding | None:
    """Check that the account may use CloudFront, which new ones may not before AWS has verified them."""
    if not stage.settings.studio:
        return None
    found = cloud.client("cloudfront").list_distributions(MaxItems="1")["DistributionList"]
    if found["Quantity"]:
        return ok("the account has a distribution already, so AWS has verified it")
    return cannot_tell(
        "no operation of AWS says whether the account is verified for CloudFront; new ones often aren't "
        '("Your account must be verified before you can add new CloudFront resources")',
        'if the stack Studio fails so, write to AWS Support, and set "studio": false meanwhile',
    )
