"""The learning loop's alarms and graphs. They are in the monitoring stack, with the topic that they go to."""

from collections.abc import Iterator

from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_sns as sns
from constructs import Construct

from stacks.alarms import HOUR, AlarmRule, add_alarm, at_least, silence
from stacks.config import StageSettings
from stacks.learning.loader_alarms import loader_rules
from stacks.learning.quality import quality_rules
from stacks.learning.run_alarms import run_rules
from stacks.learning.stack import LearningStack
from stacks.schedule import starts
from stacks.service_metrics import PERIOD, own_metric


class LearningAlarms(Construct):
    """Alarms on the loader, on jobs and runs that fail, on jobs that don't run, and on the live model.

    Parameters
    ----------
    learning : stacks.learning.stack.LearningStack
        The stack with the functions.
    topic : aws_cdk.aws_sns.ITopic
        Gets a message when an alarm goes off and when it is over.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        settings: StageSettings,
        learning: LearningStack,
        topic: sns.ITopic,
    ) -> None:
        super().__init__(scope, construct_id)
        rules = {
            **dict(_failures(settings, learning)),
            **{rule.page: rule for rule in quality_rules(settings)},
            **_silences(settings, learning),
            **loader_rules(settings, learning.loader),
            **run_rules(settings, learning),
        }
        for name, rule in rules.items():
            add_alarm(self, name, rule, runbook_url=settings.runbook_url, topic=topic)


def _silences(settings: StageSettings, learning: LearningStack) -> dict[str, AlarmRule]:
    """Return the rules on jobs that don't run: none at all, or one that its own rule doesn't start."""
    page = "JobsSilent"
    jobs, calibration = learning.lake_jobs, learning.calibration
    runs = jobs.function.metric_invocations(period=HOUR)
    nightly = jobs.nightly | ({"Calibrate": calibration.rule} if calibration else {})
    return {page: silence(page, runs, "No nightly job has run for more than a day.")} | {
        f"{name}Silent": silence(
            page,
            starts(rule, settings),
            f"The nightly job {name.lower()} hasn't been started for more than a day.",
        )
        for name, rule in nightly.items()
    }


def _failures(settings: StageSettings, learning: LearningStack) -> Iterator[tuple[str, AlarmRule]]:
    no_result = "A job ended without its result; without JobFailures it ran out of time or memory."
    for name, page, metric, meaning in (
        (
            "JobFailures",
            "JobFailures",
            own_metric(settings.stage, "JobFailures"),
            "A job of the learning loop failed; its log line says why.",
        ),
        (
            "LakeJobErrors",
            "JobErrors",
            learning.lake_jobs.function.metric_errors(period=PERIOD),
            no_result,
        ),
        (
            "TrainingJobErrors",
            "JobErrors",
            learning.training_jobs.function.metric_errors(period=PERIOD),
            no_result,
        ),
    ):
        yield (
            name,
            AlarmRule(
                page=page,
                metric=metric,
                threshold=at_least(1),
                missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,  # no job, no failure
                meaning=meaning,
            ),
        )
