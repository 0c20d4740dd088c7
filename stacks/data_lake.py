"""The data lake: decks and samples in, due lists, models and reports out. Stateful, so a stack of its own."""

from collections.abc import Sequence

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from constructs import Construct

from stacks import findings
from stacks.config import StageSettings
from stacks.private_bucket import PrivateBucket, kept_bucket

MODELS, REPORTS, SAMPLES = "models/", "reports/", "samples/"
DECKS, DUE = "decks/", "due/"
OLD_REVIEWS = "reviews/"  # where reviews were before they had a table; the command `migrate` empties it
QUERY_RESULTS = f"{REPORTS}athena/"
POINTER = f"{MODELS}current.json"
MODEL_FILES = f"{MODELS}*/model.*"  # what a pointer may name
QUALITY_REPORTS = f"{REPORTS}quality/"
QUALITY = f"{QUALITY_REPORTS}latest.json"
COLLECTED = f"{QUALITY_REPORTS}collected.json"
RUNS = f"{REPORTS}runs/"
MOVES = f"{REPORTS}moves/"
# What holds learners: older versions stay just long enough to undo a mistake, and whoever erases a learner
# must be able to delete them.
LEARNERS = (OLD_REVIEWS, DECKS, DUE, SAMPLES, QUERY_RESULTS)
UNDO = cdk.Duration.days(7)
# Files of reviews that nobody migrates go so long after the retention; they are as old as their reviews.
MIGRATION_DAYS = 30


class DataLake(Construct):
    """A versioned, encrypted, private bucket: decks and due lists, samples of reviews, models, reports.

    Attributes
    ----------
    bucket : aws_cdk.aws_s3.IBucket
        The stack's own, or the one that an earlier deployment left, by the setting `lake_bucket`.
    """

    def __init__(self, scope: Construct, construct_id: str, *, settings: StageSettings) -> None:
        super().__init__(scope, construct_id)
        self._kept = settings.lake_bucket
        self.bucket: s3.IBucket = (
            kept_bucket(self, "Bucket", self._kept) if self._kept else self._new_bucket(settings)
        )

    def _new_bucket(self, settings: StageSettings) -> PrivateBucket:
        bucket = PrivateBucket(
            self,
            "Bucket",
            versioned=True,
            removal_policy=cdk.RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
            lifecycle_rules=[*_older_versions(), *_expirations(settings)],
        )
        trail = (
            "Server access logs would need a second bucket that nobody reads on a small budget; CloudTrail "
            "data events give the same trail where an owner needs one."
        )
        findings.accept(bucket, {"AwsSolutions-S1": trail})
        return bucket

    def allow(self, role: iam.Role, actions: Sequence[str], *, under: Sequence[str], reason: str) -> None:
        """Let a role do something to all objects under some prefixes.

        Parameters
        ----------
        role : aws_cdk.aws_iam.Role
            The role of a function, or of a job.
        actions : sequence of str
            Such as ``s3:GetObject``.
        under : sequence of str
            The prefixes, each with a slash at its end.
        reason : str
            Why the role may do it to any object there.
        """
        objects = [self.bucket.arn_for_objects(f"{prefix}*") for prefix in under]
        role.add_to_policy(iam.PolicyStatement(actions=list(actions), resources=objects))
        findings.accept(role, {findings.wildcard(f"{self._finding()}/{prefix}*"): reason for prefix in under})

    def _finding(self) -> str:
        """Return how cdk-nag writes the bucket's ARN."""
        if self._kept:
            return f"arn:<AWS::Partition>:s3:::{self._kept}"
        return findings.import_of(self.bucket, self.bucket.bucket_arn)

    def allow_listing(self, role: iam.Role, *, under: Sequence[str], action: str = "s3:ListBucket") -> None:
        """Let a role list the objects under some prefixes.

        Without it, S3 calls an object that isn't there forbidden.
        """
        patterns = [f"{prefix}*" for prefix in under]
        # One alone isn't a list, as in the actions and resources that CDK writes.
        prefixes = patterns if len(patterns) > 1 else patterns[0]
        self._allow_listing(role, action, {"StringLike": {"s3:prefix": prefixes}})

    def allow_reading_of(self, role: iam.Role, *keys: str) -> None:
        """Let a role read single objects, and check whether they exist."""
        objects = [self.bucket.arn_for_objects(key) for key in keys]
        role.add_to_policy(iam.PolicyStatement(actions=["s3:GetObject"], resources=objects))
        self.allow_asking_for(role, *keys)

    def allow_asking_for(self, role: iam.Role, *keys: str) -> None:
        """Let a role check whether single objects exist; in a key ``*`` stands for any text."""
        # One alone isn't a list, as in the actions and resources that CDK writes.
        asked = list(keys) if len(keys) > 1 else keys[0]
        self._allow_listing(role, "s3:ListBucket", {"StringLike": {"s3:prefix": asked}})

    def _allow_listing(self, role: iam.Role, action: str, conditions: dict[str, dict[str, object]]) -> None:
        role.add_to_policy(
            iam.PolicyStatement(actions=[action], resources=[self.bucket.bucket_arn], conditions=conditions)
        )


def _older_versions() -> list[s3.LifecycleRule]:
    return [
        s3.LifecycleRule(
            id="DropUnfinishedUploads", abort_incomplete_multipart_upload_after=cdk.Duration.days(7)
        ),
        s3.LifecycleRule(
            id="ForgetOldVersions",
            noncurrent_version_expiration=cdk.Duration.days(90),
            noncurrent_versions_to_retain=10,
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
    ]


def _expirations(settings: StageSettings) -> list[s3.LifecycleRule]:
    """Return what S3 deletes by itself, whether the jobs run or not."""
    days = {
        "DropDueLists": (DUE, 30),
        "DropSamples": (SAMPLES, 7),
        "DropReports": (REPORTS, 400),
        "DropQueryResults": (QUERY_RESULTS, 1),
    }
    if settings.reviews_retention_days:
        days["DropOldReviews"] = (OLD_REVIEWS, settings.reviews_retention_days + MIGRATION_DAYS)
    return [
        s3.LifecycleRule(id=name, prefix=prefix, expiration=cdk.Duration.days(after))
        for name, (prefix, after) in days.items()
    ]


class DataLakeStack(cdk.Stack):
    """The lake alone."""

    def __init__(
        self, scope: Construct, construct_id: str, *, stack_name: str, settings: StageSettings
    ) -> None:
        super().__init__(scope, construct_id, stack_name=stack_name, description="Recall: the data lake")
        self.lake = DataLake(self, "Lake", settings=settings)
        cdk.CfnOutput(self, "Bucket", value=self.lake.bucket.bucket_name)
