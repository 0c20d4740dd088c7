"""The learning loop's alarms and graphs. They are in the monitoring stack, with the topic that they go to."""

from collections.abc import Iterator

from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_events as events
from aws_cdk import aws_sns as sns
from constructs import Construct

from stacks.alarms import HOUR, AlarmRule, add_alarm, at_least, silence
from stacks.config import StageSettings
from stacks.dashboard import graph
from stacks.learning.loader import Loader
from stacks.learning.quality import quality_rules
from stacks.learning.run_alarms import run_rules
from stacks.learning.stack import LearningStack
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
            **_silences(learning),
            **_of_loader(learning.loader),
            **run_rules(settings, learning),
        }
        for name, rule in rules.items():
            add_alarm(self, name, rule, runbook_url=settings.runbook_url, topic=topic)


def loader_graphs(loader: Loader) -> list[cloudwatch.IWidget]:
    """Return a row of the dashboard: how far the table of reviews is behind, and how the loader fares."""
    late = cloudwatch.HorizontalAnnotation(value=HOUR.to_milliseconds(), label="alarm")
    fares = [loader.function.metric_invocations(period=PERIOD), loader.function.metric_errors(period=PERIOD)]
    return [
        graph("Loader: age of the oldest change (ms)", [_age(loader)], [late]),
        graph("Loader: batches and errors", fares),
    ]


def _age(loader: Loader) -> cloudwatch.Metric:
    """Return how long ago the last change of the batch before it happened (ms).

    https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html
    """
    return loader.function.metric("IteratorAge", period=PERIOD, statistic="Maximum")


def _silences(learning: LearningStack) -> dict[str, AlarmRule]:
    """Return the rules on jobs that don't run: none at all, or one that its own rule doesn't start."""
    page = "JobsSilent"
    jobs, calibration = learning.lake_jobs, learning.calibration
    runs = jobs.function.metric_invocations(period=HOUR)
    nightly = jobs.nightly | ({"Calibrate": calibration.rule} if calibration else {})
    return {page: silence(page, runs, "No nightly job has run for more than a day.")} | {
        f"{name}Silent": silence(
            page, _starts(rule), f"The nightly job {name.lower()} hasn't been started for more than a day."
        )
        for name, rule in nightly.items()
    }


def _of_loader(loader: Loader) -> dict[str, AlarmRule]:
    """Return the rules on what comes late from the memory, and on what failed for good.

    An error of the loader's own needs none: the stream gives the batch again, and what goes on is late.
    """
    waiting = loader.failed.metric_approximate_number_of_messages_visible(period=PERIOD, statistic="Maximum")
    return {
        page: AlarmRule(
            page=page,
            metric=metric,
            threshold=at_least(value),
            missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,  # nothing has changed
            meaning=meaning,
        )
        for page, metric, value, meaning in (
            (
                "FailedWork",
                waiting,
                1,
                "Changes of the memory aren't in the table of reviews, or an erasure or another job failed.",
            ),
            (
                "LoaderDelayed",
                _age(loader),
                HOUR.to_milliseconds(),
                "Changes of the memory have waited for an hour to get into the table of reviews.",
            ),
        )
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


def _starts(rule: events.Rule) -> cloudwatch.Metric:
    """Return how often a rule has called its target in an hour.

    https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-monitoring.html
    """
    return cloudwatch.Metric(
        namespace="AWS/Events",
        metric_name="Invocations",
        dimensions_map={"RuleName": rule.rule_name},
        period=HOUR,
        statistic="Sum",
    )
