"""What the jobs function may do in the lake: each verb under the prefixes that need it, and nowhere else."""

from collections.abc import Iterator

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3

from stacks.data_lake import LEARNERS, MODELS, REPORTS

WORK = (*LEARNERS, MODELS, REPORTS)


def grant_work(role: iam.Role, bucket: s3.IBucket, stage: str) -> None:
    """Let the role read, list and write under `WORK`, and delete, older versions too, under `LEARNERS`.

    A learner who is erased must be gone from all of the latter. Models and reports can't be deleted.
    """
    for statement in _statements(bucket):
        role.add_to_policy(statement)
    # cdk-nag wants the findings to the letter, with the export through which the bucket comes.
    arn = f"recall-{stage}-data-lake:ExportsOutputFnGetAttLakeBucketB1D32E10Arn6706D8FF"
    reason = "Jobs work on objects whose names are made as they come; the wildcard stays under the prefix."
    for prefix in WORK:
        cdk.Validations.of(role).acknowledge(
            cdk.Acknowledgment(
                id=f"AwsSolutions::AwsSolutions-IAM5[Resource::{arn}/{prefix}*]", reason=reason
            )
        )


def _statements(bucket: s3.IBucket) -> Iterator[iam.PolicyStatement]:
    for actions, prefixes in (
        (["s3:GetObject", "s3:PutObject"], WORK),
        (["s3:DeleteObject", "s3:DeleteObjectVersion", "s3:GetObjectVersion"], LEARNERS),
    ):
        objects = [bucket.arn_for_objects(f"{prefix}*") for prefix in prefixes]
        yield iam.PolicyStatement(actions=actions, resources=objects)
    for action, prefixes in (("s3:ListBucket", WORK), ("s3:ListBucketVersions", LEARNERS)):
        yield iam.PolicyStatement(
            actions=[action],
            resources=[bucket.bucket_arn],
            conditions={"StringLike": {"s3:prefix": [f"{prefix}*" for prefix in prefixes]}},
        )
