"""The check of the names that templates give: whether something else has them already."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from botocore.exceptions import ClientError

from tools.doctor.cloud import Cloud, pages
from tools.doctor.finding import Finding, ok, will_fail

if TYPE_CHECKING:
    from tools.doctor.stage import Stage  # starts Node, which may be missing


class Named(NamedTuple):
    """A type whose names an account, a region or all of AWS has only once.

    Attributes
    ----------
    property : str
        The property with the name, after dots inside of others.
    exists : callable
        Given the cloud and a name, whether it is taken.
    """

    property: str
    exists: Callable[[Cloud, str], bool]


def _workgroup_exists(cloud: Cloud, name: str) -> bool:
    try:
        cloud.client("athena").get_work_group(WorkGroup=name)
    except ClientError as error:
        if "not found" in str(error):  # its code is that of any wrong request
            return False
        raise
    return True


def _policy_exists(cloud: Cloud, name: str) -> bool:
    found = cloud.client("cloudfront").list_response_headers_policies(Type="custom", MaxItems="100")
    return any(
        each["ResponseHeadersPolicy"]["ResponseHeadersPolicyConfig"]["Name"] == name
        for each in found["ResponseHeadersPolicyList"].get("Items", [])
    )


def _access_control_exists(cloud: Cloud, name: str) -> bool:
    found = cloud.client("cloudfront").list_origin_access_controls(MaxItems="100")
    return any(each["Name"] == name for each in found["OriginAccessControlList"].get("Items", []))


NAMED: Mapping[str, Named] = {
    "AWS::Athena::WorkGroup": Named("Name", _workgroup_exists),
    "AWS::CloudFront::OriginAccessControl": Named("OriginAccessControlConfig.Name", _access_control_exists),
    "AWS::CloudFront::ResponseHeadersPolicy": Named("ResponseHeadersPolicyConfig.Name", _policy_exists),
    "AWS::CloudWatch::Dashboard": Named(
        "DashboardName",
        lambda cloud, name: any(
            each["DashboardName"] == name
            for each in pages(
                cloud.client("cloudwatch"), "list_dashboards", "DashboardEntries", DashboardNamePrefix=name
            )
        ),
    ),
    "AWS::S3Tables::TableBucket": Named(
        "TableBucketName",
        lambda cloud, name: any(
            each["name"] == name
            for each in pages(cloud.client("s3tables"), "list_table_buckets", "tableBuckets", prefix=name)
        ),
    ),
}


def check_names(cloud: Cloud, stage: Stage) -> Finding:
    """Check that the names which templates give are free, or the stage's own already."""
    taken = list(_taken(cloud, stage))
    if not taken:
        return ok("free, or this stage's own")
    return will_fail(
        f"taken by something else: {', '.join(taken)}",
        "delete what an earlier life of the stage left (docs/teardown.md), or give the stage another name",
    )


def _taken(cloud: Cloud, stage: Stage) -> Iterator[str]:
    owned: dict[str, set[str]] = {}
    for kind, (path, exists) in NAMED.items():
        for stack, logical_id, properties in stage.resources(kind):
            name = resolve(_at(properties, path), cloud)
            if name is None:
                continue
            if stack not in owned:
                owned[stack] = {each.logical_id for each in cloud.stack_resources(stack)}
            if logical_id not in owned[stack] and exists(cloud, name):
                yield f"{kind.removeprefix('AWS::')} {name}"


def _at(properties: Mapping[str, Any], path: str) -> Any:
    value: Any = properties
    for key in path.split("."):
        value = value.get(key) if isinstance(value, Mapping) else None
    return value


def resolve(value: Any, cloud: Cloud) -> str | None:
    """Return a name as it will be in this account and region; None where the deployment makes it up."""
    if isinstance(value, str):
        return value
    match value:
        case {"Ref": "AWS::Region"}:
            return cloud.region
        case {"Ref": "AWS::AccountId"}:
            return cloud.account
        case {"Fn::Join": [separator, parts]}:
            resolved = [resolve(part, cloud) for part in parts]
            return None if None in resolved else str(separator).join(map(str, resolved))
    return None
