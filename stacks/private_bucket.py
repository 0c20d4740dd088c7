"""A bucket as every one here is: private, encrypted, and reached over current TLS only."""

from collections.abc import Sequence

import aws_cdk as cdk
from aws_cdk import aws_s3 as s3
from constructs import Construct


class PrivateBucket(s3.Bucket):
    """A bucket that blocks all public access, encrypts what it stores, and refuses plain HTTP and old TLS.

    Parameters
    ----------
    removal_policy : aws_cdk.RemovalPolicy
        Whether the bucket stays when its stack goes.
    versioned : bool
        Keep what objects were before they were overwritten or deleted.
    lifecycle_rules : sequence of aws_cdk.aws_s3.LifecycleRule
        When objects and their older versions are moved or deleted.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        removal_policy: cdk.RemovalPolicy,
        versioned: bool = False,
        lifecycle_rules: Sequence[s3.LifecycleRule] = (),
    ) -> None:
        super().__init__(
            scope,
            construct_id,
            encryption=s3.BucketEncryption.S3_MANAGED,
            enforce_ssl=True,
            minimum_tls_version=1.2,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            removal_policy=removal_policy,
            versioned=versioned or None,
            lifecycle_rules=list(lifecycle_rules),
        )
