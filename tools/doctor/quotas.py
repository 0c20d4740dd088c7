"""Checks of what an account may have only so many of, and of whether alarms reach somebody."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from botocore.exceptions import BotoCoreError, ClientError

from tools.doctor.cloud import Cloud, pages
from tools.doctor.finding import Finding, cannot_tell, ok, will_fail, worst

if TYPE_CHECKING:
    from tools.doctor.stage import Stage  # starts Node, which may be missing

PENDING = {"PendingConfirmation", "Deleted"}


class Use(NamedTuple):
    """How much of a quota is used.

    Attributes
    ----------
    used, limit : int
        How many there are, and how many there may be.
    is_certain : bool
        Whether the limit is the account's own, rather than the one that accounts begin with.
    """

    used: int
    limit: int
    is_certain: bool


def _vpcs(cloud: Cloud) -> Use:
    """https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html."""
    used = sum(1 for _ in pages(cloud.client("ec2"), "describe_vpcs", "Vpcs"))
    quotas = cloud.client("service-quotas")
    try:
        found = quotas.get_service_quota(ServiceCode="vpc", QuotaCode="L-F678F1CE")["Quota"]
    except (BotoCoreError, ClientError):
        return Use(used, 5, is_certain=False)
    return Use(used, int(found["Value"]), is_certain=True)


def _roles(cloud: Cloud) -> Use:
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html."""
    summary = cloud.client("iam").get_account_summary()["SummaryMap"]
    return Use(summary["Roles"], summary["RolesQuota"], is_certain=True)


def _table_buckets(cloud: Cloud) -> Use:
    """https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-tables-regions-quotas.html."""
    used = sum(1 for _ in pages(cloud.client("s3tables"), "list_table_buckets", "tableBuckets"))
    return Use(used, 10, is_certain=False)


def _header_policies(cloud: Cloud) -> Use:
    """https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html."""
    found = cloud.client("cloudfront").list_response_headers_policies(Type="custom", MaxItems="100")
    return Use(found["ResponseHeadersPolicyList"]["Quantity"], 20, is_certain=False)


# By the type: what they are called, and how many there are and may be. Those of which a stage has a
# considerable part; of functions, topics or alarms accounts have hundreds of times what a stage does.
QUOTAS: dict[str, tuple[str, Callable[[Cloud], Use]]] = {
    "AWS::EC2::VPC": ("VPCs in the region", _vpcs),
    "AWS::IAM::Role": ("IAM roles", _roles),
    "AWS::S3Tables::TableBucket": ("table buckets in the region", _table_buckets),
    "AWS::CloudFront::ResponseHeadersPolicy": ("response headers policies", _header_policies),
}


def check_quotas(cloud: Cloud, stage: Stage) -> Finding:
    """Check that the account may have what the stage adds to it."""
    kinds = set(stage.kinds())
    return worst([_quota(cloud, stage, kind) for kind in QUOTAS if kind in kinds])


def _quota(cloud: Cloud, stage: Stage, kind: str) -> Finding:
    name, look = QUOTAS[kind]
    wanted = stage.resources(kind)
    deployed = {
        (stack, each.logical_id)
        for stack in {each.stack for each in wanted}
        for each in cloud.stack_resources(stack)
    }
    added = sum((each.stack, each.logical_id) not in deployed for each in wanted)
    use = look(cloud)
    if use.used + added <= use.limit:
        return ok(f"{use.used} of {use.limit} {name}")
    problem = f"{use.used} of {use.limit} {name} are used, and the stage adds {added}"
    fix = f"delete some {name}, or request more at Service Quotas or AWS Support"
    if use.is_certain:
        return will_fail(problem, fix)
    return cannot_tell(f"{problem}, unless the account was given more", fix)


def check_mail(cloud: Cloud, stage: Stage) -> Finding | None:
    """Check that the address which alarms are mailed to has confirmed, as SNS requires."""
    address = stage.settings.alarm_email
    if not address:
        return None
    mailed = [
        each for each in stage.resources("AWS::SNS::Subscription") if each.properties["Protocol"] == "email"
    ]
    topics = [
        each.physical_id
        for stack in sorted({each.stack for each in mailed})
        for each in cloud.stack_resources(stack)
        if each.kind == "AWS::SNS::Topic"
    ]
    if not topics:
        return ok(f"{address} will be asked to confirm when the stage is there")
    waiting = [topic for topic in topics if not _confirmed(cloud, topic, address)]
    if waiting:
        return will_fail(
            f"nothing is mailed: {address} hasn't confirmed its subscription of {', '.join(waiting)}",
            "open the link in AWS's mail, which is valid for three days; after that `aws sns subscribe "
            f"--protocol email --notification-endpoint {address} --topic-arn <topic>` sends another",
        )
    return ok(f"{address} has confirmed")


def _confirmed(cloud: Cloud, topic: str, address: str) -> bool:
    found = pages(cloud.client("sns"), "list_subscriptions_by_topic", "Subscriptions", TopicArn=topic)
    mine = [each["SubscriptionArn"] for each in found if each["Endpoint"] == address]
    return any(arn not in PENDING for arn in mine)
