"""The jobs function: commands of ``recall`` on the deployment's lake."""

from collections.abc import Mapping, Sequence

import aws_cdk as cdk
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from stacks.config import StageSettings
from stacks.data_lake import LEARNERS, MODELS, REPORTS, DataLake
from stacks.function_package import FunctionPackage
from stacks.schedule import add_schedule
from stacks.service_function import ONE_THREAD, ServiceFunction
from stacks.service_metrics import METRICS_NAMESPACE

WORK = (*LEARNERS, MODELS, REPORTS)
# When most of a day's reviews of the Americas are in, and Europe's learners don't study yet; in UTC.
COMPACTED_AT = {"hour": "3", "minute": "17"}
# With what the compaction brought: half an hour later, of which it may take a quarter.
AFTER_COMPACTION = {"hour": "3", "minute": "47"}


class Jobs(ServiceFunction):
    """The function, and its nightly rules: reviews are compacted, due lists made, the live model calibrated.

    An event is ``{"command": ["compact", "--retention-days", "365"]}``; see `model_training.jobs.handler`.

    Parameters
    ----------
    package : stacks.function_package.FunctionPackage
        The training side's code on its layers.
    failed : aws_cdk.aws_sqs.IQueue or None
        Gets the jobs that failed, where erasures are among them: no later job makes up for one.

    Attributes
    ----------
    nightly : dict of str to aws_cdk.aws_events.Rule
        The rules that start a command every night, by the construct's id.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        settings: StageSettings,
        lake: DataLake,
        package: FunctionPackage,
        failed: sqs.IQueue | None,
    ) -> None:
        super().__init__(
            scope,
            construct_id,
            settings=settings,
            package=package,
            handler="model_training.jobs.handler.handler",
            description="Recall: runs commands of the training side on the lake",
            memory_mb=2048,
            disk_mb=4096,
            timeout=cdk.Duration.minutes(15),  # Lambda's longest
            environment={
                "LAKE_BUCKET": lake.bucket.bucket_name,
                "METRICS_NAMESPACE": METRICS_NAMESPACE,
                "STAGE": settings.stage,
                # The only folder that can be written: Matplotlib's cache, and what else needs a home.
                "HOME": "/tmp",  # noqa: S108 - Lambda's own, and nobody else's
                **ONE_THREAD,
            },
            failures="A failed job raises the alarm JobFailures and is done by the next run; its event says "
            "nothing.",
            retry_attempts=1,  # a job does what is left to do: run again, it repeats nothing
            failed=failed,
        )
        self._grant(lake)
        retention = ["--retention-days", str(settings.reviews_retention_days)]
        self.nightly = {
            "Compact": self._every_night("Compact", COMPACTED_AT, ["compact", *retention]),
            "Due": self._every_night("Due", AFTER_COMPACTION, ["due"]),
            "Calibrate": self._every_night("Calibrate", AFTER_COMPACTION, ["calibrate"]),
        }

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

    def _grant(self, lake: DataLake) -> None:
        """Let the role read, list and write under `WORK`, and delete, older versions too, under `LEARNERS`.

        A learner who is erased must be gone from all of the latter. Models and reports can't be deleted.
        """
        reason = "Jobs name the objects that they make as they come; the wildcard stays under the prefix."
        erase = ["s3:DeleteObject", "s3:DeleteObjectVersion", "s3:GetObjectVersion"]
        lake.allow(self.role, ["s3:GetObject", "s3:PutObject"], under=WORK, reason=reason)
        lake.allow(self.role, erase, under=LEARNERS, reason=reason)
        lake.allow_listing(self.role, under=WORK)
        lake.allow_listing(self.role, under=LEARNERS, action="s3:ListBucketVersions")
