"""The data lake: review logs in, models and reports out. Stateful, so a stack of its own."""

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from constructs import Construct

REVIEWS, MODELS, REPORTS = "reviews/", "models/", "reports/"
INBOX, TABLE = f"{REVIEWS}inbox/", f"{REVIEWS}table/"
DECKS, DUE = "decks/", "due/"
QUERY_RESULTS = f"{REPORTS}athena/"
QUALITY = f"{REPORTS}quality/latest.json"
# What holds learners: older versions stay just long enough to undo a mistake, and whoever erases a learner
# must be able to delete them.
LEARNERS = (REVIEWS, DECKS, DUE, QUERY_RESULTS)
UNDO = cdk.Duration.days(7)


class DataLake(Construct):
    """A versioned, encrypted, private bucket: reviews, decks and due lists, models, reports.

    Reviews themselves are dropped at the end of their retention by the command ``compact``, day by day.
    """

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
                *(
                    s3.LifecycleRule(
                        id=f"ForgetOldVersionsOf{prefix.strip('/').title().replace('/', '')}",
                        prefix=prefix,
                        noncurrent_version_expiration=UNDO,
                        expired_object_delete_marker=True,
                    )
                    for prefix in LEARNERS
                ),
                s3.LifecycleRule(id="DropDueLists", prefix=DUE, expiration=cdk.Duration.days(30)),
                s3.LifecycleRule(id="DropReports", prefix=REPORTS, expiration=cdk.Duration.days(400)),
                s3.LifecycleRule(
                    id="DropQueryResults", prefix=QUERY_RESULTS, expiration=cdk.Duration.days(1)
                ),
            ],
        )
        cdk.Validations.of(self.bucket).acknowledge(
            cdk.Acknowledgment(
                id="AwsSolutions::AwsSolutions-S1",
                reason="Server access logs would need a second bucket that nobody reads on a small budget; "
                "CloudTrail data events give the same trail where an owner needs one.",
            )
        )

    def grant_put_reviews(self, grantee: iam.IGrantable) -> None:
        """Let the grantee put objects into the inbox of reviews: no reading, no listing, nothing else."""
        iam.Grant.add_to_principal(
            grantee=grantee,
            actions=["s3:PutObject"],
            resource_arns=[self.bucket.arn_for_objects(f"{INBOX}*")],
        )

    def grant_read_quality(self, grantee: iam.IGrantable) -> None:
        """Let the grantee read the newest report on the live model, and ask whether there is one."""
        self._grant_read(grantee, objects=QUALITY, asks_for=QUALITY)

    def grant_read_models(self, grantee: iam.IGrantable) -> None:
        """Let the grantee read objects under ``models/``, and ask whether the pointer there exists.

        No other listing, and no writing.
        """
        self._grant_read(grantee, objects=f"{MODELS}*", asks_for=f"{MODELS}current.json")

    def _grant_read(self, grantee: iam.IGrantable, *, objects: str, asks_for: str) -> None:
        # Without the second, S3 calls a missing object forbidden.
        iam.Grant.add_to_principal(
            grantee=grantee,
            actions=["s3:GetObject"],
            resource_arns=[self.bucket.arn_for_objects(objects)],
        )
        iam.Grant.add_to_principal(
            grantee=grantee,
            actions=["s3:ListBucket"],
            resource_arns=[self.bucket.bucket_arn],
            conditions={"StringEquals": {"s3:prefix": asks_for}},
        )


class DataLakeStack(cdk.Stack):
    """The lake alone."""

    def __init__(self, scope: Construct, construct_id: str, *, stack_name: str) -> None:
        super().__init__(scope, construct_id, stack_name=stack_name, description="Recall: the data lake")
        self.lake = DataLake(self, "Lake")
        cdk.CfnOutput(self, "Bucket", value=self.lake.bucket.bucket_name)
