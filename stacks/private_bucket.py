"""A bucket as every one here is: private, encrypted, and reached over current TLS only."""

from collections.abc import Sequence

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from constructs import Construct

OLDEST_TLS = 1.2


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
            minimum_tls_version=OLDEST_TLS,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            removal_policy=removal_policy,
            versioned=versioned or None,
            lifecycle_rules=list(lifecycle_rules),
        )


def kept_bucket(scope: Construct, construct_id: str, name: str) -> s3.IBucket:
    """Return a `PrivateBucket` that outlived its stack, and refuse plain HTTP and old TLS to it again.

    All else belongs to the bucket and stayed with it: encryption, versions, lifecycle rules, and that nothing
    in it is public. Its policy was a resource of the stack, and went.

    Parameters
    ----------
    name : str
        The bucket's.
    """
    # Below the same path as in a `PrivateBucket`, so that a deployed stack may adopt its own bucket.
    place = Construct(scope, construct_id)
    bucket = s3.Bucket.from_bucket_name(place, "Kept", name)
    policy = s3.BucketPolicy(place, "Policy", bucket=bucket)
    for condition in (
        {"Bool": {"aws:SecureTransport": "false"}},
        {"NumericLessThan": {"s3:TlsVersion": OLDEST_TLS}},
    ):
        refused = iam.PolicyStatement(
            effect=iam.Effect.DENY,
            principals=[iam.AnyPrincipal()],
            actions=["s3:*"],
            resources=[bucket.bucket_arn, bucket.arn_for_objects("*")],
            conditions=condition,
        )
        policy.document.add_statements(refused)
    return bucket
