"""The function that runs commands on the table of reviews, and what it runs every night."""

from collections.abc import Mapping, Sequence

from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_iam as iam
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from stacks.config import StageSettings
from stacks.data_lake import (
    DECKS,
    DUE,
    LEARNERS,
    MODELS,
    OLD_REVIEWS,
    REPORTS,
    SAMPLES,
    DataLake,
)
from stacks.function_package import FunctionPackage
from stacks.learning.jobs import NAMED_AS_THEY_COME, Jobs
from stacks.learning.table import ReviewTable
from stacks.schedule import add_schedule

# When most of a day's reviews of the Americas are in, and Europe's learners don't study yet; in UTC.
EXPIRED_AT = {"hour": "3", "minute": "17"}
# Without the reviews that expired: half an hour later, of which that may take a quarter.
AFTER_EXPIRY = {"hour": "3", "minute": "47"}


class LakeJobs(Jobs):
    """The function on the lake layer, and its nightly rules: expiry, due lists, calibration.

    Parameters
    ----------
    table : stacks.learning.table.ReviewTable
        The table of reviews.
    learners : aws_cdk.aws_dynamodb.ITable
        The memory's table, of which the table of reviews can be made anew.
    package : stacks.function_package.FunctionPackage
        The training side's code on the lake layer.
    failed : aws_cdk.aws_sqs.IQueue
        Gets the jobs that failed for good: erasures are among them, and no later job makes up for one.

    Attributes
    ----------
    nightly : dict of str to aws_cdk.aws_events.Rule
        The rules that start a command every night, by the construct's id.
    """

    # Of ten million rows the largest job, a run's preparation, takes 3.1 GB: docs/scale.md.
    memory_mb = 4096

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        settings: StageSettings,
        lake: DataLake,
        table: ReviewTable,
        learners: dynamodb.ITable,
        package: FunctionPackage,
        failed: sqs.IQueue,
    ) -> None:
        super().__init__(
            scope,
            construct_id,
            settings=settings,
            lake=lake,
            description="Recall: works on the table of reviews",
            environment={"TABLE_BUCKET_ARN": table.bucket_arn, "LEARNERS_TABLE": learners.table_name},
            package=package,
            failed=failed,
        )
        table.allow_writing(self.role)
        read = iam.PolicyStatement(
            actions=["dynamodb:Query", "dynamodb:Scan"], resources=[learners.table_arn]
        )
        self.role.add_to_policy(read)
        self._allow_lake(lake)
        retention = ["--retention-days", str(settings.reviews_retention_days)]
        self.nightly = {
            "Expire": self._every_night("Expire", EXPIRED_AT, ["expire", *retention]),
            "Due": self._every_night("Due", AFTER_EXPIRY, ["due"]),
        }
        if settings.training_compute != "spark":  # which calibrates, too
            self.nightly["Calibrate"] = self._every_night("Calibrate", AFTER_EXPIRY, ["calibrate"])

    def _every_night(self, construct_id: str, time: Mapping[str, str], command: Sequence[str]) -> events.Rule:
        """Return a rule that runs a command every night.

        Parameters
        ----------
        construct_id : str
            The rule's id in the construct tree.
        time : mapping of str to str
            ``hour`` and ``minute``, in UTC.
        command : sequence of str
            The command with its arguments, without the lake.
        """
        event = events.RuleTargetInput.from_object({"command": list(command)})
        return add_schedule(
            self,
            construct_id,
            when=events.Schedule.cron(**time),
            target=targets.LambdaFunction(self.function, event=event),
            lost_event="An event that is lost is made up for by the next one: a job does all that is left.",
        )

    def _allow_lake(self, lake: DataLake) -> None:
        """Let the role do with each part of the lake what jobs do with it; a test records what they do.

        A learner who is erased must be gone from all of `LEARNERS`, older versions too. Decks are rewritten,
        files of an older release read and deleted for good. Models and reports can't be deleted.
        """
        for action, prefixes in {
            "s3:GetObject": (OLD_REVIEWS, DECKS, DUE, MODELS, REPORTS),
            "s3:PutObject": (DECKS, DUE, REPORTS, SAMPLES),
            # Of versions, too: https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html
            "s3:DeleteObject": LEARNERS,
            "s3:GetObjectVersion": (DECKS, DUE),
            "s3:DeleteObjectVersion": LEARNERS,
        }.items():
            lake.allow(self.role, [action], under=prefixes, reason=NAMED_AS_THEY_COME)
        lake.allow_listing(self.role, under=(*LEARNERS, MODELS, REPORTS))
        lake.allow_listing(self.role, under=LEARNERS, action="s3:ListBucketVersions")
