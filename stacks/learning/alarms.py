"""The learning loop's alarms. They are in the monitoring stack, with the topic that they go to."""

from collections.abc import Iterator

from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_events as events
from aws_cdk import aws_sns as sns
from constructs import Construct

from stacks.alarms import HOUR, AlarmRule, add_alarm, at_least, silence
from stacks.config import StageSettings
from stacks.learning.feed import Feed
from stacks.learning.jobs import Jobs
from stacks.learning.quality import quality_rules
from stacks.service_metrics import PERIOD, own_metric


class LearningAlarms(Construct):
    """Alarms on jobs that fail, on jobs that don't run, and on the live model.

    Parameters
    ----------
    jobs : stacks.learning.jobs.Jobs
        The jobs function and its nightly rules.
    feed : stacks.learning.feed.Feed or None
        What brings reviews from the memory, where there is one.
    topic : aws_cdk.aws_sns.ITopic
        Gets a message when an alarm goes off and when it is over.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        settings: StageSettings,
        jobs: Jobs,
        feed: Feed | None,
        topic: sns.ITopic,
    ) -> None:
        super().__init__(scope, construct_id)
        rules = {rule.page: rule for rule in [*_failures(settings, jobs), *quality_rules(settings)]}
        for name, rule in (rules | _silences(jobs) | (_of_feed(feed) if feed else {})).items():
            add_alarm(self, name, rule, runbook_url=settings.runbook_url, topic=topic)


def _silences(jobs: Jobs) -> dict[str, AlarmRule]:
    """Return the rules on jobs that don't run: none at all, or one that its own rule doesn't start."""
    page = "JobsSilent"
    runs = jobs.function.metric_invocations(period=HOUR)
    return {page: silence(page, runs, "No nightly job has run for more than a day.")} | {
        f"{name}Silent": silence(
            page, _starts(rule), f"The nightly job {name.lower()} hasn't been started for more than a day."
        )
        for name, rule in jobs.nightly.items()
    }


def _of_feed(feed: Feed) -> dict[str, AlarmRule]:
    """Return the rules on what comes late from the memory, and on what failed for good."""
    page = "FailedWork"
    waiting = feed.failed.metric_approximate_number_of_messages_visible(period=PERIOD, statistic="Maximum")
    age = feed.function.metric("IteratorAge", period=PERIOD, statistic="Maximum")
    nothing_new = cloudwatch.TreatMissingData.NOT_BREACHING
    return {
        page: AlarmRule(
            page=page,
            metric=waiting,
            threshold=at_least(1),
            missing_data=nothing_new,
            meaning="Changes of the memory didn't reach the lake, or an erasure or another job failed.",
        ),
        "FeedDelayed": AlarmRule(
            page=page,
            metric=age,
            threshold=at_least(HOUR.to_milliseconds()),
            missing_data=nothing_new,
            meaning="Changes of the memory have waited for an hour to reach the lake.",
        ),
    }


def _failures(settings: StageSettings, jobs: Jobs) -> Iterator[AlarmRule]:
    for page, metric, meaning in (
        (
            "JobFailures",
            own_metric(settings.stage, "JobFailures"),
            "A job of the learning loop failed; its log line says why.",
        ),
        (
            "JobErrors",
            jobs.function.metric_errors(period=PERIOD),
            "A job ended without its result; without JobFailures it ran out of time or memory.",
        ),
    ):
        yield AlarmRule(
            page=page,
            metric=metric,
            threshold=at_least(1),
            missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,  # no job, no failure
            meaning=meaning,
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
