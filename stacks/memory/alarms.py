"""The memory's alarms and graphs. They are in the monitoring stack, with the topic that they go to."""

from collections.abc import Iterator

from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sns as sns
from constructs import Construct

from stacks.alarms import AlarmRule, Threshold, add_alarm, at_least
from stacks.config import StageSettings
from stacks.dashboard import graph
from stacks.function_alarms import function_rules
from stacks.service_metrics import PERIOD

# A due list of 20,000 cards, or an import of as many reviews, takes longer than any prediction.
SLOW_MS = 3_000
# In five minutes: two devices of one learner make a few, and each is tried again.
CONFLICTS_OF_A_STORM = 100
# What requests are made of; DynamoDB counts its own errors by operation.
OPERATIONS = ("BatchGetItem", "Query", "TransactWriteItems")


class MemoryAlarms(Construct):
    """Alarms on the memory's function and its table.

    Parameters
    ----------
    function : aws_cdk.aws_lambda.IFunction
        The memory function.
    table : aws_cdk.aws_dynamodb.ITable
        Its table.
    topic : aws_cdk.aws_sns.ITopic
        Gets a message when an alarm goes off and when it is over.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        settings: StageSettings,
        function: lambda_.IFunction,
        table: dynamodb.ITable,
        topic: sns.ITopic,
    ) -> None:
        super().__init__(scope, construct_id)
        rules = function_rules(function, prefix="Memory", name="the memory", slow_ms=SLOW_MS)
        for name, rule in {**dict(rules), **dict(_table_rules(table))}.items():
            add_alarm(self, name, rule, runbook_url=settings.runbook_url, topic=topic)


def memory_graphs(function: lambda_.IFunction, table: dynamodb.ITable) -> list[cloudwatch.IWidget]:
    """Return a row of the dashboard: how long the memory takes, and what its table refuses."""
    p50, p99 = (function.metric_duration(period=PERIOD, statistic=each) for each in ("p50", "p99"))
    slow = cloudwatch.HorizontalAnnotation(value=SLOW_MS, label="alarm")
    refused = ("ReadThrottleEvents", "WriteThrottleEvents", "TransactionConflict")
    return [
        graph("Memory: duration (ms)", [p50, p99], [slow]),
        graph("Memory: what its table refuses", [_of(table, name) for name in refused]),
    ]


def _table_rules(table: dynamodb.ITable) -> Iterator[tuple[str, AlarmRule]]:
    """Yield the rules on what a quarter of an hour doesn't end: each refusal is tried again for seconds.

    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/metrics-dimensions.html
    """
    for name, metric in (("Reads", "ReadThrottleEvents"), ("Writes", "WriteThrottleEvents")):
        yield _rule(
            f"Table{name}Throttled",
            _of(table, metric),
            at_least(1, periods=3),
            f"DynamoDB keeps throttling {name.lower()}: the table's maximum is reached, or one learner's.",
            page="MemoryTableThrottles",
        )
    for name, metric in (
        ("Conflicts", "TransactionConflict"),
        ("ConditionFailures", "ConditionalCheckFailedRequests"),
    ):
        yield _rule(
            f"Table{name}",
            _of(table, metric),
            at_least(CONFLICTS_OF_A_STORM, periods=3),
            "Callers keep changing the same learners at the same time, and wait for each other.",
            page="MemoryTableConflicts",
        )
    for operation in OPERATIONS:
        yield _rule(
            f"TableErrorsOf{operation}",
            _of(table, "SystemErrors", Operation=operation),
            at_least(1, periods=3),
            f"DynamoDB itself keeps failing at the operation {operation}.",
            page="MemoryTableErrors",
        )


def _rule(
    name: str, metric: cloudwatch.Metric, threshold: Threshold, meaning: str, *, page: str | None = None
) -> tuple[str, AlarmRule]:
    return name, AlarmRule(
        page=page or f"Memory{name}",
        metric=metric,
        threshold=threshold,
        missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,  # DynamoDB writes no zeros
        meaning=meaning,
    )


def _of(table: dynamodb.ITable, name: str, **dimensions: str) -> cloudwatch.Metric:
    """Return how often something happened to the table in a period."""
    return cloudwatch.Metric(
        namespace="AWS/DynamoDB",
        metric_name=name,
        dimensions_map={"TableName": table.table_name, **dimensions},
        period=PERIOD,
        statistic="Sum",
    )
