"""The rules of the alarms on the loader, and its graphs."""

from aws_cdk import aws_cloudwatch as cloudwatch

from stacks.alarms import HOUR, AlarmRule, Threshold, at_least
from stacks.config import StageSettings
from stacks.dashboard import graph
from stacks.learning.loader import Loader
from stacks.service_metrics import PERIOD


def loader_rules(settings: StageSettings, loader: Loader) -> dict[str, AlarmRule]:
    """Return the rules by the alarms' names: on changes of the memory that wait, fail, or aren't read.

    An error of the loader's own needs none: the stream gives the batch again, and what goes on is late.
    """
    waiting = loader.failed.metric_approximate_number_of_messages_visible(period=PERIOD, statistic="Maximum")
    rules = [
        _rule(
            "FailedWork",
            waiting,
            at_least(1),
            "Changes of the memory aren't in the table of reviews, or an erasure or another job failed.",
            # SQS writes no metrics of a queue that nobody has touched for six hours, full or empty:
            # https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/monitoring-using-cloudwatch.html
            missing_data=cloudwatch.TreatMissingData.IGNORE,
        ),
        _rule(
            "LoaderDelayed",
            _age(loader),
            at_least(HOUR.to_milliseconds()),
            "Changes of the memory have waited for an hour to get into the table of reviews.",
        ),
    ]
    if not settings.local_cloud:  # which has no alarms on expressions
        rules.append(
            _rule(
                "LoaderSilent",
                _written_unread(loader),
                at_least(1, periods=2),
                "The memory changes, and the loader isn't called: its event source mapping is off, or it is.",
            )
        )
    return {rule.page: rule for rule in rules}


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


def _written_unread(loader: Loader) -> cloudwatch.MathExpression:
    """Return 1 for an hour in which the memory's table was written to and the loader wasn't called.

    No age tells it: a mapping that is off calls nothing, and so writes no metric. A batch is collected for
    minutes, so what is written at the end of an hour is read in the next one; two such hours on end are a
    mapping that is off. Of two terms, one that is missing counts as 0; where both are, there is no value:
    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
    """
    written = loader.learners.metric_consumed_write_capacity_units(period=HOUR, statistic="Sum")
    return cloudwatch.MathExpression(
        expression="IF(written > 0, 1, 0) - IF(called > 0, 1, 0)",
        using_metrics={"written": written, "called": loader.function.metric_invocations(period=HOUR)},
        label="hours with changes that nobody reads",
        period=HOUR,
    )


def _rule(
    page: str,
    metric: cloudwatch.IMetric,
    threshold: Threshold,
    meaning: str,
    missing_data: cloudwatch.TreatMissingData = cloudwatch.TreatMissingData.NOT_BREACHING,  # nothing changed
) -> AlarmRule:
    return AlarmRule(
        page=page,
        metric=metric,
        threshold=threshold,
        missing_data=missing_data,
        meaning=meaning,
    )
