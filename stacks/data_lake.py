"""The data lake: review logs in, models and reports out. Stateful, so a stack of its own."""

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from constructs import Construct

REVIEWS, MODELS, REPORTS = "reviews/", "models/", "reports/"


class DataLake(Construct):
    """A versioned, encrypted, private bucket with the prefixes ``reviews/``, ``models/`` and ``reports/``."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        self.bucket = s3.Bucket(
            self,
            "Bucket",
            versioned=True,
            encryption=s3.BucketEncryption.S3_MANAGED,
            enforce_ssl=True,
            minimum_tls_version=1.2,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            removal_policy=cdk.RemovalPolicy.RETAIN,
            lifecycle_rules=[
                s3.LifecycleRule(
                    id="DropUnfinishedUploads", abort_incomplete_multipart_upload_after=cdk.Duration.days(7)
                ),
                s3.LifecycleRule(
                    id="ForgetOldVersions",
                    noncurrent_version_expiration=cdk.Duration.days(90),
                    noncurrent_versions_to_retain=10,
                ),
                s3.LifecycleRule(
                    id="CoolReviews",
                    prefix=REVIEWS,
                    transitions=[
                        s3.Transition(
                            storage_class=s3.StorageClass.INFREQUENT_ACCESS,
                            transition_after=cdk.Duration.days(90),
                        )
                    ],
                ),
                s3.LifecycleRule(id="DropReports", prefix=REPORTS, expiration=cdk.Duration.days(400)),
            ],
        )
        cdk.Validations.of(self.bucket).acknowledge(
            cdk.Acknowledgment(
                id="AwsSolutions::AwsSolutions-S1",
                reason="Server access logs would need a second bucket that nobody reads on a small budget; "
                "CloudTrail data events give the same trail where an owner needs one.",
            )
        )

    def grant_read_models(self, grantee: iam.IGrantable) -> None:
        """Let the grantee read objects under ``models/``, and ask whether the pointer there exists.

        Without the second, S3 calls a missing pointer forbidden. No other listing, and no writing.
        """
        iam.Grant.add_to_principal(
            grantee=grantee,
            actions=["s3:GetObject"],
            resource_arns=[self.bucket.arn_for_objects(f"{MODELS}*")],
        )
        iam.Grant.add_to_principal(
            grantee=grantee,
            actions=["s3:ListBucket"],
            resource_arns=[self.bucket.bucket_arn],
            conditions={"StringEquals": {"s3:prefix": f"{MODELS}current.json"}},
        )


class DataLakeStack(cdk.Stack):
    """The lake alone."""

    def __init__(self, scope: Construct, construct_id: str, *, stack_name: str) -> None:
        super().__init__(scope, construct_id, stack_name=stack_name, description="Recall: the data lake")
        self.lake = DataLake(self, "Lake")
        cdk.CfnOutput(self, "Bucket", value=self.lake.bucket.bucket_name)
