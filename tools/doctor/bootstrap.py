"""Checks of what `cdk bootstrap` makes in an account's region."""

from __future__ import annotations

from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from tools.doctor.cloud import Cloud, code_of
from tools.doctor.finding import Finding, cannot_tell, ok, will_fail

if TYPE_CHECKING:
    from tools.doctor.stage import Stage  # starts Node, which may be missing

# The CDK's default qualifier, which the app doesn't change.
BOOTSTRAP_VERSION = "/cdk-bootstrap/hnb659fds/version"


def check_bootstrap(cloud: Cloud, stage: Stage) -> Finding:
    """Check that the CDK's own stack is there, and new enough."""
    run = f"run `npx cdk bootstrap aws://{cloud.account}/{cloud.region}`"
    try:
        parameter = cloud.client("ssm").get_parameter(Name=BOOTSTRAP_VERSION)["Parameter"]
    except ClientError as error:
        if code_of(error) != "ParameterNotFound":
            raise
        return will_fail(f"the account isn't bootstrapped for the CDK in {cloud.region}", run)
    version = int(parameter["Value"])
    if version < stage.bootstrap_version:
        return will_fail(f"its version is {version}, and {stage.bootstrap_version} is needed", run)
    return ok(f"version {version}")


def check_asset_store(cloud: Cloud, stage: Stage) -> Finding:
    """Check that what the CDK uploads has a place: a bucket, and a repository for images."""
    place = f"{cloud.account}-{cloud.region}"
    again = "`npx cdk bootstrap`; if there is a stack CDKToolkit, delete it before"
    bucket, repository = f"cdk-hnb659fds-assets-{place}", f"cdk-hnb659fds-container-assets-{place}"
    try:
        cloud.client("s3").head_bucket(Bucket=bucket, ExpectedBucketOwner=cloud.account)
    except ClientError as error:
        if code_of(error) == "404":
            return will_fail(f"there is no bucket {bucket}", again)
        if code_of(error) == "403":
            return cannot_tell(
                f"{bucket} is another account's, or the credentials may not look at it",
                f"`aws s3api get-bucket-location --bucket {bucket}` as an administrator",
            )
        raise
    if not stage.has_images:
        return ok(bucket)
    try:
        cloud.client("ecr").describe_repositories(repositoryNames=[repository])
    except ClientError as error:
        if code_of(error) != "RepositoryNotFoundException":
            raise
        return will_fail(f"there is no repository {repository} for images", again)
    return ok(f"{bucket}, {repository}")
